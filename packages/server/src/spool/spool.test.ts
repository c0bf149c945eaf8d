import { closeSync, openSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Anonymizer, type CleanLine, compilePolicy, NO_DRIFT, presetPolicy } from '@rtcstats-server/privacy';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leftoversIn } from './leftovers.ts';
import type { ClosedSession, SessionHeader } from './record.ts';
import { Spool } from './spool.ts';
import type { SpoolFile, UnwrittenSession } from './spool-file.ts';

const anonymizer = new Anonymizer(compilePolicy(presetPolicy('standard')));
const facts: SessionHeader = {
  id: 'session-1',
  startedAt: '2026-03-01T10:00:00.000Z',
  user: 'anna',
  conference: null,
  session: null,
  origin: 'https://meet.example.com',
  userAgent: null,
  policy: 'standard',
};
const end = {
  endedAt: '2026-03-01T10:00:01.000Z',
  closeCode: 1000,
  receipt: { redactions: {}, dropped: {}, drift: NO_DRIFT },
};
const metadata = Buffer.from(anonymizer.metadata({ fileFormat: 3 })).toString();
const message = (text: string): CleanLine => anonymizer.message(Buffer.from(text))!;

let directory: string;
let spool: Spool;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-spool-'));
  spool = await Spool.open(directory);
});
afterEach(async () => {
  await spool.close();
  await rm(directory, { recursive: true, force: true });
});

interface Given {
  readonly id?: string;
  readonly failed?: (error: Error) => void;
}

function create({ id = 'session-1', failed = () => {} }: Given = {}): SpoolFile {
  return spool.create({ ...facts, id }, anonymizer.metadata({ fileFormat: 3 }), { spoolFailed: failed });
}

/** Resolves when the disk has done what was requested before: the thread works in order. */
async function spoolIsIdle(): Promise<void> {
  await vi.waitUntil(() => spool.stallSeconds === 0, { interval: 1 });
}

/** The messages that the next start would find if the process were killed now. */
async function messagesAfterKill(): Promise<string[]> {
  const killed = await mkdtemp(join(tmpdir(), 'rtcstats-killed-'));
  await cp(directory, killed, { recursive: true });
  const [path] = await leftoversIn(killed);
  const text = path === undefined ? '' : await readFile(path, 'utf8');
  await rm(killed, { recursive: true });
  return text.split('\n').slice(3, -1);
}

