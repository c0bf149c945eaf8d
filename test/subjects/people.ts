import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sendSession } from '@rtcstats-server/testing/client';
import { type Gateway, startGateway } from 'rtcstats-server';
import type { Catalog } from 'rtcstats-server/catalog';
import type { SessionRow } from 'rtcstats-server/catalog/sessions';
import { createConfig } from 'rtcstats-server/config';
import { vi } from 'vitest';

export const ALICE = 'alice@example.com';
export const BOB = 'bob@example.com';
export const EPOCH_MS = 24 * 3_600_000;
export const QUARANTINED = '01a20000-0000-7000-8000-0000000000aa';

/** URL of a client, with an identity that the gateway replaces. */
export function clientUrl(port: number, user: string): string {
  return `ws://127.0.0.1:${port}/?userId=${encodeURIComponent(user)}&conferenceId=standup`;
}

/** A message of a client. */
export function message(number: number): string {
  return JSON.stringify([':mark', null, { number }, 1_795_800_000_000]);
}

interface Filling {
  /** Sessions per epoch and user, the current epoch last. */
  readonly epochs: readonly { readonly alice: number; readonly bob: number }[];
  /** Called when all sessions are stored, while the gateway runs. */
  readonly done?: (gateway: Gateway) => Promise<void>;
}

/**
 * Records sessions of two people over several key epochs, one per day. The clock of the gateway is moved back for the
 * earlier ones, so it runs in this process.
 */
export async function fill(values: Readonly<Record<string, unknown>>, { epochs, done }: Filling): Promise<void> {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now });
  const config = createConfig({
    server: { port: 0 },
    admin: { port: 0 },
    log: { level: 'fatal' },
    privacy: { keyRotation: '1d' },
    ...values,
  });
  const gateway = await startGateway(config);
  const stored = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${gateway.adminAddress.port}/api/sessions?state=stored&limit=1000`);
    return ((await answer.json()) as { sessions: unknown[] }).sessions.length;
  };
  try {
    let sent = 0;
    for (const [index, { alice, bob }] of epochs.entries()) {
      vi.setSystemTime(now - (epochs.length - 1 - index) * EPOCH_MS);
      const users = [...Array<string>(alice).fill(ALICE), ...Array<string>(bob).fill(BOB)];
      await Promise.all(
        users.map((user, number) => {
          const identity = JSON.stringify(['identity', null, { user }, 1_795_800_000_000]);
          return sendSession(clientUrl(gateway.publicAddress.port, user), [identity, message(number)]);
        }),
      );
      sent += users.length;
      await vi.waitUntil(async () => (await stored()) === sent, { timeout: 30_000, interval: 50 });
    }
    vi.setSystemTime(now);
    await done?.(gateway);
  } finally {
    vi.useRealTimers();
    await gateway.stop();
  }
}

/** Puts a dump of somebody into the quarantine, because the dumps of clients are clean. */
export async function quarantine(data: string, catalog: Catalog, like: SessionRow): Promise<void> {
  const dump = `RTCStatsDump\n{"fileFormat":3}\n[":log",null,"${like.user} saw 203.0.113.77",1]\n["close",null,1000,1]\n`;
  await writeFile(join(data, 'quarantine', `${QUARANTINED}.gz`), gzipSync(dump));
  const receipt = { ...like.receipt, findings: 1 };
  await catalog.sessions.put({ ...like, id: QUARANTINED, state: 'quarantined', storageKey: null, receipt });
}

/** Names of all files below a directory. */
export async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
