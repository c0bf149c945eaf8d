import { randomUUID } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { keyFile, makeKeyFile, tombstoneKeyFile } from '../keys/key-file.ts';
import { type KeyRing, parseEpochId } from '../pseudonyms/key-ring.ts';
import { readRing, replaceRing } from '../pseudonyms/key-ring-file.ts';
import { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';

/** How long a change of the keys may take until another process may make one, in milliseconds. */
const LEASE_MS = 60_000;
/**
 * How long before the oldest session of the catalog keys are kept, in milliseconds: a backup that is restored one day
 * may have sessions that retention has removed since.
 */
const BACKUPS_MS = 400 * 24 * 3_600_000;

/**
 * `current`: new sessions use it. `kept`: names of that time can still be found. `destroyed`: nobody can find them.
 * `unknown`: the catalog has sessions with it, but it is of another `privacy.keyRotation` or key.
 */
export type EpochState = 'current' | 'kept' | 'destroyed' | 'unknown';

export interface ListedEpoch {
  readonly id: string;
  /** ISO 8601, UTC; null: not known, or no limit. */
  readonly from: string | null;
  readonly to: string | null;
  readonly sessions: number;
  readonly state: EpochState;
}

/** The earliest time for which keys are kept, in milliseconds. */
export async function oldestKept(catalog: Pick<Catalog, 'sessions'>, now: number): Promise<number> {
  const oldest = await catalog.sessions.oldestStart();
  return Math.max(0, (oldest === undefined ? now : Math.min(now, Date.parse(oldest))) - BACKUPS_MS);
}

/** All epochs from the oldest session until now, those that were destroyed, and those of sessions, newest first. */
export async function listEpochs(
  keys: PseudonymKeys,
  catalog: Pick<Catalog, 'sessions'>,
  now: number,
): Promise<ListedEpoch[]> {
  const counts = await catalog.sessions.countByKey();
  const oldest = await catalog.sessions.oldestStart();
  const from = oldest === undefined ? now : Math.min(now, Date.parse(oldest));
  const current = keys.currentEpoch(now).id;
  const inTime = keys.between({ from, to: now }).map(({ id }) => id);
  const destroyed = keys.ring.destroyed.map(({ id }) => id);
  const known = new Set([current, ...inTime, ...destroyed]);
  const rows = [...new Set([...known, ...counts.keys()])].map((id): ListedEpoch => {
    const sessions = counts.get(id) ?? 0;
    const epoch = known.has(id) ? keys.epochOf(id) : undefined;
    if (epoch === undefined) return { id, from: null, to: null, sessions, state: 'unknown' };
    const state = id === current ? 'current' : epoch.key === null ? 'destroyed' : 'kept';
    return { id, from: toIso(epoch.from), to: toIso(epoch.to), sessions, state };
  });
  return rows.sort((a, b) => position(b.id) - position(a.id));
}

function toIso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** Generations after one another, and the epochs in each of them. */
function position(id: string): number {
  const { number, generation } = parseEpochId(id) ?? { number: -1, generation: -1 };
  return number + generation / 1e6;
}

/**
 * Changes the key file, one process at a time. The key of the tombstones is written first, because it may follow from
 * a master key that the change removes.
 *
 * @throws GatewayError KEY_UNUSABLE if the key is configured, or somebody else changes it
 */
export async function changeKeys(
  config: Config,
  catalog: Pick<Catalog, 'leases'>,
  change: (ring: KeyRing) => KeyRing,
): Promise<void> {
  const path = keyFile(config.dataDirectory);
  // With the other gateways of the catalog as well, because that is simpler than one lease per data directory.
  const lease = { name: 'keys', holder: randomUUID() };
  const now = Date.now();
  const until = new Date(now + LEASE_MS).toISOString();
  if (!(await catalog.leases.take({ ...lease, now: new Date(now).toISOString(), until }))) {
    throw new GatewayError('KEY_UNUSABLE', 'Another command is changing keys', { todo: 'Repeat it in a minute.' });
  }
  try {
    const ring = readRing(path);
    if (ring === undefined) throw new GatewayError('KEY_UNUSABLE', `There is no pseudonym key yet in ${path}`);
    const keys = new PseudonymKeys({ path, ring }, config.pseudonyms.rotation);
    const changed = change(ring);
    makeKeyFile(tombstoneKeyFile(config.dataDirectory), keys.derive('tombstones'));
    replaceRing(path, changed);
  } finally {
    await catalog.leases.release(lease);
  }
}

/** A key in the configuration cannot be changed by a command. @throws GatewayError KEY_UNUSABLE */
export function requireKeyFile({ pseudonyms, dataDirectory }: Config): void {
  if (pseudonyms.key === undefined) return;
  throw new GatewayError('KEY_UNUSABLE', 'The pseudonym key is set as privacy.key, and every epoch follows from it', {
    todo: `Write it to ${keyFile(dataDirectory)} with \`rtcstats-server keys import\`, and remove privacy.key everywhere.`,
  });
}
