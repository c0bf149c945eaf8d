import type { ErrorTable } from './entry.ts';

/** Errors that keep the gateway or a command from starting. */
export const STARTUP_ERRORS = {
  CONFIG_INVALID: {
    message: 'The configuration is not valid',
    todo: 'Correct the keys named; `rtcstats-server config reference` lists every setting.',
    retryable: false,
  },
  CONFIG_NOT_FOUND: {
    message: 'The configuration file cannot be read',
    todo: 'Check the path given with --config; without it, rtcstats.yaml in the working directory is read if it exists.',
    retryable: false,
  },
  POLICY_INVALID: {
    message: 'The privacy policy is not valid',
    todo: 'Correct the keys named; docs/configuration.md lists the keys of `privacy`.',
    retryable: false,
  },
  ADMIN_TOKEN_REQUIRED: {
    message: 'The admin listener would be reachable from other machines without a token',
    todo: 'Set admin.token (RTCSTATS_ADMIN_TOKEN) or admin.tokens, or leave admin.host at 127.0.0.1.',
    retryable: false,
  },
  PORT_IN_USE: {
    message: 'The port is in use by another program',
    todo: 'Stop the other program, or choose another port with --port or --admin-port.',
    retryable: false,
  },
  LISTEN_FAILED: {
    message: 'The server cannot listen on the configured address',
    todo: 'Check that server.host and admin.host are addresses of this machine and that the ports need no privileges.',
    retryable: false,
  },
  DATA_DIRECTORY_IN_USE: {
    message: 'Another gateway is using the data directory',
    todo: 'Stop the other gateway, or give this one its own directory with --data.',
    retryable: false,
  },
  DATA_DIRECTORY_UNUSABLE: {
    message: 'The data directory cannot be written',
    todo: 'Check that dataDirectory exists or can be created, is writable by this user and has free space.',
    retryable: true,
  },
  SPOOL_FILE_UNREADABLE: {
    message: 'A file in the spool cannot be read or was not written by the gateway',
    todo: 'The gateway renamed it to end in `.unreadable`. If it was a recording, restore it under its old name and restart.',
    retryable: false,
  },
  SPOOL_FULL: {
    message: 'The spool has no room for new sessions',
    todo: 'Check that storage and catalog work, so that sessions leave the spool; otherwise give the disk more space or raise server.limits.spoolBytes.',
    retryable: true,
    httpStatus: 503,
    closeCode: 1013,
  },
  KEY_UNUSABLE: {
    message: 'The pseudonym key cannot be read or created',
    todo: 'Check the owner and the permissions of `<data>/keys`, or set privacy.key; a lost key cannot be recreated.',
    retryable: false,
  },
  ENCRYPTION_UNUSABLE: {
    message: 'The encryption of dumps cannot be used as configured',
    todo: 'Correct storage.encryption: public keys (age1…) in recipients, and a file with the private key of one of them.',
    retryable: false,
  },
  GEODATABASE_UNUSABLE: {
    message: 'The geolocation database cannot be used',
    todo: 'Check that geolocation.database is a readable file in the MaxMind DB format (.mmdb, unpacked), or set geolocation.detail to off.',
    retryable: false,
  },
  PACKAGE_MISSING: {
    message: 'An optional package is not installed',
    todo: 'Install the package named beside rtcstats-server, or leave out `--omit=optional` when installing.',
    retryable: false,
  },
} as const satisfies ErrorTable;
