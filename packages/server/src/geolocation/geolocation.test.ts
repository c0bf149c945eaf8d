import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseOf } from '@rtcstats-server/testing/geo-database';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createConfig } from '../config/config.ts';
import { continentOf } from './continents.ts';
import { Geolocation } from './geolocation.ts';
import { publicAddress } from './public-address.ts';

let directory: string;
let logged: string;
const write = (line: string): void => {
  logged += line;
};
beforeEach(() => {
  logged = '';
  directory = mkdtempSync(join(tmpdir(), 'geolocation-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function open(geolocation: Record<string, unknown> = {}): Promise<Geolocation> {
  const config = createConfig({ geolocation }, directory);
  const opened = await Geolocation.open(config.geolocation, pino({ level: 'trace' }, { write }), { watchInterval: 20 });
  onTestFinished(() => opened?.close());
  return opened!;
}

/** Writes a new file and renames it, as programs that update such databases do. */
function replace(bytes: Uint8Array): void {
  writeFileSync(join(directory, 'city.mmdb.new'), bytes);
  renameSync(join(directory, 'city.mmdb.new'), join(directory, 'city.mmdb'));
}

/** Again and again: what was there before the first look at the file is no change. */
async function replacedUntil(said: string, bytes: Uint8Array): Promise<void> {
  const again = { interval: 200, timeout: 15_000 };
  await vi.waitUntil(() => {
    if (!logged.includes(said)) replace(bytes);
    return logged.includes(said);
  }, again);
}

const cityRecord = (city: string) => ({
  continent: { code: 'EU', names: { en: 'Europe' } },
  country: { iso_code: 'GB' },
  city: { names: { en: city, de: 'Anderswo' } },
});

describe('Geolocation', () => {
  it('finds countries with the bundled database', async () => {
    const { locate } = await open();
    expect(locate('8.8.8.8')).toEqual({ continent: 'NA', country: 'US' });
    expect(locate('2a00:1450:4001:811::200e')?.continent).toBe('EU');
    expect(locate('::ffff:8.8.8.8')).toEqual({ continent: 'NA', country: 'US' });
  });

  it.each([
    ['continent', { continent: 'EU' }],
    ['country', { continent: 'EU', country: 'GB' }],
    ['city', { continent: 'EU', country: 'GB', city: 'London' }],
  ])('tells no more than %s', async (detail, expected) => {
    replace(databaseOf({ '81.2.69.142': cityRecord('London') }));
    const { locate } = await open({ database: 'city.mmdb', detail });
    expect(locate('81.2.69.142')).toEqual(expected);
    expect(locate('81.2.69.143')).toBeUndefined();
  });

  it('reads databases with flat records', async () => {
    replace(databaseOf({ '81.2.69.142': { country_code: 'JP', city: 'Osaka' }, '81.2.69.143': { city: 'Nowhere' } }));
    const { locate } = await open({ database: 'city.mmdb', detail: 'city' });
    expect(locate('81.2.69.142')).toEqual({ continent: 'AS', country: 'JP', city: 'Osaka' });
    expect(locate('81.2.69.143')).toBeUndefined();
  });

  it('loads no database when it is off', async () => {
    expect(await open({ detail: 'off', database: 'missing.mmdb' })).toBeUndefined();
  });

  it('loads a replaced file unless it cannot be used', async () => {
    replace(databaseOf({ '81.2.69.142': cityRecord('London') }));
    const { locate } = await open({ database: 'city.mmdb', detail: 'city' });
    await replacedUntil('cannot be used', Buffer.from('no database, and long enough to be looked at for its metadata'));
    expect(locate('81.2.69.142')?.city).toBe('London');
    rmSync(join(directory, 'city.mmdb'));
    await replacedUntil('was replaced', databaseOf({ '81.2.69.142': cityRecord('Londinium') }));
    expect(locate('81.2.69.142')?.city).toBe('Londinium');
  });

  it.each([
    ['is missing', undefined],
    ['is something else', Buffer.from('text')],
    ['was cut short', databaseOf({ '81.2.69.142': cityRecord('London') }).subarray(0, 900)],
  ])('refuses at the start a file that %s', async (_, bytes) => {
    if (bytes !== undefined) replace(bytes);
    await expect(open({ database: 'city.mmdb' })).rejects.toMatchObject({ code: 'GEODATABASE_UNUSABLE' });
  });

  it('needs a database with cities for the detail city', () => {
    expect(() => createConfig({ geolocation: { detail: 'city' } })).toThrow(/geolocation\.database/);
  });
});

describe('publicAddress', () => {
  it.each([
    ...['8.8.8.8', '81.2.69.142', '2a00:1450::1', '192.0.1.1', '100.128.0.1'],
    ...['198.17.0.1', '172.32.0.1', '223.255.255.255'],
  ])('is %s', (address) => {
    expect(publicAddress(address)).toBe(address);
  });

  it.each([
    ...['10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', '127.0.0.1', '169.254.1.1', '0.0.0.0', '192.0.0.8'],
    ...['192.0.2.1', '198.51.100.1', '203.0.113.7', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fd12:3456::1', '2001:db8::1', '2002:808:808::1', '2001::1', 'ff02::1'],
    ...['64:ff9b::808:808', '::ffff:10.0.0.1', '3fff::1', '2a00:1450::1%1', 'a.local', '', '203.0.113.x', '8.8.8.8.8'],
  ])('is not %s', (address) => {
    expect(publicAddress(address)).toBeUndefined();
  });
});

it('every country is on a continent', () => {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const NO_COUNTRY_TODAY =
    'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH QO RH SU TA TP UK UN VD XA XB YD YU ZR ZZ'.split(' ');
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const missing = codes.filter((code) => names.of(code) !== undefined && continentOf(code) === undefined);
  expect(missing.filter((code) => !NO_COUNTRY_TODAY.includes(code))).toEqual([]);
});
