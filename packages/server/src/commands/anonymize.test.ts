import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib';
import { ENGINE, policyHash, presetPolicy } from '@rtcstats-server/privacy';
import { RECORDINGS, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';
import { run } from './anonymize.ts';

const cwd = temporaryDirectory();
const recording = join(RECORDINGS, 'chromium-loopback.raw');
const metadata = { fileFormat: 3, remoteAddresses: ['203.0.113.77'] };
const dump = [
  'RTCStatsDump',
  JSON.stringify(metadata),
  '["publicIP",null,["203.0.113.77"],1700000000000]',
  '[":userRating",null,{"stars":  5},3]',
  '',
].join('\n');
const clean = dump.replaceAll('203.0.113.77', '203.0.113.x').split('\n');

mkdirSync(join(cwd, 'directory'));

function temporaries(): string[] {
  return readdirSync(cwd).filter((name) => name.endsWith('.part'));
}

describe('anonymize', () => {
  it('masks a dump from standard input to standard output, and leaves the rest of it byte for byte', async () => {
    const { code, stdout, stderr } = await runProgram(['anonymize'], { cwd, stdin: dump });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect([lines[0], ...lines.slice(2)]).toEqual([clean[0], ...clean.slice(2)]);
    expect(JSON.parse(lines[1]!)).toMatchObject({
      fileFormat: 3,
      remoteAddresses: ['203.0.113.x'],
      privacy: { policy: 'standard' },
    });
  });

  it('keeps every line of a recording of a real browser', async () => {
    const { code, stdout } = await runProgram(['anonymize', recording], { cwd });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(readFileSync(recording, 'utf8').split('\n').length);
    expect(/203\.0\.113\.\d|198\.51\.100\.\d/.test(stdout)).toBe(false);
  });

  it.each(['gz', 'txt'])('makes a clean webrtc-internals dump of one (.%s)', async (form) => {
    const input = join(RECORDINGS, `chromium-loopback.webrtc_internals_dump.${form}`);
    const output = `internals.${form}`;
    expect((await runProgram(['verify', input], { cwd })).code).toBe(1);
    const { code, stderr } = await runProgram(['anonymize', input, '-o', output], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await runProgram(['verify', output], { cwd })).stdout).toMatch(/^clean /);
    const bytes = readFileSync(join(cwd, output));
    const clean = (form === 'gz' ? gunzipSync(bytes) : bytes).toString();
    expect(Object.keys(JSON.parse(clean).PeerConnections)).toEqual(['8-1', '8-2']);
    expect(clean).not.toMatch(/203\.0\.113\.\d|anna/i);
  });

  it('leaves a webrtc-internals dump with nothing personal in it as it is', async () => {
    const dump = '{ "PeerConnections": {},\n"UserAgent" : "Chrome/1",  "a": 1.0 }';
    expect((await runProgram(['anonymize'], { cwd, stdin: dump })).stdout).toBe(dump);
  });

  it('compresses if the input is compressed, or as the name of the output says', async () => {
    const compressed = await runProgram(['anonymize', '-'], { cwd, stdin: gzipSync(dump) });
    expect(gunzipSync(compressed.bytes).toString()).toContain(clean[2]);
    writeFileSync(join(cwd, 'plain.txt'), dump);
    expect((await runProgram(['anonymize', 'plain.txt', '-o', 'out.zst'], { cwd })).code).toBe(0);
    expect(zstdDecompressSync(readFileSync(join(cwd, 'out.zst'))).toString()).toContain(clean[2]);
    expect((await runProgram(['anonymize', 'plain.txt', '-o', 'out.gz'], { cwd })).code).toBe(0);
    expect(gunzipSync(readFileSync(join(cwd, 'out.gz'))).toString()).toContain(clean[2]);
    expect((await runProgram(['anonymize', 'out.gz', '--output=out.txt', '--preset', 'strict'], { cwd })).code).toBe(0);
    expect(gunzipSync(readFileSync(join(cwd, 'out.txt'))).toString()).toContain('"privacy":{"policy":"strict"');
  });

  it('calls events that the policy drops by that name', async () => {
    const args = ['anonymize', '--preset', 'strict', '-o', 'policy'];
    const { stderr } = await runProgram(args, { cwd, stdin: dump });
    expect(stderr).toBe('note: 1 event was left out, because the policy drops events of the application\n');
  });

  it('counts in the report what it replaced and what it dropped, and says the latter', async () => {
    const args = ['anonymize', '-o', 'counted', '--report', 'report.json'];
    const { code, stderr } = await runProgram(args, { cwd, stdin: `${dump}no json 203.0.113.77\n{"no":"event"}\n` });
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'))).toEqual({
      policy: 'standard',
      hash: policyHash(presetPolicy('standard')),
      engine: ENGINE,
      redactions: { ipAddresses: 2 },
      dropped: { notJson: 1, notEvent: 1 },
      drift: { entries: [{ event: ':userRating', path: '', type: 'object', count: 1 }], more: 0 },
    });
    expect(stderr).toBe('note: 2 lines were dropped, because they cannot be read (notJson: 1, notEvent: 1)\n');
    expect(readFileSync(join(cwd, 'counted'), 'utf8')).not.toContain('203.0.113.77');
  });

  it.each([
    ['a dump', 'RTCStatsDump\n{"fileFormat":3}\n["publicIP",null,["203.0.113.77"],1]\n'],
    ['a recording', '["publicIP",null,["203.0.113.77"],1]\n'],
  ])('reads %s with a byte order mark like one without', async (_, text) => {
    const without = await runProgram(['anonymize'], { cwd, stdin: text });
    expect(without.stdout).toContain('publicIP');
    expect(await runProgram(['anonymize'], { cwd, stdin: `\uFEFF${text}` })).toEqual(without);
  });

  it('writes what only its owner may read, and leaves nothing else behind', async () => {
    expect((await runProgram(['anonymize', '-o', 'private'], { cwd, stdin: dump })).code).toBe(0);
    expect(statSync(join(cwd, 'private')).mode & 0o777).toBe(0o600);
    expect(temporaries()).toEqual([]);
  });

  it.each(['name', 'symbolic link', 'hard link'])('never overwrites its input: by %s', async (kind) => {
    const input = `input-${kind.replace(' ', '-')}`;
    const alias = kind === 'name' ? `./${input}` : `${input}-alias`;
    copyFileSync(recording, join(cwd, input));
    if (kind === 'symbolic link') symlinkSync(input, join(cwd, alias));
    if (kind === 'hard link') linkSync(join(cwd, input), join(cwd, alias));
    for (const flags of [
      ['-o', alias],
      ['-o', 'elsewhere', '--report', alias],
    ]) {
      const { code, stderr } = await runProgram(['anonymize', input, ...flags], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain('is the input itself');
    }
    expect(readFileSync(join(cwd, input))).toEqual(readFileSync(recording));
  });

  it.each([
    ['nothing', '', 'NOT_A_DUMP'],
    ['text', 'hello 203.0.113.77', 'NOT_A_DUMP'],
    ['half a webrtc-internals dump', '{"PeerConnections":{"1":{"url":"203.0.113.77', 'INPUT_UNREADABLE'],
    ['what only begins like one', '{"PeerConnections":{"1":"203.0.113.77"}}', 'NOT_A_DUMP'],
    ['one that is not JSON', '{"PeerConnections":{}} 203.0.113.77 }', 'NOT_A_DUMP'],
    ['an old dump', '{"fileFormat":2,"url":"x"}\n["create",null,{},1]\n', 'UNSUPPORTED_FORMAT'],
    ['the page about:webrtc', '<!DOCTYPE html><title>about:webrtc</title>', 'UNSUPPORTED_FORMAT'],
    ['a dump that was cut short', gzipSync(readFileSync(recording)).subarray(0, 5000), 'INPUT_UNREADABLE'],
    // Long after the output was begun.
    ['one that lacks its end', gzipSync(readFileSync(recording)).subarray(0, -8), 'INPUT_UNREADABLE'],
    ['a damaged one', Buffer.concat([gzipSync(dump).subarray(0, 20), Buffer.alloc(60, 7)]), 'INPUT_UNREADABLE'],
  ])('refuses %s and leaves no output', async (_, stdin, expected) => {
    const { code, stderr } = await runProgram(['anonymize', '-o', 'never'], { cwd, stdin });
    expect(code).toBe(2);
    expect(stderr).toContain(`[${expected}]`);
    expect(stderr).not.toContain('203.0.113.77');
    expect(readdirSync(cwd)).not.toContain('never');
    expect(temporaries()).toEqual([]);
  });

  it.each([
    [[join(cwd, 'missing')], 'INPUT_UNREADABLE'],
    [[cwd], 'USAGE'],
    [[recording, '-o', join(cwd, 'missing', 'out')], 'OUTPUT_UNWRITABLE'],
    [[recording, '-o', join(cwd, 'directory')], 'OUTPUT_UNWRITABLE'],
    [['a', 'b'], 'USAGE'],
    [[recording, '--preset', 'strct'], 'USAGE'],
    [[recording, '--preset', 'strict', '--policy', 'x'], 'USAGE'],
    [[recording, '--policy', join(cwd, 'missing')], 'CONFIG_NOT_FOUND'],
    [[recording, '-o', 'same', '--report', 'same'], 'USAGE'],
  ])('refuses %j', async (args, code) => {
    await expect(run(args)).rejects.toMatchObject({ code });
    expect(temporaries()).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('closes its input when the output cannot be created', async () => {
    const open = (): boolean =>
      readdirSync('/proc/self/fd').some((fd) => {
        const path = join('/proc/self/fd', fd);
        return existsSync(path) && readlinkSync(path) === recording;
      });
    const output = join(cwd, 'missing', 'out');
    await expect(run([recording, '-o', output])).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    await expect.poll(open).toBe(false);
  });

  it('follows a policy of the operator', async () => {
    writeFileSync(join(cwd, 'policy.yaml'), 'ipAddresses: {keepNetworks: [203.0.113.0/24], ipv4Bits: 8}');
    const stdin = '["publicIP",null,["203.0.113.77","198.51.100.1"],1]\n';
    const { stdout } = await runProgram(['anonymize', '--policy', 'policy.yaml'], { cwd, stdin });
    expect(stdout).toBe('["publicIP",null,["203.0.113.77","198.x.x.x"],1]\n');
  });
});
