import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Block, LoggedFile, Slice } from './block.ts';
import { Disk } from './disk.ts';
import { replay } from './replay.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

let directory: string;
let disk: Disk;
let log: WriteAheadLog;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-wal-'));
  disk = new Disk(directory);
  log = new WriteAheadLog(disk);
});
afterEach(async () => {
  await disk.close();
  await rm(directory, { recursive: true, force: true });
});

/** A session that keeps in mind what it would write. */
class Recorder implements LoggedFile {
  readonly id: string;
  readonly slices: Slice[] = [];
  text = '';
  flushes = 0;
  /** Bytes so far. */
  end = 0;
  /** Its file takes nothing. */
  stuck = false;

  constructor(id: string) {
    this.id = id;
  }

  add(line: string): void {
    const bytes = Buffer.from(line);
    this.slices.push(log.add(this, this.end, bytes));
    this.text += `${line}\n`;
    this.end += bytes.length + 1;
  }

  async flush(): Promise<void> {
    this.flushes++;
    this.slices.length = 0;
  }

  release(block: Block): boolean {
    if (this.slices[0]?.block === block) void this.flush();
    return !this.stuck;
  }
}

function open(id: string): Promise<string> {
  return readFile(join(directory, `${id}.open`), 'utf8');
}

describe('the write-ahead log', () => {
  it('gives every session its lines back', async () => {
    const sessions = Array.from({ length: 20 }, (_, index) => new Recorder(`session-${index}`));
    for (let count = 0; count < 500; count++) {
      for (const session of sessions) session.add(`["a",null,"${session.id} ö ${count}",1]`);
    }
    await log.write();
    await replay(directory);
    for (const session of sessions) expect((await open(session.id)) === session.text).toBe(true);
    expect((await readdir(directory)).some((name) => name.endsWith('.journal'))).toBe(false);
  });

  it('says in front of every line whose it is, where it belongs and how long it is', async () => {
    const session = new Recorder('one');
    const places = [0, 9, 10, 99, 100, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const lines = [0, 8, 9, 98, 99, 998, 999, 9999].map((length) => 'x'.repeat(length));
    for (const place of places) for (const line of lines) log.add(session, place, Buffer.from(line));
    await log.write();
    const entries = places.flatMap((place) => lines.map((line) => `one ${place} ${line.length + 1}\n${line}\n`));
    expect(await readFile(join(directory, '1.journal'), 'latin1')).toBe(entries.join(''));
  });

  it('survives a cut at any byte, and being read again after a cut', async () => {
    const one = new Recorder('one');
    const two = new Recorder('two');
    for (let count = 0; count < 4; count++) {
      one.add(`["a",null,${count},1]`);
      two.add(`["b",null,"${'y'.repeat(count)}",1]`);
    }
    await log.write();
    const path = join(directory, '1.journal');
    const whole = await readFile(path);
    for (let cut = whole.length; cut >= 0; cut--) {
      await writeFile(path, whole.subarray(0, cut));
      await rm(join(directory, 'two.open'), { force: true });
      await replay(directory);
      // The file of the first is there from the longest cut on: writing it again changes nothing.
      expect(await open('one')).toBe(one.text);
      const rest = existsSync(join(directory, 'two.open')) ? await open('two') : '';
      expect(two.text.startsWith(rest)).toBe(true);
      expect(rest === '' || rest.endsWith('\n')).toBe(true);
    }
  });

  it('appends to the content of the file, over a torn line', async () => {
    const session = new Recorder('one');
    session.add('["a",null,1,1]');
    session.add('["b",null,2,1]');
    await log.write();
    await writeFile(join(directory, 'one.open'), session.text.slice(0, -9));
    await replay(directory);
    expect(await open('one')).toBe(session.text);
  });

  it('brings back no session that ended', async () => {
    const finished = new Recorder('finished');
    finished.add('["a",null,1,1]');
    await log.end('finished');
    const complete = new Recorder('complete');
    complete.add('["a",null,1,1]');
    await log.write();
    await writeFile(join(directory, 'complete.closed'), 'as it is');
    const removed = new Recorder('removed');
    removed.end = 25;
    removed.add('["b",null,2,1]');
    await log.write();
    await replay(directory);
    expect(await readdir(directory)).toEqual(['complete.closed']);
  });

  it('writes no file whose name an entry makes up', async () => {
    const entry = (id: string): string => `${id} 0 3\nab\n`;
    await writeFile(join(directory, '1.journal'), entry('../outside') + entry('inside'));
    await replay(directory);
    expect(await readdir(directory)).toEqual([]);
    expect(existsSync(join(directory, '..', 'outside.open'))).toBe(false);
  });

  it('gives old blocks up without keeping sessions that have moved on from writing when they want', async () => {
    const session = new Recorder('one');
    const quiet = new Recorder('two');
    quiet.add('["q",null,1,1]');
    const line = `["a",null,"${'x'.repeat(60_000)}",1]`;
    for (let count = 0; count < 40; count++) session.add(line);
    await log.giveUp(Date.now());
    expect([session.flushes, quiet.flushes]).toEqual([0, 0]);
    await log.giveUp(Date.now() + 60_000);
    // Once for all of its blocks, not once for each.
    expect([session.flushes, quiet.flushes]).toEqual([1, 1]);
  });

  it('needs memory for its blocks only', async () => {
    const session = new Recorder('one');
    const line = `["a",null,"${'x'.repeat(200_000)}",1]`;
    for (let count = 0; count < 600; count++) {
      session.add(line);
      // As a connection that is paused.
      await log.full;
    }
    expect(session.flushes).toBeGreaterThan(0);
    expect((await readdir(directory)).length).toBeLessThanOrEqual(64);
    await log.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it('hands everything to the sessions when it cannot be written, and goes on when it can', async () => {
    const session = new Recorder('one');
    const away = `${directory}-away`;
    await cp(directory, away, { recursive: true });
    await rm(directory, { recursive: true });
    session.add('["a",null,1,1]');
    await log.write();
    expect(session.flushes).toBe(1);
    await cp(away, directory, { recursive: true });
    await rm(away, { recursive: true });
    session.add('["b",null,2,1]');
    await log.write();
    await replay(directory);
    expect(await open('one')).toBe(session.text);
  });

  it('keeps what a session could not write to its file, and brings no other session back with it', async () => {
    const stuck = new Recorder('stuck');
    const finished = new Recorder('finished');
    stuck.stuck = true;
    finished.stuck = true;
    stuck.add('["a",null,1,1]');
    finished.add('["b",null,1,1]');
    await log.write();
    await log.giveUp(Date.now() + 60_000);
    finished.stuck = false;
    await log.end('finished');
    await log.close();
    expect(await readdir(directory)).toEqual(['1.journal']);
    const killed = `${directory}-killed`;
    await cp(directory, killed, { recursive: true });
    await replay(killed);
    expect(await readdir(killed)).toEqual(['stuck.open']);
    expect(await readFile(join(killed, 'stuck.open'), 'utf8')).toBe(stuck.text);
    await rm(killed, { recursive: true });

    await log.end('stuck');
    await log.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it('is torn only at its end', async () => {
    const session = new Recorder('one');
    session.add('["a",null,1,1]');
    await log.write();
    await truncate(join(directory, '1.journal'), 5);
    await replay(directory);
    expect(await readdir(directory)).toEqual([]);
  });
});
