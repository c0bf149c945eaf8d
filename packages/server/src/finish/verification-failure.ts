import { UnreadableInputError } from '@rtcstats-server/privacy/verifier';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DumpVerifier } from './pack.ts';

/** Takes the place of a verifier that fails on a dump. The dump goes to the quarantine. */
export const UNVERIFIED: DumpVerifier = {
  version: '',
  push() {},
  end: () => ({ clean: false, total: 1, findings: [], classes: { unverifiable: 1 }, lines: 0 }),
};

/** A verifier in this thread throws an error of its own. */
export function asVerificationFailure(error: unknown): unknown {
  if (!(error instanceof UnreadableInputError)) return error;
  return new GatewayError('VERIFICATION_FAILED', `The dump cannot be verified: ${error.message}`, { cause: error });
}
