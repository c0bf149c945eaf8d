import type { ErrorTable } from './entry.ts';

/** Errors that clients see when they connect, send or upload. */
export const CLIENT_ERRORS = {
  UNAUTHORIZED: {
    message: 'Not authorized',
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
    todo: 'Wait a few seconds, then try again with the token in admin.token.',
    retryable: true,
    httpStatus: 429,
  },
  CLIENT_NOT_SUPPORTED: {
    message: 'The client does not send events of rtcstats',
    todo: 'Use rtcstats-js, or one of the clients in docs/migrating.md; if the client is one of them, report its version.',
    retryable: false,
    closeCode: 1003,
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
    todo: 'Raise server.limits.dumpBytes if sessions really last that long; everything before the limit is stored.',
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
    todo: 'Send the whole file; a file that is itself cut short cannot be uploaded.',
    retryable: true,
    httpStatus: 400,
  },
  UPLOAD_EMPTY: {
    message: 'There is no event in the uploaded dump',
    todo: 'Check that the file is the right one; events that cannot be read or that the policy drops are not stored.',
    retryable: false,
    httpStatus: 422,
  },
  SUBJECT_ERASED: {
    message: 'The data of this person or call was erased while it was being sent, and the session is discarded',
    todo: 'Nothing: an operator erased it. The client must not connect again for the same call if nothing of it may be recorded.',
    retryable: false,
    httpStatus: 410,
    closeCode: 4410,
  },
  TRY_AGAIN_LATER: {
    message: 'The server accepts no new connections at the moment',
    todo: 'Raise the limit that the log names (server.limits) or add a gateway; clients may connect again later.',
    retryable: true,
    httpStatus: 503,
    closeCode: 1013,
  },
  GOING_AWAY: {
    message: 'The server is stopping',
    todo: 'Nothing: the dump is stored, and the client may connect again once the server is back.',
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
} as const satisfies ErrorTable;
