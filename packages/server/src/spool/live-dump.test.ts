import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Anonymizer, type CleanLine, compilePolicy, NO_DRIFT, presetPolicy } from '@rtcstats-server/privacy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { liveDump } from './live-dump.ts';
import type { SessionHeader } from './record.ts';
import { Spool } from './spool.ts';

const anonymizer = new Anonymizer(compilePolicy(presetPolicy('standard')));
const message = (text: string): CleanLine => anonymizer.message(Buffer.from(text))!;
const facts: SessionHeader = {
  id: 'session-1',
  startedAt: '2026-03-01T10:00:00.000Z',
  user: null,
  conference: null,
  session: null,
  origin: null,
  userAgent: null,
  policy: 'standard',
};

let directory: string;
let spool: Spool;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-live-'));
  // As of a worker.
  spool = await Spool.open(join(directory, '1'));
});
afterEach(async () => {
  await spool.close();
  await rm(directory, { recursive: true, force: true });
});

async function textFrom(from: number): Promise<string | undefined> {
  return (await liveDump(directory, 'session-1', from))?.toString();
}

it('has all lines of a running session, from the log and from its file, without the facts and the end', async () => {
  const file = spool.create(facts, anonymizer.metadata({ fileFormat: 3 }), { spoolFailed: () => {} });
  spool.create({ ...facts, id: 'another' }, anonymizer.metadata({}), { spoolFailed: () => {} });
  const sent: string[] = [];
  let seen = '';
  const follow = async (): Promise<void> => {
    seen += (await textFrom(Buffer.byteLength(seen))) ?? '';
  };
  for (let count = 0; count < 40; count++) {
    // Larger lines reach the file of the session before the next tick.
    const line = `["a",null,"ü${'x'.repeat(count % 5 === 0 ? 20_000 : 10)}",${count}]`;
    sent.push(line);
    file.append(message(line));
    if (count % 8 === 0) await follow();
  }
  await expect.poll(async () => follow().then(() => seen.split('\n').length)).toBe(2 + 40 + 1);
  const lines = seen.split('\n');
  expect(lines[0]).toBe('RTCStatsDump');
  expect(lines.slice(2, -1)).toEqual(sent);
  expect(await textFrom(Buffer.byteLength(seen))).toBe('');
  const closed = file.close(anonymizer.closeEvent(1000, 7), {
    endedAt: '2026-03-01T10:00:01.000Z',
    closeCode: 1000,
    receipt: { redactions: {}, dropped: {}, drift: NO_DRIFT },
  });
  expect((await textFrom(0)) ?? '').not.toContain('endedAt');
  await closed;
});

it('knows no other session', async () => {
  expect(await textFrom(0)).toBeUndefined();
});
