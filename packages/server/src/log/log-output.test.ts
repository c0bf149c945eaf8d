import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LogOutput } from './log-output.ts';

/** A pipe with a name, open at both ends. The writing end blocks when the pipe is full, as a pipe of a shell does. */
async function makePipe(): Promise<{ reader: number; writer: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-log-'));
  const path = join(directory, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  onTestFinished(async () => {
    closeSync(reader);
    closeSync(writer);
    await rm(directory, { recursive: true });
  });
  return { reader, writer };
}

/** Reads what is in the pipe now. */
function drain(reader: number): string {
  const chunk = Buffer.alloc(64 * 1024);
  let text = '';
  for (;;) {
    try {
      const bytes = readSync(reader, chunk);
      if (bytes === 0) return text;
      text += chunk.toString('latin1', 0, bytes);
    } catch {
      return text;
    }
  }
}

/** Reads until everything is written. */
async function readAll(reader: number, output: LogOutput): Promise<string> {
  let text = '';
  for (let written = false; !written; ) {
    text += drain(reader);
    written = await output.flush(5);
  }
  return text + drain(reader);
}

it('drops whole lines while nobody reads, and says once how many when somebody does', async () => {
  const { reader, writer } = await makePipe();
  const reports: number[] = [];
  const output = new LogOutput(writer, (lines) => {
    reports.push(lines);
    output.write(`dropped ${lines}\n`);
  });
  const line = (n: number): string => `${String(n).padStart(6, '0')} ${'x'.repeat(992)}\n`;
  for (let n = 0; n < 3000; n++) output.write(line(n));
  expect(await output.flush(1)).toBe(false);
  const { dropped } = output;
  expect(dropped).toBeGreaterThan(1000);
  expect(dropped).toBeLessThan(3000);

  const lines = (await readAll(reader, output)).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.pop()).toBe(`dropped ${dropped}`);
  expect(lines).toEqual(Array.from({ length: 3000 - dropped }, (_, n) => line(n).trimEnd()));
  expect(reports).toEqual([dropped]);

  output.write('later\n');
  expect(await readAll(reader, output)).toBe('later\n');
  expect(reports).toEqual([dropped]);
});
