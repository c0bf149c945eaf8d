import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { analysisDocument } from '@rtcstats-server/api';
import { estimateTokens, MAX_DIGEST_TOKENS } from '@rtcstats-server/insights';
import { RECORDINGS, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';

const cwd = temporaryDirectory();
const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';
const healthy = readFileSync(join(RECORDINGS, 'chromium-relay.raw'));
const lossy = join(RECORDINGS, 'faults', 'loss-8pct-firefox.a.raw.gz');
const messages = gunzipSync(readFileSync(lossy)).toString();

writeFileSync(join(cwd, 'healthy.raw'), healthy);
writeFileSync(join(cwd, 'legacy'), 'RTCStatsDump\n{"fileFormat":2}\n');
writeFileSync(join(cwd, 'metadata'), 'RTCStatsDump\n{"fileFormat":\n["x",null,1,1]\n');
writeFileSync(join(cwd, 'internals.txt'), '{"PeerConnections":3}');
writeFileSync(join(cwd, 'notes.txt'), 'a call of 203.0.113.77');
mkdirSync(join(cwd, 'tree', '2026'), { recursive: true });
writeFileSync(join(cwd, 'tree', '2026', 'lossy.gz'), gzipSync(HEAD + messages));
writeFileSync(join(cwd, 'tree', 'healthy.raw'), healthy);
writeFileSync(join(cwd, 'tree', 'notes.txt'), 'not a dump');
mkdirSync(join(cwd, 'empty'));

const analyze = async (args: readonly string[], stdin?: string | Uint8Array) =>
  await runProgram(['analyze', ...args], { cwd, ...(stdin !== undefined && { stdin }) });

describe('analyze', () => {
  it('says what went wrong, when, in which direction, and what to do', async () => {
    const { code, stdout, stderr } = await analyze([lossy, '--utc']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^3 problems {2}.*loss-8pct-firefox.*experience \d+ of 100, audio [\d.]+ of 4\.5, video/);
    expect(lines[1]).toMatch(/^ {2}lowered by {2}audio-concealment \(\d+ points\)/);
    const at = lines.indexOf('  medium  packet-loss  inbound, connection PC_0');
    expect(lines[at + 1]).toMatch(/^ {4}when {4}\d\d \w{3} (\d{4} )?\d\d:\d\d:\d\d for \d+ s \(UTC\)$/);
    expect(lines[at + 2]).toMatch(/^ {4}what {4}Packets with audio or video do not arrive\./);
    expect(lines[at + 3]).toMatch(/^ {4}advice {2}Inbound: /);
    expect(lines[at + 4]).toMatch(/^ {4}data {4}maxLossShare 0\.\d+, lostPackets \d+$/);
  });

  it('orders problems by severity, and says why a connection did not come about', async () => {
    const { stdout } = await analyze([join(RECORDINGS, 'faults', 'suspend-15s.a.raw.gz')]);
    const severities = [...stdout.matchAll(/^ {2}(critical|high|medium|low|info) /gm)].map(([, severity]) => severity);
    expect(severities).toEqual(['high', 'high', 'medium', 'low', 'low']);
    const failed = await analyze([join(RECORDINGS, 'faults', 'turn-wrong-password.b.raw.gz')]);
    expect(failed.stdout).toContain('experience 0 of 100');
    expect(failed.stdout).toContain('  not connected  PC_0: the TURN server refused the client with code 401\n');
  });

  it.each(['chromium-loopback.rtcstats_dump.gz', 'chromium-loopback.webrtc_internals_dump.gz', 'chromium-relay.raw'])(
    'finds no problem in %s',
    async (name) => {
      const { code, stdout } = await analyze([join(RECORDINGS, name)]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^no problem {2}.*experience (9\d|100) of 100/);
    },
  );

  it('gives programs the same document for every form of a call', async () => {
    const [recording, dump, compressed, piped] = await Promise.all([
      analyze(['--json', lossy]),
      analyze(['--json', '-'], HEAD + messages),
      analyze(['--json', '-'], gzipSync(HEAD + messages)),
      analyze(['--json', '-'], `\uFEFF${messages}`),
    ]);
    expect(recording.code).toBe(1);
    const document: unknown = JSON.parse(recording.stdout);
    expect(analysisDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({ features: { connections: [{ id: 'PC_0' }] }, setup: [{ connected: true }] });
    for (const { stdout } of [dump, compressed, piped]) expect(JSON.parse(stdout)).toEqual(document);
  });

  it('takes the user agent of a webrtc-internals dump for a feature', async () => {
    const { stdout } = await analyze(['--json', join(RECORDINGS, 'chromium-loopback.webrtc_internals_dump.txt')]);
    const { features } = analysisDocument.parse(JSON.parse(stdout));
    expect(features.client['userAgent']).toMatch(/Chrome/);
  });

  it('gives assistants a digest, with the exit code of the analysis and nothing else on standard output', async () => {
    const { code, stdout, stderr } = await analyze(['--digest', lossy]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^# Digest of a WebRTC call, recorded by one client\n/);
    expect(stdout).toContain('medium: packet-loss (network, inbound)\n  PC_0 from +');
    expect(stdout).toContain('inbound audio lost %: ');
    expect(estimateTokens(stdout)).toBeLessThanOrEqual(MAX_DIGEST_TOKENS);
    const several = await analyze(['--digest', 'tree', 'missing.gz']);
    expect(several.code).toBe(1);
    expect(several.stdout.match(/^=== .*/gm)).toEqual([
      `=== ${join('tree', '2026', 'lossy.gz')}`,
      `=== ${join('tree', 'healthy.raw')}`,
    ]);
    expect(several.stderr).toContain('Dumps: 3; without problems 1, with problems 1, not read 1');
  });

  it('puts no addresses, labels or URLs of a raw dump into the digest', async () => {
    const { code, stdout } = await analyze([
      '--digest',
      join(RECORDINGS, 'chromium-loopback.webrtc_internals_dump.txt'),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('Chrome 156 on Linux');
    expect(stdout).not.toMatch(/\d+\.\d+\.\d+\.\d+|https?:|Mozilla|candidate:/);
  });

  it('reads several files and directories, and counts what it does not read', async () => {
    const { code, stdout, stderr } = await analyze(['tree', 'missing.gz']);
    expect(code).toBe(1);
    expect(stdout).toContain(`3 problems  ${join('tree', '2026', 'lossy.gz')}`);
    expect(stdout).toContain(`no problem  ${join('tree', 'healthy.raw')}`);
    expect(stdout).toContain('Dumps: 3; without problems 1, with problems 1, not read 1');
    expect(stderr).toContain('not read  There is no file missing.gz [INPUT_UNREADABLE]');
    expect(stderr).toContain('Files skipped because they are neither dumps nor recordings: 1');
    const json = await analyze(['--json', 'healthy.raw', 'missing.gz']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({
      results: [
        { name: 'healthy.raw', analysis: { analysisVersion: 1 } },
        { name: 'missing.gz', error: 'There is no file missing.gz', code: 'INPUT_UNREADABLE' },
      ],
      skipped: 0,
    });
  });

  it.each([
    ['plain text', (text: string) => text.slice(0, 20_000)],
    ['gzip data that are shorter than what is looked at to tell the kind', (text: string) => torn(text, 30_000)],
    ['gzip data of a recording', (text: string) => torn(text.slice(HEAD.length), 30_000)],
    ['long gzip data', (text: string) => torn(text, text.length)],
  ])('judges a dump that is cut short up to there: %s', async (_, cut) => {
    const { code, stdout } = await analyze(['-'], cut(HEAD + messages));
    expect(code).not.toBe(2);
    expect(stdout).toContain('not judged  end-of-recording: This dump is cut short');
    expect(stdout).toMatch(/experience \d+ of 100/);
  });

  it('names what it could not judge, and shows no control characters of a dump', async () => {
    const { code, stdout } = await analyze(['-'], `${HEAD}["create","PC\\u001b",null,1795400000000]\nnoise\n`);
    expect(code).toBe(0);
    expect(stdout).toContain('no problem  -  no score');
    expect(stdout).toContain('not judged  lines: 1 lines are not events');
    expect(stdout).not.toContain('\u001b');
  });

  it.each([
    [[], 'USAGE'],
    [['missing.gz'], 'There is no file missing.gz [INPUT_UNREADABLE]'],
    [['notes.txt'], 'NOT_A_DUMP'],
    [['internals.txt'], 'begins like a webrtc-internals dump, but is not one'],
    [['legacy'], 'legacy is a dump of file format 1 or 2 [UNSUPPORTED_FORMAT]'],
    [['metadata'], 'metadata has metadata (line 2) that cannot be read [INPUT_UNREADABLE]'],
    [['empty'], 'There was no dump to read'],
    [['4c5d6e'], 'There is no data directory'],
    [['healthy.raw', '--json', '--digest'], '--json and --digest exclude each other'],
    [['healthy.raw', '--severity', 'low'], 'analyze has no flag --severity'],
  ])('ends with 2 for %j', async (args, expected) => {
    const { code, stderr } = await analyze(args);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });

  it('gives programs the error of a single dump in the form of the API', async () => {
    const { code, stdout } = await analyze(['--json', 'missing.gz']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: 'There is no file missing.gz', code: 'INPUT_UNREADABLE' });
  });
});

/** The first `length` characters, compressed, without the last bytes. */
function torn(text: string, length: number): Uint8Array {
  return gzipSync(text.slice(0, length)).subarray(0, -200);
}
