import type { ErrorTable } from './entry.ts';

/** Errors of the admin API and of the commands that look at sessions. */
export const ADMIN_ERRORS = {
  DUMP_NOT_FOUND: {
    message: 'There is no such dump',
    todo: 'List the sessions with `rtcstats-server sessions list`; a dump may have been deleted or not be finished.',
    retryable: false,
    httpStatus: 404,
  },
  SESSION_NOT_FOUND: {
    message: 'There is no such session',
    todo: 'List the sessions with `rtcstats-server sessions list`.',
    retryable: false,
    httpStatus: 404,
  },
  HOLD_NOT_FOUND: {
    message: 'There is no such hold',
    todo: 'List the holds with `rtcstats-server hold list`.',
    retryable: false,
    httpStatus: 404,
  },
  SESSION_ACTIVE: {
    message: 'The session is not finished yet',
    todo: 'Wait until its state is stored or quarantined.',
    retryable: true,
    httpStatus: 409,
  },
  SUBJECT_HELD: {
    message: 'A legal hold keeps data of this person or call, so nothing was erased',
    todo: 'Remove the hold with `rtcstats-server hold remove` if its reason is gone, then erase again.',
    retryable: false,
    httpStatus: 409,
  },
  NOT_QUARANTINED: {
    message: 'The session is not in quarantine',
    todo: 'Nothing: only sessions in quarantine can be released.',
    retryable: false,
    httpStatus: 409,
  },
  STILL_NOT_CLEAN: {
    message: 'The verifier still finds something personal in the dump, which stays in quarantine',
    todo: 'Look at the findings; fix their source, or let the policy keep what may stay, and restart the gateway. Or delete the session.',
    retryable: false,
    httpStatus: 409,
  },
  ANALYSIS_FAILED: {
    message: 'The dump cannot be analyzed',
    todo: 'Look at the reason in the message and in the log, and run `rtcstats-server analyze ID`, which has no deadline and no limit of memory.',
    retryable: false,
    httpStatus: 500,
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
} as const satisfies ErrorTable;
