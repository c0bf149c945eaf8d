import type { ForwardGate } from '../finish/finisher.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { subjectNames } from '../pseudonyms/subject-names.ts';
import { RtcstatsCom } from './rtcstats-com.ts';
import { ForwardDecision, type ForwardRules } from './rules.ts';
import type { ForwardTarget } from './target.ts';

/** The part of the configuration that says what is forwarded, and where to (`forward`). */
export interface ForwardSettings {
  readonly mode: 'off' | 'upload' | 'enrich';
  /** Base URL of the API. */
  readonly endpoint: string;
  /** A secret. Without it nothing can be delivered or deleted. */
  readonly token?: string | undefined;
  readonly rules: ForwardRules;
}

/**
 * What finishing asks whether a dump goes; `undefined` where none does.
 *
 * @param deliver takes the delivery of one that does; it is repeated when finishing is
 */
export function forwardGate(
  settings: ForwardSettings,
  keys: PseudonymKeys,
  deliver: ForwardGate['deliver'],
): ForwardGate | undefined {
  if (settings.mode === 'off') return undefined;
  const decision = new ForwardDecision(settings.rules, (field, text, startedAt) => {
    const at = Date.parse(startedAt);
    return subjectNames(field, text, keys, { from: at, to: at });
  });
  return { reason: (row, openDump) => decision.reason(row, openDump), deliver };
}

/**
 * Where dumps go. With `forward.mode: off` and a token still what was delivered before can be taken back; `undefined`
 * without one.
 */
export function openForwardTarget({ mode, endpoint, token }: ForwardSettings): ForwardTarget | undefined {
  if (token === undefined) return undefined;
  return new RtcstatsCom({ endpoint, token, mode: mode === 'off' ? 'upload' : mode });
}
