import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer } from './anonymizer.ts';
import { compilePolicy } from './compiled-policy.ts';
import { DumpAnonymizer } from './dump-anonymizer.ts';
import type { AnonymizerOptions } from './session-state.ts';

type Values = Readonly<Record<string, unknown>>;

/** A session that returns what it stores for each line. */
function session(settings: unknown = {}, options: AnonymizerOptions = {}): (line: string) => string {
  const anonymizer = new Anonymizer(compilePolicy(parsePolicy(settings)), options);
  return (line) => textOf(anonymizer.message(bytesOf(line))!);
}

const candidate = (address: string, type = 'host'): string =>
  JSON.stringify({ candidate: `candidate:1 1 udp 2122260223 ${address} 50000 typ ${type}` });
const report = (address: string): string => `["g","PC_0",{"I1":{"134":"${address}","135":50000}},1]`;

/** What stands in the report of a line of statistics. */
function inReport(line: string): Values {
  const { I1 } = JSON.parse(line)[2] as { I1: Record<string, unknown> };
  return Object.fromEntries(Object.entries(I1).filter(([name]) => name.startsWith('rtcstats')));
}

/** What stands behind the candidate of a line. */
function inElement(line: string): Values {
  return (JSON.parse(line) as Values[]).at(-2)!;
}

const NET = expect.stringMatching(/^net-[a-p]{8}$/);
const ADDR = expect.stringMatching(/^addr-[a-p]{8}$/);

const CLASSES: readonly (readonly [address: string, addressClass: string, groups: Values])[] = [
  ['10.0.0.7', 'private', { rtcstatsNetworkGroup: NET }],
  ['172.31.255.1', 'private', { rtcstatsNetworkGroup: NET }],
  ['192.168.1.5', 'private', { rtcstatsNetworkGroup: NET }],
  ['100.64.0.1', 'cgnat', { rtcstatsNetworkGroup: NET }],
  ['169.254.10.1', 'link-local', {}],
  ['198.18.0.1', 'reserved', {}],
  ['192.0.0.4', 'reserved', {}],
  ['172.32.0.1', 'public', { rtcstatsNetworkGroup: NET, rtcstatsAddressGroup: ADDR }],
  ['100.128.0.1', 'public', { rtcstatsNetworkGroup: NET, rtcstatsAddressGroup: ADDR }],
  ['203.0.113.77', 'public', { rtcstatsNetworkGroup: NET, rtcstatsAddressGroup: ADDR }],
  ['fe80::1', 'link-local', {}],
  ['fd12:3456:789a:1::5', 'ula', { rtcstatsNetworkGroup: NET }],
  ['2001:0:53aa:64c::1', 'teredo', {}],
  ['2002:cb00:714d::1', '6to4', { rtcstatsNetworkGroup: NET, rtcstatsAddressGroup: ADDR }],
  ['64:ff9b::cb00:714d', 'nat64', {}],
  ['2001:db8:1:2::5', 'public', { rtcstatsNetworkGroup: NET, rtcstatsAddressGroup: ADDR }],
  ['::ffff:192.168.1.5', 'private', { rtcstatsNetworkGroup: NET }],
  ['annas-macbook.local', 'mdns', {}],
];

describe.each(CLASSES)('the address %s', (address, addressClass, groups) => {
  const expected = { rtcstatsAddressClass: addressClass, ...groups };
  const store = session();

  it('is masked, and its class and groups stand in the report', () => {
    const line = store(report(address));
    expect(line).not.toContain(address);
    expect(inReport(line)).toEqual(expected);
    expect(verifyText(`${line}\n`, presetPolicy('standard')).findings).toEqual([]);
  });

  it('has the same values behind a candidate', () => {
    const line = store(`[20,"PC_0",${candidate(address)},1]`);
    expect(line).not.toContain(address);
    expect(inElement(line)).toEqual(inReport(store(report(address))));
    expect(verifyText(`${line}\n`, presetPolicy('standard')).findings).toEqual([]);
  });

  it('has the same values on the slow path', () => {
    const spaced = report(address).replace('{"I1"', '{ "I1"');
    expect(store(spaced)).toBe(store(report(address)).replace('{"I1"', '{ "I1"'));
    const named = `["onicecandidate","PC_0",${candidate(address)},1]`;
    expect(store(named)).toBe(store(`[20,"PC_0",${candidate(address)},1]`).replace('[20', '["onicecandidate"'));
  });
});

