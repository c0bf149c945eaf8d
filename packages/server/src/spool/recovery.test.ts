import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Anonymizer, compilePolicy, NO_DRIFT, presetPolicy } from '@rtcstats-server/privacy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClosedSession } from './record.ts';
import { recover } from './recovery.ts';
import { Spool } from './spool.ts';

const anonymizer = new Anonymizer(compilePolicy(presetPolicy('standard')));
const head = `RTCStatsDump\n${Buffer.from(anonymizer.metadata({ fileFormat: 3 }))}\n`;
const messages = ['["a",null,1,2]', '[":b",null,{"text":"é"},3]', '["c","PC_0",[],4]'];
const receipt = { redactions: { ipAddresses: 1 }, dropped: {}, drift: NO_DRIFT };

let directory: string;
/** The bytes of a complete spool file, as the spool wrote them. */
let whole: Buffer;
let complete: ClosedSession;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-recovery-'));
  const spool = await Spool.open(directory);
  const facts = {
    id: 'session-1',
    startedAt: '2026-03-01T10:00:00.000Z',
    user: 'anna',
    conference: null,
    session: null,
    origin: null,
    userAgent: null,
    policy: 'standard',
  };
  const file = spool.create(facts, anonymizer.metadata({ fileFormat: 3 }), { spoolFailed: () => {} });
  for (const text of messages) file.append(anonymizer.message(Buffer.from(text))!);
  const end = { endedAt: '2026-03-01T10:00:05.000Z', closeCode: 1001, receipt };
  complete = (await file.close(anonymizer.closeEvent(1001, 9), end)) as ClosedSession;
  await spool.close();
  whole = await readFile(complete.path);
  await rm(complete.path);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function recoverBytes(bytes: Uint8Array, state = 'open'): Promise<ClosedSession | undefined> {
  const path = join(directory, `session-1.${state}`);
  await writeFile(path, bytes);
  return await recover(path);
}

async function dumpOf(session: ClosedSession): Promise<string> {
  return (await readFile(session.path)).subarray(session.dumpStart, session.dumpEnd).toString();
}

describe('recover', () => {
  it('makes a whole dump of every possible cut', async () => {
    const firstMessage = whole.indexOf(messages[0]!) + Buffer.byteLength(messages[0]!);
    for (let cut = firstMessage + 1; cut <= whole.length; cut++) {
      const kept = whole.subarray(0, cut).toString('latin1').split('\n').slice(3, -1);
      const session = await recoverBytes(whole.subarray(0, cut));
      const closed = kept.length > messages.length;
      const count = Math.min(kept.length, messages.length);
      expect(session?.end.messages).toBe(count);
      expect(session?.end.closeCode).toBe(closed ? 1001 : 1006);
      const close = closed ? '["close",null,1001,9]' : '["close",null,1006,0]';
      expect(await dumpOf(session!)).toBe(`${head}${[...messages.slice(0, count), close].join('\n')}\n`);
      expect(session?.facts).toEqual(complete.facts);
      expect(await readdir(directory)).toEqual(['session-1.closed']);
      // Again, as after a kill between recovery and finishing.
      expect(await recover(session!.path)).toEqual(session);
    }
  });

  it('cuts off a torn line that is longer than what it adds', async () => {
    const torn = Buffer.from(`["long",null,"${'x'.repeat(5000)}`);
    const bytes = Buffer.concat([whole.subarray(0, whole.indexOf('["close"')), torn]);
    const session = await recoverBytes(bytes);
    expect(session?.end.messages).toBe(messages.length);
    const text = (await readFile(session!.path)).subarray(session!.dumpEnd).toString();
    expect(JSON.parse(text)).toEqual(session!.end);
  });

  it('takes the end record of a file that has one as it is', async () => {
    expect(await recoverBytes(whole, 'closed')).toEqual(complete);
    expect(await recoverBytes(whole, 'open')).toEqual(complete);
  });

  it('knows no counts of a session that the process did not see end', async () => {
    const session = await recoverBytes(whole.subarray(0, complete.dumpEnd - 5));
    expect(session?.end.receipt).toBeNull();
  });

  it('removes a file without a message', async () => {
    for (let cut = 0; cut <= whole.indexOf(messages[0]!); cut++) {
      expect(await recoverBytes(whole.subarray(0, cut))).toBeUndefined();
      expect(existsSync(join(directory, 'session-1.open'))).toBe(false);
    }
  });

  it('is not misled by a message that looks like the close event or by one longer than its chunks', async () => {
    const long = `["a",null,"${'x'.repeat(700_000)}",1]`;
    const body = `${[...messages, '["close",null,1000,5]', long].join('\n')}\n`;
    const bytes = Buffer.concat([whole.subarray(0, whole.indexOf(messages[0]!)), Buffer.from(body)]);
    const session = await recoverBytes(bytes);
    expect(session?.end).toMatchObject({ messages: 5, closeCode: 1006 });
    // Compared without showing it: it is long.
    expect((await dumpOf(session!)) === `${head}${body}["close",null,1006,0]\n`).toBe(true);
  });

  it('leaves a file alone that is not one of the spool', async () => {
    const unreadable = { code: 'SPOOL_FILE_UNREADABLE', message: expect.stringContaining('session-1.open') };
    const path = join(directory, 'session-1.open');
    await expect(recoverBytes(Buffer.from('something\nelse\nthat\nhas\nlines\n'))).rejects.toMatchObject(unreadable);
    expect(await readFile(path, 'utf8')).toBe('something\nelse\nthat\nhas\nlines\n');
    const stranger = whole.toString().replace('session-1', '../outside');
    await expect(recoverBytes(Buffer.from(stranger))).rejects.toMatchObject(unreadable);
    const timeless = whole.toString().replace('2026-03-01T10:00:00.000Z', 'the first day');
    await expect(recoverBytes(Buffer.from(timeless))).rejects.toMatchObject(unreadable);
    await rm(path);
    await mkdir(path);
    await expect(recover(path)).rejects.toMatchObject(unreadable);
  });
});
