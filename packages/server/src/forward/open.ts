import type { Config } from '../config/config.ts';
import { readForwardRules } from '../config/forward-rules.ts';
import type { ForwardGate } from '../finish/finisher.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { subjectNames } from '../pseudonyms/subject-names.ts';
import { RtcstatsCom } from './rtcstats-com.ts';
import { ForwardDecision } from './rules.ts';
import type { ForwardTarget } from './target.ts';

/**
 * What finishing asks whether a dump goes; `undefined` where none does.
 *
 * @param deliver takes the delivery of one that does; it is repeated when finishing is
 */
export function forwardGate(
  { forward }: Pick<Config, 'forward'>,
  keys: PseudonymKeys,
  deliver: ForwardGate['deliver'],
): ForwardGate | undefined {
  if (forward.mode === 'off') return undefined;
  const read = readForwardRules(forward);
  // A configuration with problems does not get here.
  if ('problems' in read) throw new TypeError(read.problems.join('; '));
  const decision = new ForwardDecision(read.rules, (field, text, startedAt) => {
    const at = Date.parse(startedAt);
    return subjectNames(field, text, keys, { from: at, to: at });
  });
  return { reason: (row, openDump) => decision.reason(row, openDump), deliver };
}

/**
 * Where dumps go. With `forward.mode: off` and a token still what was delivered before can be taken back; `undefined`
 * without one.
 */
export function openForwardTarget({ forward }: Pick<Config, 'forward'>): ForwardTarget | undefined {
  const { mode, endpoint, token } = forward;
  if (token === undefined) return undefined;
  return new RtcstatsCom({ endpoint, token, mode: mode === 'off' ? 'upload' : mode });
}
