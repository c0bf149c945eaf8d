import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { RECORDINGS, runProgram, startProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { beforeEach, describe, expect, it } from 'vitest';
import { run } from './anonymize.ts';

const root = temporaryDirectory();
let cwd = '';

/** `in` with two dumps, one of them below, a file that is no dump and one that is cut short. */
beforeEach(() => {
  cwd = mkdtempSync(join(root, 'run-'));
  mkdirSync(join(cwd, 'in/2026/01'), { recursive: true });
  writeFileSync(join(cwd, 'in/a.txt'), 'RTCStatsDump\n{"fileFormat":3}\n["publicIP",null,["203.0.113.77"],1]\n');
  copyFileSync(join(RECORDINGS, 'chromium-loopback.rtcstats_dump.gz'), join(cwd, 'in/2026/01/b.gz'));
  writeFileSync(join(cwd, 'in/notes.txt'), 'not a dump\n');
});

describe('anonymize of a directory', () => {
  it('writes every dump to the same place of another directory, and a report', async () => {
    const { code, stderr } = await runProgram(['anonymize', 'in', '-o', 'out', '--report', 'report.json'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: '2 files anonymized, 1 file skipped: neither dumps nor recordings, 0 not read\n',
    });
    expect(readFileSync(join(cwd, 'out/a.txt'), 'utf8')).toContain('203.0.113.x');
    expect(existsSync(join(cwd, 'out/notes.txt'))).toBe(false);
    expect((await runProgram(['verify', 'out'], { cwd })).code).toBe(0);
    const report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'));
    expect(report).toMatchObject({ policy: 'standard', done: 0, skipped: 1, failed: [] });
    expect(report.files.map(({ name }: { name: string }) => name)).toEqual(['2026/01/b.gz', 'a.txt']);
  });

  it('continues where it was interrupted', async () => {
    await runProgram(['anonymize', 'in', '-o', 'out'], { cwd });
    const { mtimeMs } = statSync(join(cwd, 'out/2026/01/b.gz'));
    writeFileSync(join(cwd, 'in/c.txt'), readFileSync(join(cwd, 'in/a.txt')));
    const { code, stderr } = await runProgram(['anonymize', 'in', '-o', 'out'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain('1 file anonymized, 2 files done by an earlier run');
    expect(statSync(join(cwd, 'out/2026/01/b.gz')).mtimeMs).toBe(mtimeMs);
  });

  it('reports what it cannot read, and goes on', async () => {
    writeFileSync(join(cwd, 'in/0.gz'), readFileSync(join(cwd, 'in/2026/01/b.gz')).subarray(0, 5000));
    const { code, stderr } = await runProgram(['anonymize', 'in', '-o', 'out'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/not read {2}in\/0\.gz is cut short \[INPUT_UNREADABLE\]\n2 files anonymized/);
    expect(existsSync(join(cwd, 'out/0.gz'))).toBe(false);
  });

  it('does not mix files of two policies', async () => {
    await runProgram(['anonymize', 'in', '-o', 'out'], { cwd });
    const again = ['anonymize', 'in', '-o', 'out', '--preset', 'strict'];
    expect((await runProgram(again, { cwd })).stderr).toContain('out contains files of another policy or version');
  });

  it.each([['in'], ['in/below'], ['.']])('refuses the output %s', async (output) => {
    const args = [join(cwd, 'in'), '-o', join(cwd, output)];
    await expect(run(args)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('needs an output', async () => {
    await expect(run([join(cwd, 'in')])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

it.each(['SIGINT', 'SIGTERM'] as const)('%s leaves no temporary file', async (signal) => {
  const program = startProgram(['anonymize', '-', '-o', 'out.txt'], { cwd });
  const left = (): string[] => readdirSync(cwd).filter((name) => name.includes('out.txt'));
  program.stdin.write('RTCStatsDump\n{"fileFormat":3}\n["publicIP",null,["203.0.113.77"],1]\n'.repeat(1000));
  await expect.poll(left).toEqual([expect.stringMatching(/\.part$/)]);
  const ended = new Promise((resolve) => program.once('close', (_, by) => resolve(by)));
  program.kill(signal);
  expect(await ended).toBe(signal);
  expect(left()).toEqual([]);
});
