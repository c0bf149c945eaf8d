import { parentPort } from 'node:worker_threads';
import type { Policy, Verdict } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';

/** A request to the thread. Each dump is one `policy`, then chunks in order, then `end`. */
export type VerifierRequest =
  | { readonly policy: Policy }
  | { readonly chunk: Uint8Array<ArrayBuffer> }
  | { readonly end: true };

/** An answer: bytes that were read, the result, or why the dump cannot be verified. */
export type VerifierAnswer =
  | { readonly read: number }
  | { readonly verdict: Verdict }
  | { readonly unreadable: string };

/** Runs in a thread of its own, so that it can be ended when a dump takes too long. */
function answer(request: VerifierRequest): VerifierAnswer | undefined {
  try {
    if ('policy' in request) verifier = new Verifier(known(request.policy));
    else if ('end' in request) return { verdict: verifier!.end() };
    else {
      verifier!.push(request.chunk);
      return { read: request.chunk.length };
    }
  } catch (error) {
    return { unreadable: (error as Error).message };
  }
  return undefined;
}

let verifier: Verifier | undefined;
/** The same object for equal policies, because the verifier prepares its detectors once per object. */
const policies = new Map<string, Policy>();

function known(policy: Policy): Policy {
  const text = JSON.stringify(policy);
  const same = policies.get(text) ?? policy;
  policies.set(text, same);
  return same;
}

parentPort!.on('message', (request: VerifierRequest) => {
  const answered = answer(request);
  if (answered !== undefined) parentPort!.postMessage(answered);
});
