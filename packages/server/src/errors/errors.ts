/**
 * Every error this server knows: what it is called, what it says, what to do about it, whether trying again can help, and
 * what a client sees (HTTP status, RFC 9110; WebSocket close code, RFC 6455 section 7.4). `docs/errors.md` lists the same.
 *
 * Messages are read by operators and end up in logs: they name keys, files and session ids, never a value from a dump, a
 * token or an address of a user.
 */
export interface ErrorEntry {
  readonly message: string;
  /** What whoever reads it should do. */
  readonly todo: string;
  /** The same call may succeed later without anyone changing anything. */
  readonly retryable: boolean;
  readonly httpStatus?: number;
  readonly closeCode?: number;
}

export const ERRORS = {
  CONFIG_INVALID: {
    message: 'The configuration is not valid',
    todo: 'Correct the keys named; `rtcstats-server config reference` lists every setting.',
    retryable: false,
  },
  CONFIG_NOT_FOUND: {
    message: 'The configuration file cannot be read',
    todo: 'Check the path given with --config; without it, rtcstats.yaml in the working directory is read if it is there.',
    retryable: false,
  },
  POLICY_INVALID: {
    message: 'The privacy policy is not valid',
    todo: 'Correct the keys named; docs/configuration.md lists what `privacy` may hold.',
    retryable: false,
  },
  ADMIN_TOKEN_REQUIRED: {
    message: 'The admin listener would be reachable from other machines without a token',
    todo: 'Set admin.token (RTCSTATS_ADMIN_TOKEN), or leave admin.host at 127.0.0.1.',
    retryable: false,
  },
  PORT_IN_USE: {
    message: 'The port is taken by another program',
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
    message: 'A file in the spool is none of the spool, or cannot be read',
    todo: 'It was put aside, with `.unreadable` behind its name. If it was a recording, restore it without that ending and restart.',
    retryable: false,
  },
  SPOOL_FULL: {
    message: 'The spool has no room for new sessions',
    todo: 'See that storage and catalog work, so that sessions leave the spool; else give the disk more space or raise server.limits.spoolBytes.',
    retryable: true,
    httpStatus: 503,
    closeCode: 1013,
  },
  KEY_UNUSABLE: {
    message: 'The key of pseudonyms cannot be read or made',
    todo: 'Check the owner and the permissions of `<data>/keys`, or set privacy.key; a key that is lost cannot be made again.',
    retryable: false,
  },
  GEODATABASE_UNUSABLE: {
    message: 'The geolocation database cannot be used',
    todo: 'Check that geolocation.database is a readable file in the MaxMind DB format (.mmdb, unpacked), or set geolocation.detail to off.',
    retryable: false,
  },
  UNAUTHORIZED: {
    message: 'Not authorised',
    todo: 'Connect with a valid token in the query parameter rtcstats-token; `rtcstats-server token` makes one.',
    retryable: false,
    httpStatus: 403,
    closeCode: 1008,
  },
  ORIGIN_NOT_ALLOWED: {
    message: 'The page that the client runs in may not send',
    todo: 'Add the origin of the page to server.allowedOrigins if it is yours.',
    retryable: false,
    httpStatus: 403,
    closeCode: 1008,
  },
  ADMIN_UNAUTHORIZED: {
    message: 'The admin token is missing or wrong',
    todo: 'Send the header `Authorization: Bearer <admin.token>`.',
    retryable: false,
    httpStatus: 401,
  },
  ADMIN_TOO_MANY_ATTEMPTS: {
    message: 'Too many wrong admin tokens came from this address',
    todo: 'Wait some seconds, then try again with the token that admin.token holds.',
    retryable: true,
    httpStatus: 429,
  },
  MESSAGE_TOO_LARGE: {
    message: 'A message is larger than allowed',
    todo: 'Raise server.limits.messageBytes if the application really sends such messages.',
    retryable: false,
    httpStatus: 413,
    closeCode: 1009,
  },
  TOO_MANY_MESSAGES: {
    message: 'The client sends more messages than allowed',
    todo: 'Find out what the application sends that often.',
    retryable: false,
    httpStatus: 429,
    closeCode: 1008,
  },
  DUMP_TOO_LARGE: {
    message: 'The dump is larger than allowed',
    todo: 'Raise server.limits.dumpBytes if sessions really last that long; what came before the limit is kept.',
    retryable: false,
    httpStatus: 413,
    closeCode: 1009,
  },
  UPLOAD_MALFORMED: {
    message: 'The upload is not a form with one file',
    todo: 'Send multipart/form-data with one file in it, as `curl -F file=@call.gz` does.',
    retryable: false,
    httpStatus: 400,
  },
  UPLOAD_TRUNCATED: {
    message: 'The upload is cut short',
    todo: 'Send the whole file; if it is cut short itself, there is nothing to be done.',
    retryable: true,
    httpStatus: 400,
  },
  UPLOAD_EMPTY: {
    message: 'There is no event in the uploaded dump',
    todo: 'Check that the file is the right one; events that cannot be understood are not kept.',
    retryable: false,
    httpStatus: 422,
  },
  TRY_AGAIN_LATER: {
    message: 'The server takes no more connections just now',
    todo: 'Raise the limit that the log names (server.limits) or add a gateway; clients may connect again later.',
    retryable: true,
    httpStatus: 503,
    closeCode: 1013,
  },
  GOING_AWAY: {
    message: 'The server is stopping',
    todo: 'Nothing: the dump is kept, and the client may connect again once the server is back.',
    retryable: true,
    httpStatus: 503,
    closeCode: 1001,
  },
  INTERNAL: {
    message: 'Something failed inside the server',
    todo: 'Look at the log of the same time; if the cause is not there, report it as a bug.',
    retryable: true,
    httpStatus: 500,
    closeCode: 1011,
  },
  STORAGE_UNAVAILABLE: {
    message: 'The storage cannot be reached or written',
    todo: 'Check space and permissions; finished dumps wait in the spool and are stored when it works again.',
    retryable: true,
    httpStatus: 503,
  },
  CATALOG_UNAVAILABLE: {
    message: 'The catalog cannot be reached or written',
    todo: 'Check space and permissions of the catalog; sessions wait in the spool until it works again.',
    retryable: true,
    httpStatus: 503,
  },
  STORAGE_MISCONFIGURED: {
    message: 'The storage refuses what it is asked as it is configured',
    todo: 'Correct the settings below `storage`, or the rights they stand for; finished dumps wait in the spool until then.',
    retryable: false,
    httpStatus: 503,
  },
  CATALOG_MISCONFIGURED: {
    message: 'The catalog refuses what it is asked as it is configured',
    todo: 'Correct the settings below `catalog`, or the rights they stand for; sessions wait in the spool until then.',
    retryable: false,
    httpStatus: 503,
  },
  DUMP_NOT_FOUND: {
    message: 'There is no such dump',
    todo: 'List what there is with `rtcstats-server sessions list`; a dump may have been deleted or not be finished.',
    retryable: false,
    httpStatus: 404,
  },
  SESSION_NOT_FOUND: {
    message: 'There is no such session',
    todo: 'List what there is with `rtcstats-server sessions list`.',
    retryable: false,
    httpStatus: 404,
  },
  SESSION_ACTIVE: {
    message: 'The session is not finished yet',
    todo: 'Wait until its state is stored or quarantined.',
    retryable: true,
    httpStatus: 409,
  },
  NOT_QUARANTINED: {
    message: 'The session is not in quarantine',
    todo: 'Nothing: there is nothing to release.',
    retryable: false,
    httpStatus: 409,
  },
  STILL_NOT_CLEAN: {
    message: 'The verifier still finds something personal in the dump, which stays in quarantine',
    todo: 'Look at the findings; fix what they come from, or let the policy keep what may stay, and start the gateway again. Or delete the session.',
    retryable: false,
    httpStatus: 409,
  },
  CANARY_NOT_FORWARDED: {
    message: 'The dump of the canary was not delivered and taken back',
    todo: 'Look at `rtcstats-server egress` and the log of the gateway; its session stays until it is deleted.',
    retryable: true,
  },
  FORWARD_OFF: {
    message: 'Forwarding is off',
    todo: 'Set forward.mode to upload or enrich; with forward.sample 0 and no rules, dumps go only by hand.',
    retryable: false,
    httpStatus: 409,
  },
  FORWARD_PAUSED: {
    message: 'The account at rtcstats.com is not served',
    todo: 'Check forward.token, the plan of the account and its credits; the log names the answer. One dump tries again every five minutes.',
    retryable: true,
    httpStatus: 503,
  },
  FORWARD_NOT_CLEAN: {
    message: 'The dump may not leave: the verifier has found something in it, or has not read it',
    todo: 'Look at `rtcstats-server verify ID`; only a stored dump without findings is forwarded.',
    retryable: false,
    httpStatus: 409,
  },
  FORWARD_NOT_ALLOWED: {
    message: 'The dump may not leave: the application has asked for that in the token of its session',
    todo: 'Ask whoever issues the tokens; `rtcStats.forward` is false in this one.',
    retryable: false,
    httpStatus: 409,
  },
  NOT_FOUND: {
    message: 'There is nothing at this path',
    todo: 'Check the method and the path of the request.',
    retryable: false,
    httpStatus: 404,
  },
  BAD_REQUEST: {
    message: 'The request cannot be understood',
    todo: 'Correct the parameter named.',
    retryable: false,
    httpStatus: 400,
  },
  USAGE: {
    message: 'The command line cannot be understood',
    todo: 'Run the command with --help.',
    retryable: false,
  },
  INPUT_UNREADABLE: {
    message: 'The input cannot be read',
    todo: 'Check that the file exists, that this user may read it, and that it was transferred whole.',
    retryable: false,
  },
  OUTPUT_UNWRITABLE: {
    message: 'The output cannot be written',
    todo: 'Check that the directory exists, is writable and has space; the input is never overwritten.',
    retryable: false,
  },
  NOT_A_DUMP: {
    message: 'The input is not an rtcstats dump',
    todo: 'Give a dump (first line RTCStatsDump) or a recording with one JSON array per line, plain or gzipped.',
    retryable: false,
    httpStatus: 400,
  },
  UNSUPPORTED_FORMAT: {
    message: 'The input has a format that this version does not support here',
    todo: 'Give an rtcstats dump of file format 3, or a recording with one JSON array per line.',
    retryable: false,
    httpStatus: 400,
  },
  GATEWAY_UNREACHABLE: {
    message: 'The gateway cannot be reached',
    todo: 'Check that it runs, and say where clients connect to with --url.',
    retryable: true,
  },
  CANARY_CUT_OFF: {
    message: "The gateway closed the canary's connection",
    todo: 'Look up the close code in docs/errors.md; server.limits may be lower than what the canary sends.',
    retryable: true,
  },
  CANARY_NOT_FOUND: {
    message: "The canary's session did not become a dump in time",
    todo: 'Check that --config and --data are those of the gateway, or give it longer with --timeout.',
    retryable: true,
  },
  CANARY_RUNNING: {
    message: 'A canary is on its way already',
    todo: 'Wait until it is back: GET /api/canary says so.',
    retryable: true,
    httpStatus: 409,
  },
  NODE_TOO_OLD: {
    message: 'This Node.js is too old',
    todo: 'Install Node.js 26 or newer; in a checkout, `npm start` and `npx rtcstats-server` bring their own.',
    retryable: false,
  },
  PACKAGE_MISSING: {
    message: 'An optional package is not installed',
    todo: 'Install the package named beside rtcstats-server, or leave out `--omit=optional` when installing.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export interface GatewayErrorOptions {
  /** What to do in this very case, where it can be said better than in the table. */
  readonly todo?: string;
  readonly cause?: unknown;
}

/** The one error type. `message` says what and where; everything else comes from the table by `code`. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly todo: string;
  readonly retryable: boolean;
  readonly httpStatus: number | undefined;
  readonly closeCode: number | undefined;

  /** @param message what and where, when more can be said than in the table */
  constructor(code: ErrorCode, message?: string, options: GatewayErrorOptions = {}) {
    const entry: ErrorEntry = ERRORS[code];
    super(message ?? entry.message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.todo = options.todo ?? entry.todo;
    this.retryable = entry.retryable;
    this.httpStatus = entry.httpStatus;
    this.closeCode = entry.closeCode;
  }
}

/** Whether `error` is one of ours, and if `code` is given, that one. */
export function isGatewayError(error: unknown, code?: ErrorCode): error is GatewayError {
  return error instanceof GatewayError && (code === undefined || error.code === code);
}
