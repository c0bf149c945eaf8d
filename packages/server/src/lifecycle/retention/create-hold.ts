import { randomUUIDv7 } from 'node:crypto';
import { cleanNames, isPseudonym, type Policy } from '@rtcstats-server/privacy';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Hold, HoldKind } from '../../catalog/holds.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import { AHEAD_MS, MAX_EPOCHS_AHEAD } from '../../pseudonyms/key-changes.ts';
import type { PseudonymKeys } from '../../pseudonyms/pseudonym-keys.ts';
import { subjectNames } from '../../pseudonyms/subject-names.ts';

export interface HoldRequest {
  readonly kind: HoldKind;
  /** The id in the application, or the name as it is in the catalog. */
  readonly text: string;
  readonly reason: string;
}

export interface HoldContext {
  readonly catalog: Pick<Catalog, 'sessions'>;
  /** Null where the key is not: only names that are in the catalog can be held then. */
  readonly keys: PseudonymKeys | null;
  readonly policy: Policy;
}

/**
 * Computes the names of a hold. An id of the application becomes its pseudonyms in all epochs from the oldest session
 * to years ahead: the keys of later epochs follow from the master key, so the id need not be stored, and no session has
 * to be looked at when it begins. The id itself is a name only if the catalog has it: in a session, or because the
 * policy keeps it.
 *
 * **Limits.** A pseudonym tells nothing about other epochs, so that it holds only the sessions that have it. A new
 * master key (`keys rotate`), another rotation, or a policy that begins to keep or to replace ids makes names that are
 * not among these. Epochs whose key is destroyed are left out.
 *
 * @throws GatewayError KEY_UNUSABLE if the name is not in the catalog and there is no key
 */
export async function createHold(
  { kind, text, reason }: HoldRequest,
  { catalog, keys, policy }: HoldContext,
  now: number = Date.now(),
): Promise<Hold> {
  const { sessions } = catalog;
  const hold = { id: randomUUIDv7(), kind, reason, createdAt: new Date(now).toISOString() };
  const query = kind === 'session' ? { session: text } : { [kind]: text };
  const [known] = (await sessions.list({ ...query, limit: 1 })).sessions;
  const isDump = kind === 'session' && (await sessions.get(text)) !== undefined;
  if (isDump) return { ...hold, name: text, names: [text], coversUntil: null };
  if (isPseudonym(text)) {
    return { ...hold, name: text, names: [text], coversUntil: epochEnd(keys, known?.receipt.keyId ?? null) };
  }
  if (keys === null) {
    if (known !== undefined) return { ...hold, name: text, names: [text], coversUntil: null };
    throw new GatewayError('KEY_UNUSABLE', 'The pseudonym key is not here, and the name is not in the catalog', {
      todo: 'Run the command where the gateway runs, or give the pseudonym as it is in the list of sessions.',
    });
  }
  const current = cleanNames(kind, text, policy, keys.current(now));
  const isKept = current.includes(text);
  const oldest = await sessions.oldestStart();
  const from = oldest === undefined ? now : Date.parse(oldest);
  // A dispute that takes longer needs the hold to be renewed. With a short rotation, these are fewer years, because
  // each epoch is a name in the catalog.
  const ahead = keys.rotation === null ? now : Math.min(now + AHEAD_MS, now + MAX_EPOCHS_AHEAD * keys.rotation);
  const end = keys.currentEpoch(ahead).to;
  const all = subjectNames(kind, text, keys, { from, to: end === null ? now : end - 1 });
  const names = isKept || known !== undefined ? all : all.filter((name) => name !== text);
  const coversUntil = isKept || end === null ? null : new Date(end).toISOString();
  return { ...hold, name: current[0] ?? names[0]!, names, coversUntil };
}

/** When the epoch of a key ends, and with it its pseudonyms; null if that is not known, or never. */
function epochEnd(keys: PseudonymKeys | null, keyId: string | null): string | null {
  const end = keys?.epochOf(keyId)?.to ?? null;
  return end === null ? null : new Date(end).toISOString();
}
