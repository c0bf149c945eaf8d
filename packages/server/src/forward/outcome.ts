import type { Delivery, DeliveryOutcome } from '../catalog/deliveries.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { backoff } from '../retry/backoff.ts';
import { type TargetEffect, TargetError } from './target.ts';
import { DumpChanged } from './transfer.ts';

/**
 * How long a claim lasts without a sign of life, in milliseconds. Longer than any one request may take, so that nobody takes over while
 * an answer may still come.
 */
export const LEASE_MS = 5 * 60_000;

/** Pauses, in milliseconds. */
export interface ForwardTimes {
  /** Before the second attempt; each later pause is twice as long. */
  readonly firstRetryMs: number;
  /** Before the target is asked whether it did what it did not answer to: it may still be at it. */
  readonly unclearMs: number;
  /** How long after the request that costs a credit a dump may still turn up; only then it is sent once more. */
  readonly arrivalMs: number;
  /** After an answer that only an operator can do something about; then one dump tries whether it was done. */
  readonly pauseMs: number;
}

export const FORWARD_TIMES: ForwardTimes = {
  firstRetryMs: 1000,
  unclearMs: 10_000,
  arrivalMs: 5 * 60_000,
  pauseMs: 5 * 60_000,
};

const MAX_RETRY_MS = 60 * 60_000;
/** With an hour between the later ones: some two days. */
const MAX_ATTEMPTS = 60;

/** The target does not have the dump, but may still be at it. */
export class NotThereYet extends Error {
  override readonly name = 'NotThereYet';
}

/** What went wrong with an attempt, and what that means. */
export interface Failure {
  readonly effect: TargetEffect;
  readonly status: number | null;
  readonly code: string | null;
  readonly retryAfterMs: number | null;
  /** The request that costs a credit may have been carried out. */
  readonly unclear: boolean;
}

export interface Situation {
  readonly now: number;
  /** Whether the target can be asked what arrived. */
  readonly stores: boolean;
  readonly times: ForwardTimes;
}

/** @param unclear whether that request had been made, and it is not known what came of it */
export function failureOf(error: unknown, unclear: boolean): Failure {
  const nothing = { status: null, retryAfterMs: null, unclear };
  if (error instanceof TargetError) {
    const { effect, status, code, retryAfterMs } = error;
    return { effect, status, code, retryAfterMs, unclear };
  }
  if (error instanceof NotThereYet) return { ...nothing, effect: 'retry', code: 'NOT_THERE_YET' };
  if (error instanceof DumpChanged) return { ...nothing, effect: 'refuse', code: 'DUMP_CHANGED' };
  if (isGatewayError(error, 'DUMP_NOT_FOUND')) return { ...nothing, effect: 'refuse', code: error.code };
  if (isGatewayError(error)) return { ...nothing, effect: 'retry', code: error.code };
  return { ...nothing, effect: 'retry', code: 'INTERRUPTED' };
}

/** What becomes of a delivery after a failed attempt. */
export function afterFailure(delivery: Delivery, failure: Failure, situation: Situation): DeliveryOutcome {
  const { now, stores } = situation;
  const at = new Date(now).toISOString();
  const facts = {
    at,
    lastStatus: failure.status,
    lastCode: failure.code,
    // Kept while it is not clear, so that the next attempt asks first.
    assemblingAt: failure.unclear ? (delivery.assemblingAt ?? at) : null,
  };
  // Taking back goes on until it is done: the state stays what it was.
  if (delivery.withdrawn) return { ...facts, state: 'delivered', nextAttemptAt: retryAt(delivery, failure, situation) };
  if (failure.effect === 'refuse') return { ...facts, state: 'refused', nextAttemptAt: null };
  // Nobody can say whether it was analysed, and a second time would cost a second credit.
  if (failure.unclear && !stores) return { ...facts, state: 'failed', lastCode: 'UNCLEAR', nextAttemptAt: null };
  if (failure.effect === 'pause') return { ...facts, state: 'waiting', nextAttemptAt: at };
  if (delivery.attempts >= MAX_ATTEMPTS) return { ...facts, state: 'failed', nextAttemptAt: null };
  return { ...facts, state: 'waiting', nextAttemptAt: retryAt(delivery, failure, situation) };
}

/** Twice as long after each attempt, and no sooner than the target asks for. */
function retryAt({ attempts }: Delivery, { retryAfterMs, unclear }: Failure, { now, times }: Situation): string {
  const pause = backoff(Math.max(0, attempts - 1), times.firstRetryMs, MAX_RETRY_MS);
  return new Date(now + Math.max(pause, retryAfterMs ?? 0, unclear ? times.unclearMs : 0)).toISOString();
}
