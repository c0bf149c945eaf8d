import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { PRESETS, presetPolicy } from '../policy/policy.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { anonymized, bytesOf, onlyIpAddresses, SESSION_KEY, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';

const REPLACED = /f[g-z]{9}/;
/** CRC-32 of libwebrtc, pjnath, libre, MD5 of aioice, the same without its beginning as in werift, Base64, a word. */
const FOUNDATIONS = [
  '4245064146',
  '0842163049',
  'Hcb007107',
  'cb007106',
  '5d41402abc4b2a76b9719d911017c592',
  'abc4b2a76b9719d911017c592',
  'q+7/Zz8a',
  'udpcandidate',
];

function session(): Anonymizer {
  return new Anonymizer(compilePolicy(parsePolicy({ derive: false })));
}

const NOTATIONS: readonly (readonly [name: string, event: (foundation: string) => unknown[]])[] = [
  ['onicecandidate', (f) => [20, 'PC_0', { candidate: `candidate:${f} 1 udp 2122260223 h.local 5 typ host` }, 1]],
  [
    'addIceCandidate by name',
    (f) => [
      'addIceCandidate',
      'PC_0',
      { candidate: `candidate:${f} 2 tcp 1518280447 203.0.113.7 9 typ host tcptype active` },
      1,
    ],
  ],
  [
    'a candidate of an application',
    (f) => [':ice', null, { c: { candidate: `candidate:${f} 1 UDP 1 10.0.0.1 5 typ host` } }, 1],
  ],
  [
    'a session description',
    (f) => [
      8,
      'PC_0',
      { type: 'offer', sdp: `v=0\r\na=candidate:${f} 1 udp 2122260223 203.0.113.7 5 typ host\r\n` },
      1,
    ],
  ],
  [
    'a description in JSON text',
    (f) => [':sdp', null, JSON.stringify({ sdp: `v=0\r\na=candidate:${f} 1 udp 1 203.0.113.7 5 typ host\r\n` }), 1],
  ],
  [
    'an error',
    (f) => [16, 'PC_0', `OperationError: Error processing "candidate:${f} 1 udp 2122260223 10.0.0.1 5 typ host"`, 1],
  ],
  ['a list', (f) => [':l', null, [`candidate:${f} 1 udp 2122260223 10.0.0.1 5 typ host`], 1]],
  ['statistics by number', (f) => ['g', 'PC_0', { I1: { 140: f, type: 8 } }, 1]],
  ['statistics by name', (f) => ['getStats', 'PC_0', { I1: { id: 'I1', foundation: f } }, 1]],
  ['a property of an application', (f) => [':pair', null, { remoteFoundation: f, local: [{ foundation: f }] }, 1]],
  [
    'the logs of libwebrtc',
    (f) => [
      ':log',
      null,
      `Jingle:Port[0:audio:1:0:local]: Cand[audio:${f}:1:udp:2122260223:203.0.113.7:5:local::0:Sw0S]`,
      1,
    ],
  ],
  [
    'the logs of libwebrtc, without a transport',
    (f) => [':log', null, `gathered Cand[:${f}:1:udp:2122260223:203.0.113.7:5:local]`, 1],
  ],
];

