import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePolicy } from '@rtcstats-server/privacy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Counts } from '../metrics/counts.ts';
import { NetworkNames } from '../net/client-network.ts';
import { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import type { ClosedSession } from '../spool/record.ts';
import { Spool } from '../spool/spool.ts';
import type { UnwrittenSession } from '../spool/spool-file.ts';
import { AnonymizerThread } from './anonymizer-thread.ts';
import type { SessionOrigin } from './origin.ts';
import { Session } from './session.ts';
import { SessionPolicies } from './session-policies.ts';

const origin: SessionOrigin = {
  url: '/room',
  origin: 'https://meet.example.com',
  userAgent: null,
  remoteAddresses: ['203.0.113.77'],
  network: 'a network',
  clientProtocol: null,
  user: 'anna',
  conference: null,
  session: null,
  signed: ['user'],
  preset: null,
  forward: null,
};

let directory: string;
let spool: Spool;
let counts: Counts;
let left: (ClosedSession | UnwrittenSession)[];
let ended: string[];
let failures: Error[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-session-'));
  spool = await Spool.open(directory);
  counts = new Counts();
  left = [];
  ended = [];
  failures = [];
});
afterEach(async () => {
  await spool.close();
  await rm(directory, { recursive: true, force: true });
});

function begin(changes: Partial<SessionOrigin> = {}, dumpBytes = 1024 * 1024): Session {
  const policies = new SessionPolicies(parsePolicy({}), new PseudonymKeys(new Uint8Array(32), null));
  const budget = { shortage: null, failed: (error: Error) => void failures.push(error) };
  const context = {
    policies,
    spool,
    budget,
    dumpBytes,
    internalsBytes: 0,
    locate: () => ({ continent: 'EU', country: 'GB' }),
    counts,
    anonymizerThread: new AnonymizerThread(),
    networks: new NetworkNames(),
    finish: (session: ClosedSession | UnwrittenSession) => void left.push(session),
  };
  return new Session(context, { end: (code) => void ended.push(code) }, { ...origin, ...changes });
}

const message = (text: string): Uint8Array => Buffer.from(text);

/** The lines of the dump in the spool file of the only closed session. */
async function dumpLines(): Promise<string[]> {
  const { path, dumpStart, dumpEnd } = left[0] as ClosedSession;
  const file = await readFile(path);
  return file.subarray(dumpStart, dumpEnd).toString().trimEnd().split('\n');
}

async function spoolFiles(): Promise<string[]> {
  return (await readdir(directory)).filter((name) => !name.endsWith('.journal'));
}

describe('a session', () => {
  it('writes nothing when it closes without a message', async () => {
    const session = begin();
    expect(session.begun).toBe(false);
    expect(await session.close(1000)).toBe(false);
    expect(left).toEqual([]);
    expect(await spoolFiles()).toEqual([]);
  });

  it('writes nothing when no message can be understood, but counts them', async () => {
    const session = begin();
    session.message(message('not JSON'));
    session.binary(message('[1,2,3]'));
    expect(session.begun).toBe(false);
    expect(await session.close(1000)).toBe(false);
    expect(left).toEqual([]);
    expect(counts.sessions).toMatchObject({ recording: 0, closed: 0 });
    expect(counts.drops).toMatchObject({ notJson: 1, binary: 1 });
  });

  it('leaves an anonymized dump that ends with the close code, and hands it to the finishing step', async () => {
    const session = begin();
    session.message(message('["publicIP",null,["203.0.113.77"],1795800000000]'));
    expect(session.begun).toBe(true);
    expect(counts.sessions).toMatchObject({ recording: 1, closed: 0 });
    expect(await session.close(1001, { delta: 7, duration: 0 })).toBe(true);
    expect(counts.sessions).toMatchObject({ recording: 1, closed: 1 });

    const [closed] = left as ClosedSession[];
    expect(closed!.facts).toMatchObject({ id: session.id, user: expect.stringMatching(/^user-/), country: 'GB' });
    expect(closed!.end).toMatchObject({ closeCode: 1001, receipt: { redactions: expect.any(Object) } });
    const lines = await dumpLines();
    expect(lines[0]).toBe('RTCStatsDump');
    expect(lines.slice(2)).toEqual(['["publicIP",null,["203.0.113.x"],1795800000000]', '["close",null,1001,7]']);
    expect(lines.join()).not.toContain('203.0.113.77');
  });

  it('has the times of its call in the catalog when the dump was made elsewhere', async () => {
    const startTime = Date.UTC(2026, 0, 15, 10);
    const session = begin({ upload: { startTime } });
    session.message(message('[":x",null,1,1]'));
    await session.close(1000, { delta: 0, duration: 90_000 });
    const [{ facts, end }] = left as [ClosedSession];
    expect(facts.startedAt).toBe('2026-01-15T10:00:00.000Z');
    expect(end.endedAt).toBe('2026-01-15T10:01:30.000Z');
    expect(Date.now() - Date.parse(end.receivedAt!)).toBeLessThan(60_000);
  });

  it('never ends or begins after the upload, whatever the dump says', async () => {
    const now = Date.now();
    for (const startTime of [now - 1000, now + 3_600_000]) {
      const session = begin({ upload: { startTime } });
      session.message(message('[":x",null,1,1]'));
      await session.close(1000, { delta: 0, duration: 86_400_000 });
    }
    for (const { facts, end } of left as ClosedSession[]) {
      expect(Date.parse(facts.startedAt)).toBeLessThanOrEqual(Date.now());
      expect(Date.parse(end.endedAt)).toBeLessThanOrEqual(Date.now());
    }
  });

  it('ends its connection once when the dump is full, and drops what still arrives', async () => {
    const session = begin({}, 400);
    for (let index = 0; index < 20; index++) session.message(message(`[":x${index}",null,"${'x'.repeat(100)}",1]`));
    expect(ended).toEqual(['DUMP_TOO_LARGE']);
    await session.close(1009);
    const lines = await dumpLines();
    expect(lines.at(-1)).toMatch(/^\["close",null,1009,/);
    expect(lines.length).toBeLessThan(10);
  });

  it('leaves nothing when it is discarded', async () => {
    const session = begin();
    session.message(message('[":x",null,1,1]'));
    session.discard();
    session.discard();
    await spool.settled();
    expect(await spoolFiles()).toEqual([]);
    expect(left).toEqual([]);
  });

  it('uses the stricter policy that its token asks for', async () => {
    const session = begin({ preset: 'strict' });
    session.message(message('["publicIP",null,["203.0.113.77"],1]'));
    await session.close(1000);
    expect((left[0] as ClosedSession).facts.policy).toMatch(/^strict@/);
  });

  it('reports a failure of the spool and ends its connection', () => {
    const session = begin();
    const error = new Error('ENOSPC');
    session.spoolFailed(error);
    expect(failures).toEqual([error]);
    expect(ended).toEqual(['INTERNAL']);
  });
});
