import type { ErrorTable } from './entry.ts';

/**
 * Errors of forwarding dumps to rtcstats.com. The last group is never thrown: these codes describe the last attempt of
 * a delivery (`lastCode`), where operators see them next to codes of rtcstats.com and of the network.
 */
export const FORWARDING_ERRORS = {
  FORWARD_OFF: {
    message: 'Forwarding is off',
    todo: 'Set forward.mode to upload or enrich; with forward.sample 0 and no rules, dumps are forwarded only on request.',
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
    message: 'The dump may not leave: the application forbids it in the token of the session',
    todo: 'Ask the issuer of the tokens; `rtcStats.forward` is false in this one.',
    retryable: false,
    httpStatus: 409,
  },
  UNCLEAR: {
    message: 'The dump may have been analyzed, but its answer was lost',
    todo: 'Check the account at rtcstats.com; the gateway does not try again because a second analysis costs a second credit.',
    retryable: false,
  },
  NOT_THERE_YET: {
    message: 'The dump may have been accepted, but rtcstats.com does not list it yet',
    todo: 'Nothing: the gateway asks again, and sends the dump once more if it has not arrived after five minutes.',
    retryable: true,
  },
  INTERRUPTED: {
    message: 'The attempt was interrupted, for example because the gateway stopped',
    todo: 'Nothing: a gateway on the same catalog tries again.',
    retryable: true,
  },
  ANSWER_NOT_UNDERSTOOD: {
    message: 'The answer of rtcstats.com was not understood',
    todo: 'Check forward.endpoint, and that no proxy on the way answers in its place; the gateway tries again.',
    retryable: true,
  },
  DUMP_CHANGED: {
    message: 'The stored dump is not the one that was verified',
    todo: 'Find out what changed the file in the storage; nothing was delivered, and the dump is not sent.',
    retryable: false,
  },
  TIMEOUT: {
    message: 'There was no answer from rtcstats.com in time',
    todo: 'Check the network between the gateway and forward.endpoint; the gateway tries again.',
    retryable: true,
  },
  NETWORK: {
    message: 'The connection to rtcstats.com failed without a code of the operating system',
    todo: 'Check the network between the gateway and forward.endpoint, and TLS proxies on the way; the gateway tries again.',
    retryable: true,
  },
} as const satisfies ErrorTable;