describe('a foundation is replaced, keeps its identity and passes the verifier', () => {
  it.each(NOTATIONS)('in %s', (_, event) => {
    const anonymizer = session();
    const lines = [...FOUNDATIONS, ...FOUNDATIONS].map((foundation) => JSON.stringify(event(foundation)));
    const clean = lines.map((line) => anonymized(line, anonymizer)!);
    for (const [index, line] of clean.entries()) {
      expect(line).toMatch(REPLACED);
      expect(line).not.toContain(FOUNDATIONS[index % FOUNDATIONS.length]);
      expect(verifyText(`${lines[index]}\n`, presetPolicy('standard')).classes.ipAddresses).toBeGreaterThan(0);
    }
    const names = clean.map((line) => REPLACED.exec(line)![0]);
    expect(new Set(names).size).toBe(FOUNDATIONS.length);
    expect(names.slice(0, FOUNDATIONS.length)).toEqual(names.slice(FOUNDATIONS.length));
    expect(verifyText(`${clean.join('\n')}\n`, presetPolicy('standard')).findings).toEqual([]);
    // Anonymized again, by another session, nothing changes.
    expect(clean.map((line) => anonymized(line, session()))).toEqual(clean);
  });

  it.each([
    ['without its prefix', 'got 842163049 1 udp 2122260223 10.0.0.1 5 typ host'],
    ['in a query', 'https://h.example/x?c=candidate%3A842163049+1+udp+2122260223+10.0.0.1+5+typ+host'],
    ['percent-encoded', 'c=candidate%3A842163049%201%20udp%202122260223%2010.0.0.1%205%20typ%20host'],
    ['torn off', 'cannot parse candidate:842163049'],
    ['beside its name', 'foundation: 842163049, component: 1'],
    ['beside its name, quoted', "{foundation: '842163049', ip: x}"],
    ['in XML', '<candidate component="1" foundation="842163049" generation="0"/>'],
    ['in words', 'no pair for foundation 842163049'],
  ])('%s', (_, text) => {
    const line = JSON.stringify([':log', null, text, 1]);
    const clean = anonymized(line, session())!;
    expect(clean).not.toContain('842163049');
    // In a URL, the whole query is replaced.
    if (!text.includes('?')) expect(clean).toMatch(REPLACED);
    expect(verifyText(`${line}\n`, presetPolicy('standard')).classes.ipAddresses).toBeGreaterThan(0);
    expect(verifyText(`${clean}\n`, presetPolicy('standard')).findings).toEqual([]);
  });

  it('as a number, and equal to the same one as a text', () => {
    const anonymizer = session();
    const [first, second] = [
      '["g","PC_0",{"I1":{"140":842163049}},1]',
      '["g","PC_0",{"I2":{"140":"842163049"}},1]',
    ].map((line) => (JSON.parse(anonymized(line, anonymizer)!) as [string, string, Record<string, unknown>])[2]);
    expect(first!['I1']).toEqual(second!['I2']);
    expect(JSON.stringify(first)).toMatch(REPLACED);
  });
});

it('links no two sessions', () => {
  const line = '["g","PC_0",{"I1":{"140":"842163049"}},1]';
  const policy = compilePolicy(presetPolicy('standard'), { bytes: SESSION_KEY, id: 'same' });
  const [one, two] = [1, 2].map(() => anonymized(line, new Anonymizer(policy)));
  expect(one).not.toBe(two);
});

it.each(PRESETS)('is replaced under %s', (preset) => {
  const line =
    '[20,"PC_0",{"candidate":"candidate:842163049 1 udp 41819902 203.0.113.7 5 typ relay raddr :: rport 0"},1]';
  const clean = anonymized(line, new Anonymizer(compilePolicy(presetPolicy(preset))));
  expect(clean).not.toContain('842163049');
  expect(clean).toContain(' 1 udp 41819902 ');
});

it.each([
  ['counters', onlyIpAddresses(), 'candidate:3 1 udp 2122260223 10.0.0.x 5 typ host'],
  ['words that are no candidates', onlyIpAddresses(), 'the foundation: everything; candidate:local-candidate, 5 1 udp'],
  [
    'all, if addresses are kept',
    onlyIpAddresses({ method: 'keep' }),
    'candidate:842163049 1 udp 1 10.0.0.1 5 typ host',
  ],
])('keeps %s', (_, policy, text) => {
  const line = JSON.stringify([20, 'PC_0', { candidate: text }, 1]);
  expect(anonymized(line, new Anonymizer(compilePolicy(policy)))).toBe(line);
  expect(verifyText(line, policy).findings).toEqual([]);
});

it('reads long texts of beginnings in linear time', () => {
  const parts = [
    'candidate:1 ',
    'candidate:',
    'cand[',
    'cand[:',
    'foundation: ',
    'foundation',
    '1 1 udp ',
    'a+1+udp+',
    '1.',
    '=',
    '- ',
  ];
  for (const part of parts) {
    const line = JSON.stringify([':log', null, part.repeat(2 ** 20 / part.length), 1]);
    const before = process.cpuUsage();
    const clean = textOf(session().message(bytesOf(line))!);
    verifyText(`${clean}\n`, presetPolicy('standard'));
    // CPU time, because a busy machine takes any time for it.
    expect([part, process.cpuUsage(before).user < 10_000_000]).toEqual([part, true]);
  }
});
