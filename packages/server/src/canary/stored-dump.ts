import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import type { SessionRow } from '../catalog/catalog.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import type { Sessions } from '../lifecycle/sessions.ts';

const POLL_MS = 100;
/** A second is what the gateway promises; this many milliseconds it may be late on a busy machine. */
const FLUSH_MS = 5000;

export interface StoredDump {
  readonly row: SessionRow & { readonly state: 'stored' | 'quarantined' };
  /** Head, metadata and events, without line feeds. */
  readonly lines: readonly string[];
}

export interface AwaitOptions {
  readonly sessions: Pick<Sessions, 'list' | 'dump'>;
  /** What the conference may be called in the catalog. */
  readonly names: readonly string[];
  /** Stands in the dump that is looked for, and in no other. */
  readonly marker: string;
  /** When the canary began, in milliseconds since the epoch. */
  readonly since: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** Clocks of gateways differ from this one's, in milliseconds. */
const CLOCKS_MS = 10 * 60_000;

/** Waits until the canary's dump is kept, and reads it. @throws GatewayError CANARY_NOT_FOUND */
export async function awaitStoredDump(options: AwaitOptions): Promise<StoredDump> {
  const { names, marker, timeout, since, signal } = options;
  const from = new Date(since - CLOCKS_MS).toISOString();
  const end = performance.now() + timeout;
  const others = new Set<string>();
  let unfinished: SessionRow | undefined;
  do {
    unfinished = undefined;
    for (const conference of names) {
      const { sessions } = await options.sessions.list({ conference, from, limit: 1000 });
      for (const row of sessions) {
        const { id, state } = row;
        if (others.has(id) || state === 'erased') continue;
        if (state === 'recording' || state === 'closed') {
          unfinished = row;
          continue;
        }
        const dump = await readDump(options.sessions, id);
        if (dump?.includes(marker)) return { row: { ...row, state }, lines: dump.replace(/\n$/, '').split('\n') };
        others.add(id);
      }
    }
    signal?.throwIfAborted();
    await pause(POLL_MS);
  } while (performance.now() < end);
  throw notFound(unfinished, timeout);
}

/** Whether a text is in some file of the spool, waiting a moment until it is, as long as the session is open. */
export async function isInSpool(dataDirectory: string, marker: string, isOpen: () => boolean): Promise<boolean> {
  const spool = join(dataDirectory, 'spool');
  const end = performance.now() + FLUSH_MS;
  do {
    for (const name of await readdir(spool).catch(() => [])) {
      const content = await readFile(join(spool, name), 'latin1').catch(() => '');
      if (content.includes(marker)) return true;
    }
    await pause(POLL_MS);
  } while (isOpen() && performance.now() < end);
  return false;
}

/** `undefined`: it was deleted meanwhile. */
async function readDump(sessions: Pick<Sessions, 'dump'>, id: string): Promise<string | undefined> {
  try {
    // Whoever reads sees an error of either stream.
    return await text(pipeline(await sessions.dump(id), createGunzip(), () => {}));
  } catch (error) {
    if (isGatewayError(error, 'DUMP_NOT_FOUND') || isGatewayError(error, 'SESSION_NOT_FOUND')) return undefined;
    throw error;
  }
}

function notFound(unfinished: SessionRow | undefined, timeout: number): GatewayError {
  const seconds = `within ${timeout / 1000} s`;
  return unfinished === undefined
    ? new GatewayError('CANARY_NOT_FOUND', `The canary's session did not show in the catalog ${seconds}`)
    : new GatewayError(
        'CANARY_NOT_FOUND',
        `Session ${unfinished.id} of the canary is still ${unfinished.state} ${seconds}`,
        {
          todo: 'Look at the log of the gateway for what finishing waits for, or give it longer with --timeout.',
        },
      );
}
