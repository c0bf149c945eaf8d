import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Anonymizer, type CleanLine, compilePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClosedSession, SessionFacts } from './record.ts';
import { Spool } from './spool.ts';
import type { SpoolFile } from './spool-file.ts';

const anonymizer = new Anonymizer(compilePolicy(presetPolicy('standard')));
const facts: SessionFacts = {
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
  receipt: { redactions: {}, dropped: {} },
};
const metadata = Buffer.from(anonymizer.metadata({ fileFormat: 3 })).toString();
const message = (text: string): CleanLine => anonymizer.message(Buffer.from(text))!;

let directory: string;
let spool: Spool;
let started: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-spool-'));
  started = [];
  spool = await Spool.open(directory, ({ id }) => started.push(id));
});
afterEach(async () => {
  spool.close();
  await rm(directory, { recursive: true, force: true });
});

function create(failed: (error: Error) => void = () => {}): SpoolFile {
  return spool.create(facts, anonymizer.metadata({ fileFormat: 3 }), { spoolFailed: failed });
}

describe('Spool', () => {
  it('writes head, metadata, messages and close, between what it knows of the session', async () => {
    const file = create();
    file.append(message('["a",null,1,2]'));
    file.append(message('["b",null,"ü",3]'));
    const closed = file.close(anonymizer.closeEvent(1000, 7), end) as ClosedSession;
    expect(await readdir(directory)).toEqual(['session-1.closed']);
    const bytes = await readFile(closed.path);
    expect(bytes.subarray(closed.dumpStart, closed.dumpEnd).toString()).toBe(
      `RTCStatsDump\n${metadata}\n["a",null,1,2]\n["b",null,"ü",3]\n["close",null,1000,7]\n`,
    );
    expect(JSON.parse(bytes.subarray(0, closed.dumpStart).toString())).toEqual(facts);
    expect(JSON.parse(bytes.subarray(closed.dumpEnd).toString())).toEqual({ ...end, messages: 2 });
  });

  it('writes a message within a second of its arrival', async () => {
    vi.useFakeTimers();
    try {
      const other = await Spool.open(directory);
      const file = other.create(facts, anonymizer.metadata({}), { spoolFailed: () => {} });
      const path = join(directory, 'session-1.open');
      file.append(message('["a",null,1,2]'));
      expect(existsSync(path)).toBe(false);
      vi.advanceTimersByTime(1000);
      expect(await readFile(path, 'utf8')).toContain('["a",null,1,2]\n');
      vi.advanceTimersByTime(5000);
      file.append(message('["b",null,1,2]'));
      vi.advanceTimersByTime(1000);
      expect(await readFile(path, 'utf8')).toContain('["b",null,1,2]\n');
      other.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('writes at once when 64 KiB wait', async () => {
    const file = create();
    const line = `["a",null,"${'x'.repeat(1000)}",1]`;
    for (let bytes = 0; bytes < 64 * 1024; bytes += line.length) file.append(message(line));
    expect((await readFile(join(directory, 'session-1.open'))).length).toBeGreaterThan(64 * 1024);
  });

  it('takes a message that is larger than its buffer', async () => {
    const file = create();
    const line = `["a",null,"${'x'.repeat(1_000_000)}",1]`;
    file.append(message(line));
    expect(await readFile(join(directory, 'session-1.open'), 'utf8')).toContain(`${line}\n`);
  });

  it('counts the bytes of the dump, written or not', async () => {
    const file = create();
    for (let count = 0; count < 1000; count++) file.append(message(`["a",null,"${'x'.repeat(count)}",1]`));
    const bytes = file.bytes;
    const closeEvent = anonymizer.closeEvent(1000, 7);
    const closed = file.close(closeEvent, end) as ClosedSession;
    expect(closed.dumpEnd - closed.dumpStart).toBe(bytes + closeEvent.length + 1);
  });

  it('tells of a session once it is on disk, and once only', () => {
    const file = create();
    file.append(message('["a",null,1,2]'));
    expect(started).toEqual([]);
    file.flush();
    file.append(message('["a",null,1,2]'));
    file.flush();
    expect(started).toEqual(['session-1']);
  });

  it('tells the owner when it cannot write, and leaves the rest to recovery', async () => {
    const errors: Error[] = [];
    const file = create((error) => errors.push(error));
    await rm(directory, { recursive: true });
    file.append(message('["a",null,1,2]'));
    file.flush();
    file.append(message('["b",null,1,2]'));
    file.flush();
    expect(errors).toEqual([expect.objectContaining({ code: 'DATA_DIRECTORY_UNUSABLE' })]);
    expect(file.close(anonymizer.closeEvent(1011, 1), end)).toBe(join(directory, 'session-1.open'));
  });

  it('writes what waits when it is closed', async () => {
    create().append(message('["a",null,1,2]'));
    spool.close();
    expect(await readFile(join(directory, 'session-1.open'), 'utf8')).toContain('["a",null,1,2]\n');
    expect(await spool.leftovers()).toEqual([join(directory, 'session-1.open')]);
  });
});