describe('Spool', () => {
  it('writes head, metadata, messages and close, between what it knows of the session', async () => {
    const file = create();
    file.append(message('["a",null,1,2]'));
    file.append(message('["b",null,"ü",3]'));
    const closed = (await file.close(anonymizer.closeEvent(1000, 7), end)) as ClosedSession;
    expect(closed.path).toBe(join(directory, 'session-1.closed'));
    const bytes = await readFile(closed.path);
    expect(bytes.subarray(closed.dumpStart, closed.dumpEnd).toString()).toBe(
      `RTCStatsDump\n${metadata}\n["a",null,1,2]\n["b",null,"ü",3]\n["close",null,1000,7]\n`,
    );
    expect(JSON.parse(bytes.subarray(0, closed.dumpStart).toString())).toEqual(facts);
    expect(JSON.parse(bytes.subarray(closed.dumpEnd).toString())).toEqual({ ...end, messages: 2 });
  });

  it('has every message on disk after the next tick, and as long as the session lasts', async () => {
    const file = create();
    for (let count = 0; count < 20; count++) {
      file.append(message(`["a",null,${count},2]`));
      await vi.waitUntil(async () => (await messagesAfterKill()).length === count + 1, { interval: 5 });
      expect((await messagesAfterKill()).at(-1)).toBe(`["a",null,${count},2]`);
    }
  });

  it('has all but the last 64 KiB on disk without waiting', async () => {
    const files = ['one', 'two', 'three'].map((id) => create({ id }));
    const line = `["a",null,"${'x'.repeat(1000)}",1]`;
    for (let count = 0; count < 500; count++) files[count % 3]!.append(message(line));
    const waiting = async (): Promise<number> => {
      let bytes = 0;
      for (const name of await readdir(directory)) {
        if (name.endsWith('.journal')) bytes += (await stat(join(directory, name))).size;
      }
      return 500 * line.length - bytes;
    };
    await spoolIsIdle();
    expect(await waiting()).toBeLessThan(64 * 1024);
  });

  it("writes to the session's file when 64 KiB wait", async () => {
    const file = create();
    const line = `["a",null,"${'x'.repeat(1000)}",1]`;
    for (let bytes = 0; bytes < 64 * 1024; bytes += line.length) file.append(message(line));
    await spoolIsIdle();
    expect((await readFile(join(directory, 'session-1.open'))).length).toBeGreaterThan(64 * 1024);
  });

  it('takes a message that is larger than its buffer', async () => {
    const file = create();
    const line = `["a",null,"${'x'.repeat(1_000_000)}",1]`;
    file.append(message(line));
    await spoolIsIdle();
    expect(await readFile(join(directory, 'session-1.open'), 'utf8')).toContain(`${line}\n`);
  });

  it('counts the bytes of the dump, written or not', async () => {
    const file = create();
    for (let count = 0; count < 1000; count++) file.append(message(`["a",null,"${'x'.repeat(count)}",1]`));
    const bytes = file.bytes;
    const closeEvent = anonymizer.closeEvent(1000, 7);
    const closed = (await file.close(closeEvent, end)) as ClosedSession;
    expect(closed.dumpEnd - closed.dumpStart).toBe(bytes + closeEvent.length + 1);
  });

  it('tells of a session once it is on disk, once only, and not when it is over by then', async () => {
    const started: string[] = [];
    const other = await Spool.open(directory, { started: ({ id }) => started.push(id) });
    const owner = { spoolFailed: () => {} };
    const file = other.create({ ...facts, id: 'lasting' }, anonymizer.metadata({}), owner);
    const short = other.create({ ...facts, id: 'short' }, anonymizer.metadata({}), owner);
    short.append(message('["a",null,1,2]'));
    const closed = short.close(anonymizer.closeEvent(1000, 1), end);
    expect(started).toEqual([]);
    await closed;
    await vi.waitUntil(() => started.length > 0);
    const second = other.create({ ...facts, id: 'second' }, anonymizer.metadata({}), owner);
    file.append(message('["a",null,1,2]'));
    second.append(message('["a",null,1,2]'));
    await vi.waitUntil(() => started.length > 1);
    expect(started).toEqual(['lasting', 'second']);
    await other.close();
  });

  it('tells the owner when it cannot write, and writes all once it can', async () => {
    const errors: Error[] = [];
    const file = create({ failed: (error) => errors.push(error) });
    await rm(directory, { recursive: true });
    file.append(message('["a",null,1,2]'));
    await file.flush();
    file.append(message('["b",null,1,2]'));
    await file.flush();
    expect(errors).toEqual([expect.objectContaining({ code: 'DATA_DIRECTORY_UNUSABLE' })]);
    const left = (await file.close(anonymizer.closeEvent(1011, 1), end)) as UnwrittenSession;
    await expect(left.write()).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNUSABLE' });
    await mkdir(directory);
    const closed = await left.write();
    const text = (await readFile(closed.path)).subarray(closed.dumpStart, closed.dumpEnd).toString();
    expect(text.split('\n').slice(2)).toEqual(['["a",null,1,2]', '["close",null,1011,1]', '']);
  });

  // Long enough for the write-ahead log to write at once, within the call that adds it.
  const long = `["long",null,"${'x'.repeat(70_000)}",2]`;

  it('keeps the line with which it fails', async () => {
    const errors: Error[] = [];
    const file = create({ failed: (error) => errors.push(error) });
    file.append(message('["a",null,1,2]'));
    await rm(directory, { recursive: true });
    file.append(message(long));
    await vi.waitUntil(() => errors.length > 0);
    expect(errors).toHaveLength(1);
    const left = (await file.close(anonymizer.closeEvent(1011, 1), end)) as UnwrittenSession;
    await mkdir(directory);
    const closed = await left.write();
    const text = (await readFile(closed.path)).subarray(closed.dumpStart, closed.dumpEnd).toString();
    expect(text.split('\n').slice(2)).toEqual(['["a",null,1,2]', long, '["close",null,1011,1]', '']);
  });

  it('writes its own lines and no others when only the write-ahead log fails', async () => {
    // The write-ahead log never writes to a file that is there.
    await writeFile(join(directory, '1.journal'), '');
    const other = create({ id: 'session-2' });
    other.append(message(`["other",null,"${'y'.repeat(50_000)}",2]`));
    await other.flush();
    const file = create();
    file.append(message(long));
    file.append(message('["b",null,1,2]'));
    await file.flush();
    const lines = (await readFile(join(directory, 'session-1.open'), 'utf8')).split('\n').slice(3);
    expect(lines).toEqual([long, '["b",null,1,2]', '']);
  });

  // Linux refuses to write where no memory is with EIO, as a disk that breaks does.
  it.runIf(process.platform === 'linux')('fails for one session alone when the disk does (EIO)', async () => {
    const errors: Error[] = [];
    await symlink('/proc/self/mem', join(directory, 'session-1.open'));
    const file = create({ failed: (error) => errors.push(error) });
    const other = create({ id: 'session-2' });
    file.append(message('["a",null,1,2]'));
    other.append(message('["b",null,1,2]'));
    await file.flush();
    expect(errors).toEqual([expect.objectContaining({ cause: expect.objectContaining({ code: 'EIO' }) })]);
    const left = (await file.close(anonymizer.closeEvent(1011, 1), end)) as UnwrittenSession;
    await expect(left.write()).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNUSABLE' });
    const { path } = (await other.close(anonymizer.closeEvent(1000, 1), end)) as ClosedSession;
    expect(await readFile(path, 'utf8')).toContain('["b",null,1,2]\n["close",null,1000,1]\n');
    await rm(join(directory, 'session-1.open'));
    expect(await readFile((await left.write()).path, 'utf8')).toContain('["a",null,1,2]\n["close",null,1011,1]\n');
  });

  it('writes when no more files may be opened (EMFILE)', async () => {
    const failed = vi.fn();
    const file = create({ failed });
    file.append(message('["a",null,1,2]'));
    await file.flush();
    const taken: number[] = [];
    try {
      for (;;) taken.push(openSync(devNull, 'r'));
    } catch (error) {
      expect(error).toMatchObject({ code: 'EMFILE' });
      for (let count = 0; count < 3; count++) {
        file.append(message(`["b",null,${count},2]`));
        await file.flush();
      }
    } finally {
      for (const fd of taken) closeSync(fd);
    }
    expect(failed).not.toHaveBeenCalled();
    expect(await readFile(join(directory, 'session-1.open'), 'utf8')).toContain('["b",null,2,2]\n');
  });

  it('writes what waits when it is closed', async () => {
    create().append(message('["a",null,1,2]'));
    await spool.close();
    expect(await readdir(directory)).toEqual(['session-1.open']);
    expect(await readFile(join(directory, 'session-1.open'), 'utf8')).toContain('["a",null,1,2]\n');
    expect(await leftoversIn(directory)).toEqual([join(directory, 'session-1.open')]);
  });
});
