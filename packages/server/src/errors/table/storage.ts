import type { ErrorTable } from './entry.ts';

/** Errors of the storage of dumps and of the catalog. */
export const STORAGE_ERRORS = {
  STORAGE_UNAVAILABLE: {
    message: 'The storage cannot be reached or written',
    todo: 'Check space and permissions; finished dumps wait in the spool until the storage works again.',
    retryable: true,
    httpStatus: 503,
  },
  CATALOG_UNAVAILABLE: {
    message: 'The catalog cannot be reached or written',
    todo: 'Check space and permissions of the catalog; sessions wait in the spool until it works again.',
    retryable: true,
    httpStatus: 503,
  },
  DUMP_ENCRYPTED: {
    message: 'The dump is encrypted, and there is no private key here to read it with',
    todo: 'Set storage.encryption.identityFile to a file with the private key, or run the command where it is set.',
    retryable: false,
    httpStatus: 409,
  },
  SPOOL_NOT_WRITTEN: {
    message: 'The disk did not take the last lines of some sessions before the gateway ended, so they are lost',
    todo: 'Check the disk of dataDirectory, which does not answer. The next start finishes everything that reached it.',
    retryable: false,
  },
  VERIFICATION_FAILED: {
    message: 'The verifier could not read a dump to its end',
    todo: 'It is tried three times; then the dump goes to the quarantine, marked as unverifiable. Verify it with `rtcstats-server verify` and report the problem.',
    retryable: true,
    httpStatus: 503,
  },
  STORAGE_MISCONFIGURED: {
    message: 'The storage rejects requests made with the configured settings',
    todo: 'Correct the settings below `storage`, or the permissions of its account; finished dumps wait in the spool until then.',
    retryable: false,
    httpStatus: 503,
  },
  CATALOG_MISCONFIGURED: {
    message: 'The catalog rejects requests made with the configured settings',
    todo: 'Correct the settings below `catalog`, or the permissions of its account; sessions wait in the spool until then.',
    retryable: false,
    httpStatus: 503,
  },
  DICTIONARY_UNKNOWN: {
    message: 'The dump was compressed with a dictionary that this version does not have',
    todo: 'Read it with the version that stored it, or a newer one: all dictionaries are part of the package, and none is ever removed.',
    retryable: false,
    httpStatus: 500,
  },
} as const satisfies ErrorTable;
