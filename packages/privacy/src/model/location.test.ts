import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { Verifier } from '../verifier/verifier.ts';
import type { Location } from './location.ts';

const PLACES: Readonly<Record<string, Location>> = {
  '81.2.69.142': { continent: 'EU', country: 'GB', city: 'London' },
  '2a00:1450::5': { continent: 'EU', country: 'IE' },
};
const locate = (address: string): Location | undefined => PLACES[address];
const LONDON = '{"rtcstatsLocation":{"continent":"Europe","country":"United Kingdom","city":"London"}}';

function anonymize(line: string, settings: Record<string, unknown> = {}): string {
  const anonymizer = new Anonymizer(compilePolicy(parsePolicy({ derive: false, ...settings })), { locate });
  return new TextDecoder().decode(anonymizer.message(new TextEncoder().encode(line))!);
}

const candidate = (address: string, more = ''): string =>
  `{"candidate":"candidate:1 1 udp 2122260223 ${address} 50000 typ srflx${more}","sdpMid":"0","sdpMLineIndex":0}`;

describe('a candidate with a masked address', () => {
  it.each([
    [
      'of the client, by number',
      `[20,"PC_0",${candidate('81.2.69.142')},7]`,
      `[20,"PC_0",${candidate('81.2.69.x')},${LONDON},7]`,
    ],
    [
      'of the client, by name, with an extra element',
      `["onicecandidate","PC_0",${candidate('81.2.69.142')},"1-0",-7.5]`,
      `["onicecandidate","PC_0",${candidate('81.2.69.x')},${LONDON},"1-0",-7.5]`,
    ],
    [
      'of the remote peer',
      `[10,"PC_0",${candidate('2a00:1450::5')},"1-0",7]`,
      `[10,"PC_0",${candidate('2a00:1450:0:x:x:x:x:x')},{"rtcstatsLocation":{"continent":"Europe","country":"Ireland"}},"1-0",7]`,
    ],
    [
      'that another program has already located',
      `[20,"PC_0",${candidate('81.2.69.142')},{"rtcstatsLocation":{"city":"Paris"}},7]`,
      `[20,"PC_0",${candidate('81.2.69.x')},${LONDON},7]`,
    ],
  ])('gets its location: %s', (_, line, expected) => {
    expect(anonymize(line)).toBe(expected);
  });
});

it('stands in front of what is derived from the address', () => {
  const event = JSON.parse(anonymize(`[20,"PC_0",${candidate('81.2.69.142')},"1-0",7]`, { derive: true }));
  expect(event.slice(3)).toEqual([JSON.parse(LONDON), '1-0', { rtcstatsAddressClass: 'public', ...event[5] }, 7]);
});

it('a relay candidate gets its location even if the policy keeps its address', () => {
  const relay = '{"candidate":"candidate:a 1 udp 41 81.2.69.142 50000 typ relay raddr 10.0.0.7 rport 9"}';
  const line = anonymize(`[20,"PC_0",${relay},7]`, { preset: 'compatible' });
  expect(JSON.parse(line)[2].candidate).toContain(' 81.2.69.142 ');
  expect(JSON.parse(line)[3]).toEqual(JSON.parse(LONDON));
});

it('a location whose country is no code of two letters is written as it is', () => {
  const anonymizer = new Anonymizer(compilePolicy(parsePolicy({})), { locate: () => ({ country: 'elsewhere 1' }) });
  const line = anonymizer.message(new TextEncoder().encode(`[20,"PC_0",${candidate('81.2.69.142')},7]`));
  expect(new TextDecoder().decode(line!)).toContain('{"rtcstatsLocation":{"country":"elsewhere 1"}}');
});

describe('no location is added', () => {
  it.each([
    ['for a private address', `[20,"PC_0",${candidate('10.0.0.7')},7]`, `[20,"PC_0",${candidate('10.0.0.x')},7]`],
    [
      'for the related address of a candidate',
      `[20,"PC_0",${candidate('10.0.0.7', ' raddr 81.2.69.142 rport 9')},7]`,
      `[20,"PC_0",${candidate('10.0.0.x', ' raddr 81.2.69.x rport 9')},7]`,
    ],
    ['to other events', '["publicIP",null,["81.2.69.142"],7]', '["publicIP",null,["81.2.69.x"],7]'],
    [
      'from a forged location',
      `[20,"PC_0",${candidate('10.0.0.7')},{"rtcstatsLocation":{"city":"Paris"}},7]`,
      `[20,"PC_0",${candidate('10.0.0.x')},7]`,
    ],
  ])('%s', (_, line, expected) => {
    expect(anonymize(line)).toBe(expected);
  });

  it.each([
    [`[20,"PC_0",${candidate('6d1a3a0e-3a5f-4d5e-8c70-2f1f0e6a3b11.local')},7]`],
    ['[20,"PC_0",null,7]'],
    ['[20,"PC_0", {"candidate":""} ,7]'],
    ['[20,"PC_0",[],7]'],
    ['[20,"PC_0",{"candidate":17},7]'],
    ['[20,null,1]'],
    ['["onicecandidateX","PC_0",1,7]'],
  ])('and nothing else changes: %s', (line) => {
    expect(anonymize(line)).toBe(line);
  });

  it('if the policy keeps the address', () => {
    const line = `[20,"PC_0",${candidate('81.2.69.142')},7]`;
    expect(anonymize(line, { ipAddresses: 'keep' })).toBe(line);
    expect(anonymize(line, { ipAddresses: { keepNetworks: ['81.2.69.0/24'] } })).toBe(line);
  });
});

describe('the metadata', () => {
  const given = { fileFormat: 3, remoteAddresses: ['81.2.69.142', '10.0.0.1'], locations: [{ city: 'Paris' }] };
  const parse = (anonymizer: Anonymizer): Record<string, unknown> =>
    JSON.parse(new TextDecoder().decode(anonymizer.metadata(given))) as Record<string, unknown>;

  it('gets the locations of the remote addresses; others are replaced', () => {
    expect(parse(new Anonymizer(compilePolicy(parsePolicy({})), { locate }))).toMatchObject({
      remoteAddresses: ['81.2.69.x', '10.0.0.x'],
      locations: [
        {
          continent: { code: 'EU', names: { en: 'Europe' } },
          country: { iso_code: 'GB', names: { en: 'United Kingdom' } },
          city: { names: { en: 'London' } },
        },
        null,
      ],
    });
    const nothing = new Anonymizer(compilePolicy(parsePolicy({})), { locate: () => undefined });
    expect(parse(nothing)).not.toHaveProperty('locations');
  });
});

it('passes the verifier', () => {
  const cities = [
    'London',
    'Saint-Étienne',
    "Xi'an",
    'St. Louis',
    'Winston-Salem',
    '東京',
    'São Paulo',
    'Llanfairpwllgwyngyll',
  ];
  for (const preset of ['standard', 'strict', 'compatible']) {
    const policy = parsePolicy({ preset });
    for (const city of cities) {
      const anonymizer = new Anonymizer(compilePolicy(policy), {
        locate: () => ({ continent: 'EU', country: 'GB', city }),
      });
      const verifier = new Verifier(policy);
      const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
      verifier.push(encode('RTCStatsDump\n'));
      verifier.push(anonymizer.metadata({ fileFormat: 3, remoteAddresses: ['81.2.69.142'] }));
      verifier.push(encode('\n'));
      verifier.push(anonymizer.message(encode(`[20,"PC_0",${candidate('81.2.69.142')},7]`))!);
      verifier.push(encode('\n["close",null,1000,1]\n'));
      expect(verifier.end()).toMatchObject({ clean: true });
    }
  }
});
