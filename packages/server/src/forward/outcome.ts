import type { Delivery, DeliveryOutcome } from '../catalog/deliveries.ts';
import type { ErrorCode } from '../errors/errors.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { backoff } from '../retry/backoff.ts';
import { type TargetEffect, TargetError } from './target.ts';

/**
 * How long a claim lasts without being renewed, in milliseconds. Longer than any single request may take, so that no
 * other gateway takes over while an answer may still come.
 */
export const LEASE_MS = 5 * 60_000;

/** Pauses, in milliseconds. */
export interface ForwardTimes {
  /** Before the second attempt; each later pause is twice as long. */
  readonly firstRetryMs: number;
  /** Before the target is asked for the result of an unanswered request, which it may still be processing. */
  readonly unclearMs: number;
  /** How long after the request that costs a credit a dump may still appear; it is sent again only after that. */
  readonly arrivalMs: number;
  /** After an answer that needs an operator (token, plan, credits); then one dump is tried. */
  readonly pauseMs: number;
}

export const FORWARD_TIMES: ForwardTimes = {
  firstRetryMs: 1000,
  unclearMs: 10_000,
  arrivalMs: 5 * 60_000,
  pauseMs: 5 * 60_000,
};

const MAX_RETRY_MS = 60 * 60_000;
/** About two days, because later attempts are an hour apart. */
const MAX_ATTEMPTS = 60;

/** The cause of a failed attempt, and its consequences. */
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

/** The target does not list the dump yet, but may still be processing the request that costs a credit. */
export const NOT_THERE_YET: Failure = {
  effect: 'retry',
  status: null,
  code: 'NOT_THERE_YET' satisfies ErrorCode,
  retryAfterMs: null,
  unclear: true,
};

/** @param unclear whether the request that costs a credit was made and its result is unknown */
export function failureOf(error: unknown, unclear: boolean): Failure {
  const nothing = { status: null, retryAfterMs: null, unclear };
  if (error instanceof TargetError) {
    const { effect, status, code, retryAfterMs } = error;
    return { effect, status, code, retryAfterMs, unclear };
  }
  if (isGatewayError(error, 'DUMP_CHANGED') || isGatewayError(error, 'DUMP_NOT_FOUND'))
    return { ...nothing, effect: 'refuse', code: error.code };
  if (isGatewayError(error)) return { ...nothing, effect: 'retry', code: error.code };
  return { ...nothing, effect: 'retry', code: 'INTERRUPTED' satisfies ErrorCode };
}

/** The next state of a delivery after a failed attempt. */
export function afterFailure(delivery: Delivery, failure: Failure, situation: Situation): DeliveryOutcome {
  const { now, stores } = situation;
  const at = new Date(now).toISOString();
  const facts = {
    at,
    lastStatus: failure.status,
    lastCode: failure.code,
    // Kept while the result is unknown, so that the next attempt asks the target first.
    assemblingAt: failure.unclear ? (delivery.assemblingAt ?? at) : null,
  };
  // Withdrawing is repeated until it succeeds, so the state stays as it was.
  if (delivery.withdrawn) return { ...facts, state: 'delivered', nextAttemptAt: retryAt(delivery, failure, situation) };
  if (failure.effect === 'refuse') return { ...facts, state: 'refused', nextAttemptAt: null };
  // The dump may have been analyzed, and a second analysis would cost a second credit.
  if (failure.unclear && !stores)
    return { ...facts, state: 'failed', lastCode: 'UNCLEAR' satisfies ErrorCode, nextAttemptAt: null };
  if (failure.effect === 'pause') return { ...facts, state: 'waiting', nextAttemptAt: at };
  if (delivery.attempts >= MAX_ATTEMPTS) return { ...facts, state: 'failed', nextAttemptAt: null };
  return { ...facts, state: 'waiting', nextAttemptAt: retryAt(delivery, failure, situation) };
}

/** Exponential backoff, but not before the time that the target asks for. */
function retryAt({ attempts }: Delivery, { retryAfterMs, unclear }: Failure, { now, times }: Situation): string {
  const pause = backoff(Math.max(0, attempts - 1), times.firstRetryMs, MAX_RETRY_MS);
  return new Date(now + Math.max(pause, retryAfterMs ?? 0, unclear ? times.unclearMs : 0)).toISOString();
}
