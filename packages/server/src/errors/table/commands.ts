import type { ErrorTable } from './entry.ts';

/** Errors of the command line and of the files that commands read and write. */
export const COMMAND_ERRORS = {
  USAGE: {
    message: 'The command line cannot be understood',
    todo: 'Run the command with --help.',
    retryable: false,
  },
  INPUT_UNREADABLE: {
    message: 'The input cannot be read',
    todo: 'Check that the file exists, that this user may read it, and that it was transferred completely.',
    retryable: false,
  },
  OUTPUT_UNWRITABLE: {
    message: 'The output cannot be written',
    todo: 'Check that the directory exists, is writable and has space; the input is never overwritten.',
    retryable: false,
  },
  NOT_A_DUMP: {
    message: 'The input is not an rtcstats dump',
    todo: 'Give an rtcstats dump (first line RTCStatsDump), a recording with one JSON array per line, or a webrtc-internals dump; plain or gzipped.',
    retryable: false,
    httpStatus: 400,
  },
  UNSUPPORTED_FORMAT: {
    message: 'The input has a format that this version does not support here',
    todo: 'Give an rtcstats dump of file format 3, a recording with one JSON array per line, or a webrtc-internals dump.',
    retryable: false,
    httpStatus: 400,
  },
  NODE_TOO_OLD: {
    message: 'This Node.js is too old',
    todo: 'Install Node.js 26.10 or newer; in a checkout, `npm start` and `npx rtcstats-server` bring their own.',
    retryable: false,
  },
} as const satisfies ErrorTable;