describe('nothing is derived', () => {
  it.each([
    ['from an address that is kept', { ipAddresses: { keepNetworks: ['203.0.113.0/24'] } }, '203.0.113.7'],
    ['from a loopback address', {}, '127.0.0.1'],
    ['from the random name of a browser', {}, '4b7f8a1c-52b0-4a4f-9f0e-1f6f2c0a7a55.local'],
    ['under strict', { preset: 'strict' }, '203.0.113.7'],
    ['if it is switched off', { derive: false }, '203.0.113.7'],
    ['if addresses are encrypted', { ipAddresses: 'encrypt' }, '203.0.113.7'],
    ['if addresses get pseudonyms', { ipAddresses: 'pseudonymize' }, '203.0.113.7'],
    ['if the operator keeps no part of addresses', { ipAddresses: 'remove' }, '203.0.113.7'],
  ])('%s', (_, settings, address) => {
    const store = session(settings);
    expect(store(report(address))).not.toContain('rtcstats');
    expect(store(`[20,"PC_0",${candidate(address)},1]`)).not.toContain('rtcstats');
  });

  it('from the related address, and in descriptions', () => {
    const store = session();
    const line = store(
      '[20,"PC_0",{"candidate":"candidate:1 1 udp 1 127.0.0.1 9 typ srflx raddr 10.0.0.7 rport 9"},1]',
    );
    expect(line).toContain('10.0.0.x');
    expect(line).not.toContain('rtcstats');
    const sdp = 'v=0\\r\\na=candidate:1 1 udp 1 10.0.0.7 9 typ host\\r\\n';
    expect(store(`[7,"PC_0",{"type":"offer","sdp":"${sdp}"},1]`)).not.toContain('rtcstats');
  });
});

it('each fact can be switched off', () => {
  const all = ['rtcstatsAddressClass', 'rtcstatsNetworkGroup', 'rtcstatsAddressGroup'];
  for (const [index, fact] of ['addressClass', 'networkGroup', 'addressGroup'].entries()) {
    const store = session({ derive: { [fact]: false } });
    const line = store(report('203.0.113.7'));
    expect(Object.keys(inReport(line))).toEqual(all.toSpliced(index, 1));
    expect(verifyText(`${line}\n`, parsePolicy({ derive: { [fact]: false } })).clean).toBe(true);
    expect(verifyText(`${session()(report('203.0.113.7'))}\n`, parsePolicy({ derive: { [fact]: false } })).total).toBe(
      1,
    );
  }
});

describe('groups', () => {
  const store = session();
  const groups = (address: string, of = store): Values => inReport(of(report(address)));

  it('are equal in the same network, and for the same address in another spelling', () => {
    expect(groups('192.168.1.5')).toEqual(groups('192.168.1.9'));
    expect(groups('192.168.1.5')).not.toEqual(groups('192.168.2.5'));
    expect(groups('203.0.113.7')['rtcstatsNetworkGroup']).toBe(groups('203.0.113.8')['rtcstatsNetworkGroup']);
    expect(groups('203.0.113.7')['rtcstatsAddressGroup']).not.toBe(groups('203.0.113.8')['rtcstatsAddressGroup']);
    expect(groups('2001:db8:1:2::5')).toEqual(groups('2001:DB8:1:2:0::5'));
    expect(groups('2001:db8:1:2::5')['rtcstatsNetworkGroup']).toBe(groups('2001:db8:1:2::6')['rtcstatsNetworkGroup']);
    expect(groups('2001:db8:1:2::5')['rtcstatsNetworkGroup']).not.toBe(
      groups('2001:db8:1:3::5')['rtcstatsNetworkGroup'],
    );
    expect(groups('::ffff:203.0.113.7')).toEqual(groups('203.0.113.7'));
  });

  it('are others in every session', () => {
    expect(groups('203.0.113.7', session())).not.toEqual(groups('203.0.113.7'));
  });

  it('are the same after a message was anonymized in another thread', () => {
    const compiled = compilePolicy(presetPolicy('standard'));
    const [one, two] = [new Anonymizer(compiled), new Anonymizer(compiled)];
    const before = textOf(one.message(bytesOf(report('203.0.113.7')))!);
    two.takeOver(structuredClone(one.handOver()));
    expect(textOf(two.message(bytesOf(report('203.0.113.7')))!)).toBe(before);
  });
});

