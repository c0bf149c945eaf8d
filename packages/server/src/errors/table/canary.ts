import type { ErrorTable } from './entry.ts';

/** Errors of the canary, which checks a running gateway from outside. */
export const CANARY_ERRORS = {
  GATEWAY_UNREACHABLE: {
    message: 'The gateway cannot be reached',
    todo: 'Check that it runs, and name the address that clients connect to with --url.',
    retryable: true,
  },
  CANARY_CUT_OFF: {
    message: "The gateway closed the canary's connection",
    todo: 'Look up the close code in docs/errors.md; server.limits may be too low for the messages of the canary.',
    retryable: true,
  },
  CANARY_NOT_FOUND: {
    message: "The canary's session did not become a dump in time",
    todo: 'Check that --config and --data are those of the gateway, or allow more time with --timeout.',
    retryable: true,
  },
  CANARY_NOT_FORWARDED: {
    message: "The canary's dump was not delivered and withdrawn again",
    todo: 'Look at `rtcstats-server egress` and the log of the gateway; the session stays until it is deleted.',
    retryable: true,
  },
  CANARY_RUNNING: {
    message: 'A canary is running already',
    todo: 'Wait until it has finished: GET /api/canary shows its state.',
    retryable: true,
    httpStatus: 409,
  },
} as const satisfies ErrorTable;
