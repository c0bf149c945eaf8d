import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { presetPolicy } from '../policy/policy.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { readingsOf } from '../testing/readings.ts';
import { verifyText } from '../verifier/verifier.ts';
import { HONEST_KINDS } from './honest.ts';

const policy = presetPolicy('standard');
const COMPILED = compilePolicy(policy);

/**
 * Places of different paths through the anonymizer: fast and slow, free text, nested JSON and a broken one, escapes.
 */
const PLACES: Readonly<Record<string, (text: string) => string>> = {
  'a message': (text) => JSON.stringify([':log', null, { message: text }, 1]),
  'an error': (text) => JSON.stringify([12, 'PC_0', text, '2-0', 3]),
  'an attribute': (text) => JSON.stringify([8, 'PC_0', { type: 'offer', sdp: `v=0\r\na=x:1\r\n${text}\r\n` }, 1]),
  'JSON text': (text) => JSON.stringify([':log', null, JSON.stringify({ note: text }), 1]),
  'broken JSON text': (text) => JSON.stringify([':log', null, `got {"note":${JSON.stringify(text)}`, 1]),
};

function stored(line: string): string {
  return textOf(new Anonymizer(COMPILED).message(bytesOf(line))!);
}

function findings(line: string): unknown {
  return verifyText(`${line}\n`, policy).findings;
}

describe.each(HONEST_KINDS)('$kind', ({ stay, go }) => {
  describe.each(Object.entries(PLACES))('in %s', (place, put) => {
    it.each(stay)('%j stays', (text) => {
      const line = put(text);
      expect(stored(line)).toBe(line);
      expect(findings(line)).toEqual([]);
    });

    it.each(go)('%j loses %j', (text, gone) => {
      const line = put(text);
      expect(line, place).toContain(JSON.stringify(gone).slice(1, -1));
      const clean = stored(line);
      const readings = [clean, ...readingsOf(clean)].join('\n').toLowerCase();
      expect(readings).not.toContain(gone.toLowerCase());
      expect(findings(clean)).toEqual([]);
    });
  });
});

describe('values of properties', () => {
  it.each([
    [{ chrome: '116.0.0.0', build: '4.12.3.201', sdk_ver: '1.2.3.4', electron: '25.3.1.0' }],
    [{ version: '10.0.0.5', osVersion: '8.0.0.0' }],
    [{ token: 'expired', password: 'required', cookie: 'disabled' }],
  ])('%j stay', (value) => {
    const line = JSON.stringify([':x', null, value, 1]);
    expect(stored(line)).toBe(line);
    expect(findings(line)).toEqual([]);
  });

  it.each([
    [{ version: '203.0.113.7' }, '203.0.113.7'],
    [{ version: '192.168.1.34' }, '192.168.1.34'],
    [{ conversion: '8.0.0.7' }, '8.0.0.7'],
    [{ build: '84.123.45.67' }, '84.123.45.67'],
    [{ edge: '93.118.4.7' }, '93.118.4.7'],
    [{ token: 'expired4711' }, 'expired4711'],
  ])('%j lose %j', (value, gone) => {
    const clean = stored(JSON.stringify([':x', null, value, 1]));
    expect(clean).not.toContain(gone);
    expect(findings(clean)).toEqual([]);
    if (/^\d/.test(gone)) expect(findings(JSON.stringify([':x', null, value, 1]))).not.toEqual([]);
  });

  it.each([
    [['setParameters', 'PC_0', { headerExtensions: [{ uri: 'http://vendor.example.com/ext/framing-07', id: 8 }] }, 1]],
    [['ondatachannel', 'PC_0', { protocol: 'http://jitsi.org/protocols/colibri' }, 1]],
    [['createDataChannel', 'PC_0', ['', { protocol: 'https://vendor.example.com/sub/v1#x' }], 1]],
  ])('%j has names of protocols, which stay', (event) => {
    const line = JSON.stringify(event);
    expect(stored(line)).toBe(line);
    expect(findings(line)).toEqual([]);
  });

  it.each([
    [['setParameters', 'PC_0', { headerExtensions: [{ uri: 'http://vendor.example.com/ext?user=anna' }] }, 1]],
    [['createDataChannel', 'PC_0', ['', { protocol: 'https://anna@vendor.example.com/sub' }], 1]],
    [[':x', null, { uri: 'http://vendor.example.com/anna' }, 1]],
    [[':x', null, { protocol: 'http://vendor.example.com/anna' }, 1]],
  ])('%j loses the user', (event) => expect(stored(JSON.stringify(event))).not.toContain('anna'));
});

describe('identity', () => {
  const settings = {
    region: 'eu-central-1',
    userRegion: 'us-east1',
    startBitrate: '800',
    maxBitrate: '2500000',
    p2p: { preferredCodec: 'VP9', enabled: 'true' },
    videoQuality: { codecPreferenceOrder: ['AV1', 'VP9', 'H264'], mode: 'L1T3_KEY' },
    resolution: '1280x720',
    constraints: { height: { ideal: '720p' } },
    disableSimulcast: 'false',
    environment: 'production',
    version: '2.0.14',
    anything: 'VP8',
    startedAt: 1795365768017,
    lastN: 2500,
  };

  it('keeps technical settings', () => {
    const line = JSON.stringify(['identity', null, settings, 1]);
    expect(stored(line)).toBe(line);
    expect(findings(line)).toEqual([]);
  });

  it.each([
    [{ displayName: 'Alice Adams' }],
    [{ region: 'Alice Adams' }],
    [{ preferredCodec: 'Alice' }],
    [{ anything: 'Alice' }],
    [{ moderator: 'Alice' }],
    [{ order: ['VP9', 'Alice'] }],
    ['Alice'],
    [['Alice']],
    [{ url: 'https://meet.example.com/Alice' }],
  ])('replaces the name in %j', (value) =>
    expect(stored(JSON.stringify(['identity', null, value, 1]))).not.toContain('Alice'),
  );

  it.each([[{ user: '4711234' }], [{ user: 4711234 }], [{ employee: '4711234' }], [{ employee: 4711234 }]])(
    'replaces the number in %j',
    (value) => expect(stored(JSON.stringify(['identity', null, value, 1]))).not.toContain('4711234'),
  );
});
