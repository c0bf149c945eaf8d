import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { RECORDINGS, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';

const cwd = temporaryDirectory();
const dirty = 'RTCStatsDump\n{"fileFormat":3}\n["publicIP",null,["203.0.113.77"],1]\n';
const clean = 'RTCStatsDump\n{"fileFormat":3}\n["publicIP",null,["203.0.113.x"],1]\n';
writeFileSync(join(cwd, 'dirty.gz'), gzipSync(dirty));
writeFileSync(join(cwd, 'clean.gz'), gzipSync(clean));
writeFileSync(join(cwd, 'clean.zst'), zstdCompressSync(clean));
writeFileSync(join(cwd, 'torn.gz'), gzipSync(clean).subarray(0, 40));
mkdirSync(join(cwd, 'tree', '2026'), { recursive: true });
writeFileSync(join(cwd, 'tree', '2026', 'a.gz'), gzipSync(clean));
writeFileSync(join(cwd, 'tree', 'b.raw'), '["publicIP",null,["2001:db8::1"],1]\n');
writeFileSync(join(cwd, 'tree', 'notes.txt'), 'call 203.0.113.77');
mkdirSync(join(cwd, 'empty'));

describe('verify', () => {
  it.each(['clean.gz', 'clean.zst'])('says that the dump %s is clean', async (name) => {
    const { code, stdout, stderr } = await runProgram(['verify', name], { cwd });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `clean  ${name}  3 lines\n`, stderr: '' });
  });

  it('says that there is no such file or session', async () => {
    for (const name of ['missing.gz', 'missing']) {
      const { code, stderr } = await runProgram(['verify', name], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain(`not read  There is no file ${name}`);
      expect(stderr).not.toContain('ENOENT');
    }
    const { code, stderr } = await runProgram(['verify', 'clean.gz', '--policy', 'nowhere.yaml'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('There is no file nowhere.yaml. Check the path given with --policy. [CONFIG_NOT_FOUND]');
  });

  it('reports class and place of each finding, without its value', async () => {
    const { code, stdout } = await runProgram(['verify', 'dirty.gz', 'clean.gz'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('NOT CLEAN  dirty.gz  1 finding in 3 lines\n  line 3  $[2][0]  ipAddresses');
    expect(stdout).toContain('2 dumps: 1 clean, 1 not clean, 0 not read');
    expect(stdout).not.toContain('203.0.113.77');
  });

  it('answers programs in JSON', async () => {
    const { code, stdout } = await runProgram(['verify', '--json', 'clean.gz', 'dirty.gz', 'torn.gz'], { cwd });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      clean: false,
      results: [
        { name: 'clean.gz', clean: true, total: 0, findings: [], lines: 3 },
        { name: 'dirty.gz', clean: false, total: 1, findings: [{ class: 'ipAddresses', line: 3 }] },
        { name: 'torn.gz', code: 'INPUT_UNREADABLE', error: 'torn.gz is cut short' },
      ],
      skipped: 0,
    });
  });

  it('reads whole directories and counts what it does not read', async () => {
    const { code, stdout, stderr } = await runProgram(['verify', 'tree'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain(`clean  ${join('tree', '2026', 'a.gz')}`);
    expect(stdout).toContain(`NOT CLEAN  ${join('tree', 'b.raw')}`);
    expect(stderr).toContain('1 file skipped');
  });

  it('goes on after files and directories of a tree that cannot be read, and ends with 2', async () => {
    const odd = join(cwd, 'odd');
    mkdirSync(odd);
    writeFileSync(join(odd, 'a-torn.gz'), gzipSync(clean).subarray(0, 40));
    // A line above the limit of the verifier: the zeros are a hole in the file.
    writeFileSync(join(odd, 'b-long.raw'), '[');
    truncateSync(join(odd, 'b-long.raw'), 2 ** 28 + 2);
    // Two chains of directories, moved together because the path of the innermost one is longer than systems allow.
    const chain = Array(process.platform === 'darwin' ? 4 : 12).fill('c'.repeat(200));
    mkdirSync(join(odd, ...chain), { recursive: true });
    mkdirSync(join(odd, 'moved', ...chain), { recursive: true });
    renameSync(join(odd, 'moved'), join(odd, ...chain, 'moved'));
    writeFileSync(join(odd, 'd-clean.gz'), gzipSync(clean));
    try {
      const { code, stdout, stderr } = await runProgram(['verify', '--json', 'odd'], { cwd });
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      const { results } = JSON.parse(stdout) as { results: { name: string; clean?: boolean; code?: string }[] };
      expect(results).toMatchObject([
        { name: join('odd', 'a-torn.gz'), code: 'INPUT_UNREADABLE' },
        { name: join('odd', 'b-long.raw'), code: 'INPUT_UNREADABLE', error: expect.stringContaining('256 MiB') },
        { code: 'INPUT_UNREADABLE', error: expect.stringContaining('ENAMETOOLONG') },
        { name: join('odd', 'd-clean.gz'), clean: true },
      ]);
      rmSync(join(odd, 'b-long.raw'));
      writeFileSync(join(odd, 'e-dirty.gz'), gzipSync(dirty));
      expect((await runProgram(['verify', 'odd'], { cwd })).code).toBe(1);
    } finally {
      execFileSync('rm', ['-rf', odd]);
    }
  });

  it.each(['chromium-loopback.raw', 'chromium-loopback.webrtc_internals_dump.gz'])(
    'finds what is in %s',
    async (name) => {
      expect((await runProgram(['verify', join(RECORDINGS, name)], { cwd })).code).toBe(1);
    },
  );

  it('finds nothing in what anonymize wrote', async () => {
    const input = join(RECORDINGS, 'chromium-labels.raw');
    expect((await runProgram(['anonymize', input, '-o', 'anonymized.gz'], { cwd })).code).toBe(0);
    expect((await runProgram(['verify', 'anonymized.gz'], { cwd })).code).toBe(0);
  });

  it('reads standard input, and asks for the policy it is told to ask for', async () => {
    expect((await runProgram(['verify', '-'], { cwd, stdin: clean })).code).toBe(0);
    expect((await runProgram(['verify', '-', '--preset', 'strict'], { cwd, stdin: clean })).code).toBe(1);
    const env = { RTCSTATS_PRIVACY_IP_ADDRESSES_KEEP_NETWORKS: '203.0.113.0/24' };
    expect((await runProgram(['verify', 'dirty.gz'], { cwd, env })).code).toBe(0);
  });

  it.each([
    [['verify'], 'USAGE'],
    [['verify', 'missing.gz'], 'INPUT_UNREADABLE'],
    [['verify', 'torn.gz'], 'INPUT_UNREADABLE'],
    [['verify', 'tree/notes.txt'], 'NOT_A_DUMP'],
    [['verify', '4c5d6e'], 'There is no data directory'],
    [['verify', 'empty'], 'There was no dump to read'],
    [['verify', 'clean.gz', '--config', 'missing.yaml'], 'CONFIG_NOT_FOUND'],
  ])('ends with 2 for %j', async (args, expected) => {
    const { code, stderr } = await runProgram(args, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });

  it('leaves what it reads as it is', () => {
    expect(readFileSync(join(cwd, 'dirty.gz'))).toEqual(gzipSync(dirty));
  });
});