describe('values that a client sends', () => {
  const forged = '"rtcstatsAddressClass":"Anna Keller","rtcstatsNetworkGroup":"net-aaaaaaaa","rtcstatsAddressGroup":5';

  it.each([
    ['in a report', `["g","PC_0",{"I1":{${forged},"135":1}},1]`, '["g","PC_0",{"I1":{"135":1}},1]'],
    [
      'with escapes in their names',
      '["g","PC_0",{"I1":{"rtcstats\\u0041ddressClass":"mdns"}},1]',
      '["g","PC_0",{"I1":{}},1]',
    ],
    [
      'as objects and lists',
      '["g","PC_0",{"I1":{"rtcstatsAddressClass":{"a":["x"]},"1":2}},1]',
      '["g","PC_0",{"I1":{"1":2}},1]',
    ],
    ['in an element', `[20,"PC_0",{"candidate":""},"a",{${forged}},1]`, '[20,"PC_0",{"candidate":""},"a",1]'],
    [
      'in an element with others',
      '[24,"PC_0","x",{"rtcstatsAddressClass":"mdns","b":1},1]',
      '[24,"PC_0","x",{"b":1},1]',
    ],
  ])('are removed: %s', (_, line, expected) => {
    expect(session()(line)).toBe(expected);
    expect(session({ preset: 'strict' })(line)).toBe(expected);
    expect(session({ derive: false })(line)).toBe(expected);
  });

  it('do not replace those of the gateway', () => {
    const line = session()(`["g","PC_0",{"I1":{"134":"10.0.0.7",${forged}}},1]`);
    expect(line.match(/rtcstatsAddressClass/g)).toHaveLength(1);
    expect(inReport(line)).toEqual({ rtcstatsAddressClass: 'private', rtcstatsNetworkGroup: NET });
  });

  it('are data like all others in events of the application and in other places', () => {
    const line = '[":log",null,{"rtcstatsAddressClass":"loud","x":"anna@example.org"},1]';
    expect(session()(line)).toBe(line.replace('anna@example.org', '[email]'));
    const nested = '["create",null,{"a":{"rtcstatsAddressClass":"loud"}},1]';
    expect(session()(nested)).toBe(nested);
    expect(verifyText(`${nested}\n${session()(line)}\n`, presetPolicy('standard')).findings).toEqual([]);
  });
});

describe('the verifier', () => {
  const standard = presetPolicy('standard');
  it.each([
    ['another word', '"rtcstatsAddressClass":"home"'],
    ['a text', '"rtcstatsAddressClass":"Anna"'],
    ['a group of another form', '"rtcstatsNetworkGroup":"net-abcdefgh1"'],
    ['a group of another kind', '"rtcstatsAddressGroup":"net-abcdefgh"'],
    ['a number', '"rtcstatsAddressGroup":1795365'],
    ['a list', '"rtcstatsAddressClass":["mdns","x"]'],
    ['an object', '"rtcstatsAddressClass":{"anna":1}'],
  ])('reports %s', (_, member) => {
    for (const line of [`["g","PC_0",{"I1":{${member}}},1]`, `[20,"PC_0",{},{${member}},1]`]) {
      expect(verifyText(`${line}\n`, standard)).toMatchObject({ total: 1, classes: { ipAddresses: 1 } });
    }
  });

  it('reports every value under a policy that derives nothing', () => {
    const line = session()(report('203.0.113.7'));
    expect(verifyText(`${line}\n`, standard).total).toBe(0);
    expect(verifyText(`${line}\n`, parsePolicy({ derive: false })).total).toBe(3);
  });
});

describe.each(recordings())('$name', ({ bytes }) => {
  const anonymize = (input: Uint8Array, settings: unknown, options: AnonymizerOptions = {}): string => {
    const dump = new DumpAnonymizer(new Anonymizer(compilePolicy(parsePolicy(settings)), options));
    return [...dump.push(input), ...dump.end()].map(textOf).join('');
  };

  it('keeps its derived values when it is anonymized again, and loses them under strict', () => {
    const once = anonymize(bytes, {});
    expect(anonymize(bytesOf(once), {}, { keepsDerived: true })).toBe(once);
    expect(anonymize(bytesOf(once), { preset: 'strict' }, { keepsDerived: true })).not.toContain('rtcstats');
    expect(anonymize(bytesOf(once), {})).not.toContain('rtcstats');
  });
});

it('values of a dump that are not legal are removed even if they are repeated', () => {
  const store = session({}, { keepsDerived: true });
  const line = '["g","PC_0",{"I1":{"rtcstatsAddressClass":"Anna Keller","rtcstatsAddressClass":"mdns"}},1]';
  expect(store(line)).toBe('["g","PC_0",{"I1":{"rtcstatsAddressClass":"mdns"}},1]');
});
