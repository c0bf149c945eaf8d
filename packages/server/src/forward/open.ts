import type { ForwardGate } from '../finish/finisher.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { subjectNames } from '../pseudonyms/subject-names.ts';
import { RtcstatsCom } from './rtcstats-com.ts';
import { ForwardDecision, type ForwardRules } from './rules.ts';
import type { ForwardTarget } from './target.ts';

/** The settings that decide which dumps are forwarded and where to (`forward`). */
export interface ForwardSettings {
  readonly mode: 'off' | 'upload' | 'enrich';
  /** Base URL of the API. */
  readonly endpoint: string;
  /** A secret. Required for delivering and deleting. */
  readonly token?: string | undefined;
  readonly rules: ForwardRules;
}

/**
 * Decides in the finishing step whether a dump is forwarded; `undefined` when forwarding is off.
 *
 * @param deliver adds the delivery of a chosen dump; called again when finishing is repeated
 */
export function forwardGate(
  settings: ForwardSettings,
  keys: PseudonymKeys,
  deliver: ForwardGate['deliver'],
): ForwardGate | undefined {
  if (settings.mode === 'off') return undefined;
  const decision = new ForwardDecision(settings.rules, (field, text, { receipt, startedAt }) => {
    // An uploaded dump has pseudonyms of its upload, which may be long after its start.
    const at = keys.startOfKey(receipt.keyId) ?? Date.parse(startedAt);
    return subjectNames(field, text, keys, { from: at, to: at });
  });
  return { reason: (row, openDump) => decision.reason(row, openDump), deliver };
}

/**
 * The service that dumps are sent to; `undefined` without a token. With `forward.mode: off` it is only used to withdraw
 * dumps that were delivered before.
 */
export function openForwardTarget({ mode, endpoint, token }: ForwardSettings): ForwardTarget | undefined {
  if (token === undefined) return undefined;
  return new RtcstatsCom({ endpoint, token, mode: mode === 'off' ? 'upload' : mode });
}
