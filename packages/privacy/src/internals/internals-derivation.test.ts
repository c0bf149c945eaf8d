import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import type { AnonymizerOptions } from '../anonymizer/session-state.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';
import { anonymizeInternals } from './internals-anonymizer.ts';

const DATES = { startTime: '2026-11-22T10:00:00.000Z', endTime: '2026-11-22T10:00:02.000Z' };

async function anonymize(text: string, settings: unknown = {}, options: AnonymizerOptions = {}): Promise<string> {
  const policy = parsePolicy(settings);
  const clean = textOf(await anonymizeInternals(bytesOf(text), new Anonymizer(compilePolicy(policy), options)));
  expect(verifyText(clean, policy).findings).toEqual([]);
  return clean;
}

function dumpOf(connection: object): string {
  return JSON.stringify({ PeerConnections: { '1-1': { updateLog: [], stats: {}, ...connection } } });
}

const statistics = (values: readonly string[]): string =>
  dumpOf({ stats: { 'I1-address': { ...DATES, statsType: 'local-candidate', values: JSON.stringify(values) } } });
const update = (type: string, value: string, more: object = {}): string =>
  dumpOf({ updateLog: [{ time: '', type, value, ...more }] });
const CANDIDATE = 'candidate:1 1 udp 2 203.0.113.45 5 typ host ufrag x';

describe('a webrtc-internals dump', () => {
  it('has one series for each fact behind the addresses of a report', async () => {
    const clean = JSON.parse(await anonymize(statistics(['', '192.168.1.5', '203.0.113.45'])));
    const { stats } = clean.PeerConnections['1-1'];
    expect(Object.keys(stats)).toEqual([
      'I1-address',
      'I1-rtcstatsAddressClass',
      'I1-rtcstatsNetworkGroup',
      'I1-rtcstatsAddressGroup',
    ]);
    expect(stats['I1-rtcstatsAddressClass']).toEqual({
      ...DATES,
      statsType: 'local-candidate',
      values: '["","private","public"]',
    });
    expect(JSON.parse(stats['I1-rtcstatsAddressGroup'].values)).toEqual([
      '',
      '',
      expect.stringMatching(/^addr-[a-p]{8}$/),
    ]);
  });

  it.each([
    ['icecandidate', `sdpMid: 0, sdpMLineIndex: 0, candidate: ${CANDIDATE}`],
    ['onicecandidate', JSON.stringify({ candidate: CANDIDATE })],
    ['addIceCandidate', JSON.stringify({ candidate: CANDIDATE })],
  ])('has the facts in the entry of %s', async (type, value) => {
    const clean = JSON.parse(await anonymize(update(type, value)));
    const [entry] = clean.PeerConnections['1-1'].updateLog;
    expect(Object.keys(entry)).toEqual([
      'time',
      'type',
      'value',
      'rtcstatsAddressClass',
      'rtcstatsNetworkGroup',
      'rtcstatsAddressGroup',
    ]);
    expect(entry.rtcstatsAddressClass).toBe('public');
  });

  it('has none under strict, and in other entries', async () => {
    for (const dump of [statistics(['203.0.113.45']), update('icecandidate', CANDIDATE)]) {
      expect(await anonymize(dump, { preset: 'strict' })).not.toContain('rtcstats');
    }
    expect(await anonymize(update('addIceCandidateFailed', CANDIDATE))).not.toContain('rtcstats');
  });

  it('loses the values that somebody else wrote', async () => {
    const forged = { rtcstatsAddressClass: 'Anna Keller', rtcstatsNetworkGroup: 'net-aaaaaaaa' };
    const entry = update('icecandidate', CANDIDATE, forged);
    expect(await anonymize(entry)).not.toMatch(/Anna|net-aaaaaaaa/);
    expect(await anonymize(entry, {}, { keepsDerived: true })).not.toContain('Anna');
    const series = dumpOf({ stats: { 'I1-rtcstatsAddressClass': { ...DATES, values: '["Anna"]', statsType: 'x' } } });
    for (const keepsDerived of [true, false]) {
      expect(await anonymize(series, {}, { keepsDerived })).toBe(dumpOf({}));
    }
    const deep = `{"PeerConnections":{},"x":${'['.repeat(200)}${']'.repeat(200)}}`;
    await expect(anonymize(deep)).rejects.toThrow('nested too deeply');
  });

  it('is the same when it is anonymized again', async () => {
    const file = new URL('../../../../test/recordings/chromium-loopback.webrtc_internals_dump.txt', import.meta.url);
    const once = await anonymize(readFileSync(file, 'utf8'));
    expect(once).toContain('-rtcstatsAddressClass');
    expect(await anonymize(once, {}, { keepsDerived: true })).toBe(once);
    expect(await anonymize(once, { preset: 'strict' }, { keepsDerived: true })).not.toContain('rtcstatsAddressClass');
  });
});
