import { risk as riskSchema } from '@rtcstats-server/api';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { createConfig } from '../config/config.ts';
import { RiskMeter, type RiskMeterOptions } from './risk-meter.ts';

let catalog: Catalog;
let number: number;
beforeEach(async () => {
  number = 0;
  catalog = openSqliteCatalog(':memory:');
  await catalog.migrate();
});
afterEach(() => catalog.close());

const chrome = (version: string): string =>
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36`;

interface Participant {
  readonly user?: string;
  readonly country?: string;
  readonly userAgent?: string;
  readonly startedAt?: string;
  readonly client?: object;
  readonly connections?: readonly object[];
}

async function put(sessions: number, participant: Participant = {}): Promise<void> {
  const { client = {}, connections = [], ...row } = participant;
  const document = JSON.stringify({ features: { client, connections, tracks: [] } });
  const ids = Array.from({ length: sessions }, () => `s${String(number++).padStart(5, '0')}`);
  await Promise.all(ids.map((id) => catalog.sessions.put(sessionRow(id, row), analysisRow({ document }))));
}

async function measure(config: object = {}, k?: number, options: Partial<RiskMeterOptions> = {}) {
  const meter = new RiskMeter({ figures: catalog.figures, settings: createConfig({ ...config }), ...options });
  const result = riskSchema.parse(await meter.measure(k));
  const attribute = (name: string) => result.attributes.find((one) => one.name === name)!;
  const combination = (name: string) => result.combinations.find((one) => one.name === name)!;
  const remedy = (setting: string) => result.advice.find((one) => one.setting === setting);
  return { ...result, attribute, combination, remedy };
}

const pair = (address: string, more: object = {}) => ({
  id: 'PC_0',
  firstCandidatePairLocalType: 'host',
  firstCandidatePairLocalAddress: address,
  firstCandidatePairRemoteType: 'relay',
  firstCandidatePairRemoteAddress: '198.51.100.x',
  ...more,
});

it('says honestly that there are no sessions, and what it cannot measure', async () => {
  const answer = await measure();
  expect(answer).toMatchObject({ sessions: 0, complete: true, from: null, to: null, persons: 0, advice: [] });
  expect(answer.attributes.every(({ measured, reason }) => !measured && reason !== null)).toBe(true);
  expect(answer.combination('everything')).toMatchObject({ groups: 0, entropy: 0, attributes: [] });
  expect(answer.attribute('devices').reason).toContain('only');
  const strict = await measure({ privacy: { preset: 'strict' } });
  expect(strict.attribute('devices').reason).toContain('leaves none');
});

it('measures entropy, small groups and persons', async () => {
  await put(8, { country: 'DE', user: 'anna' });
  await put(6, { country: 'FR' });
  await put(2, { country: 'IT', user: 'bert' });
  const answer = await measure();
  expect(answer).toMatchObject({ k: 5, sessions: 16, complete: true, persons: 2, sessionsWithPerson: 10 });
  expect(answer).toMatchObject({ from: '2026-03-01T10:00:00.000Z', to: '2026-03-01T10:00:00.000Z' });
  const country = answer.attribute('country');
  expect(country).toMatchObject({ measured: true, sessions: 16, values: 3, setting: 'geolocation.detail: off' });
  expect(country.entropy).toBeCloseTo(0.5 + (6 / 16) * Math.log2(16 / 6) + 3 / 8, 10);
  expect(country.effectiveValues).toBeCloseTo(2 ** country.entropy, 10);
  // Anna is alone in her group, however many sessions she has.
  expect(country.small).toEqual({ sessions: 2, share: 0.125, alone: 0, personShare: 1 });
  expect((await measure({}, 2)).attribute('country').small.share).toBe(0);
});

it('reads the features of the analysis, and neither mDNS names nor the networks of TURN servers', async () => {
  const client = {
    hardwareConcurrency: 8,
    deviceMemory: 16,
    screen: { width: 1440, height: 900 },
    window: { width: 800, height: 600 },
    userAgentData: { brands: [{ brand: 'Chromium', version: '156' }], platform: 'Linux' },
    audioDeviceUsbId: '046d:085e',
  };
  const idle = { id: 'PC_0' };
  await put(1, { client, connections: [idle, pair('203.0.113.x', { rtcstatsLocationCity: 'Vienna' })] });
  await put(1, { client, connections: [pair('8f3c0e52-5a0e-4f9b-9d4a-3c7b1f6f2d11.local')] });
  await put(1, { client, connections: [pair('198.51.100.x', { firstCandidatePairLocalType: 'relay' })] });
  const answer = await measure();
  for (const name of ['cores', 'memory', 'screen', 'window', 'deviceModels', 'userAgent']) {
    expect(answer.attribute(name), name).toMatchObject({ measured: true, sessions: 3, values: 1, entropy: 0 });
  }
  expect(answer.attribute('network')).toMatchObject({ measured: true, sessions: 1, values: 1 });
  expect(answer.attribute('peerNetwork')).toMatchObject({ measured: false, sessions: 0 });
  expect(answer.attribute('city')).toMatchObject({ sessions: 1 });
  expect(answer.combination('device').attributes).toEqual(['userAgent', 'screen', 'cores', 'memory', 'deviceModels']);
});

it('never names a value', async () => {
  const secret = 'Zanzibar';
  await put(1, {
    user: `${secret}-user`,
    country: 'ZZ',
    userAgent: `${secret}/77.1`,
    client: { screen: secret, hardwareConcurrency: 7331, audioDeviceUsbId: 'dead:beef' },
    connections: [pair('203.0.113.x', { rtcstatsLocationCity: secret })],
  });
  const text = JSON.stringify(await measure());
  for (const value of [secret, 'ZZ', '7331', 'dead:beef', '203.0.113', '198.51.100']) expect(text).not.toContain(value);
});

describe('advice', () => {
  it('computes what a coarser setting changes, the most effective first', async () => {
    for (let build = 0; build < 12; build++) await put(1, { userAgent: chrome(`156.0.${build}.1`), country: 'DE' });
    const { remedy, ...answer } = await measure();
    expect(answer.attribute('browser').small.share).toBe(1);
    expect(remedy('privacy.userAgent: truncate')).toMatchObject({
      attributes: ['browser', 'userAgent'],
      before: { share: 1 },
      after: { share: 0 },
      entropyLowered: Math.log2(12),
    });
    expect(remedy('geolocation.detail: off')).toBeUndefined();
  });

  it('shortens and removes networks, the city and the models of devices', async () => {
    for (let i = 0; i < 6; i++) {
      const local = pair(`203.0.${i}.x`, { rtcstatsLocationCity: `city ${i}` });
      await put(1, { client: { videoDeviceUsbId: `046d:000${i}` }, connections: [local] });
    }
    await put(6, { connections: [pair('2001:db8:1:x:x:x:x:x')] });
    const { remedy } = await measure({ geolocation: { detail: 'city', database: '/tmp/city.mmdb' } });
    const shorter = remedy('privacy.ipAddresses: {method: mask, ipv4Bits: 16, ipv6Bits: 32}');
    const removed = remedy('privacy.ipAddresses: remove');
    expect(shorter).toMatchObject({ attributes: ['network'] });
    expect(removed!.entropyLowered).toBeGreaterThanOrEqual(shorter!.entropyLowered);
    expect(remedy('geolocation.detail: country')).toMatchObject({ attributes: ['city'] });
    expect(remedy('privacy.deviceNames.keepUsbIds: false')).toMatchObject({ attributes: ['deviceModels'] });
    expect(remedy('privacy.preset: strict, geolocation.detail: off')).toMatchObject({
      combination: expect.any(String),
      before: { share: 0.5 },
      after: { share: 0 },
    });
  });

  it('does not name a setting that is in force', async () => {
    await put(1, { userAgent: chrome('156.0.1.1'), country: 'DE', connections: [pair('203.0.113.x')] });
    await put(1, { userAgent: chrome('156.0.2.1'), country: 'FR', connections: [pair('203.0.1.x')] });
    expect((await measure()).advice.length).toBeGreaterThan(3);
    const strict = await measure({ privacy: { preset: 'strict' }, geolocation: { detail: 'off' } });
    expect(strict.advice).toEqual([]);
    // They were recorded under the standard policy.
    expect(strict.otherPolicies).toBe(2);
  });
});

describe('the sample', () => {
  it('is the newest sessions, at most so many', async () => {
    for (let hour = 0; hour < 10; hour++) {
      await put(10, { startedAt: `2026-03-01T0${hour}:30:00.000Z`, country: `C${hour}` });
    }
    const answer = await measure({}, 5, { maxSessions: 45 });
    expect(answer).toMatchObject({ sessions: 45, maxSessions: 45, complete: false });
    expect(answer).toMatchObject({ from: '2026-03-01T05:00:00.000Z', to: '2026-03-01T09:00:00.000Z' });
    expect(answer.attribute('country')).toMatchObject({ values: 5 });
    expect(await measure({}, 5, { maxSessions: 100 })).toMatchObject({ sessions: 100, complete: true });
  });

  it('is read once for many requests, and again after ten minutes', async () => {
    await put(3);
    let now = Date.parse('2026-03-02T00:00:00.000Z');
    let reads = 0;
    const figures: RiskMeterOptions['figures'] = {
      newest: (query) => {
        if (query.after === undefined) reads += 1;
        return catalog.figures.newest(query);
      },
    };
    const meter = new RiskMeter({ figures, settings: createConfig(), now: () => new Date(now) });
    const [first, second] = await Promise.all([meter.measure(), meter.measure()]);
    expect(second).toBe(first);
    expect(reads).toBe(1);
    await meter.measure(6);
    expect(reads).toBe(2);
    now += 600_000;
    await put(1);
    expect(await meter.measure()).toMatchObject({ sessions: 4 });
    expect(reads).toBe(3);
  });

  it('is read again after an outage of the catalog', async () => {
    let outage = 1;
    const figures: RiskMeterOptions['figures'] = {
      newest: (query) => (outage-- > 0 ? Promise.reject(new Error('away')) : catalog.figures.newest(query)),
    };
    const meter = new RiskMeter({ figures, settings: createConfig() });
    await expect(meter.measure()).rejects.toThrow('away');
    expect(await meter.measure()).toMatchObject({ sessions: 0 });
  });
});
