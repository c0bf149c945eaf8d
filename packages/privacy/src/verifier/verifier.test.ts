import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATA_CLASSES, type Policy, presetPolicy } from '../policy/policy.ts';
import { UnreadableInputError, Verifier, verifyText } from './verifier.ts';

const RECORDINGS = new URL('../../../../test/recordings/', import.meta.url);
const NAMES = readdirSync(RECORDINGS).flatMap((name) => (name.endsWith('.raw') ? [name.slice(0, -4)] : []));
interface Private {
  readonly client_addresses: readonly string[];
  readonly server_addresses: readonly string[];
}
const PRIVATE = JSON.parse(readFileSync(new URL('private.json', RECORDINGS), 'utf8')) as Record<string, Private>;

/** Addresses only; the other classes have their own tests. */
const POLICY: Policy = {
  ...presetPolicy('standard'),
  classes: Object.fromEntries(DATA_CLASSES.map((name) => [name, 'keep'])) as Policy['classes'],
};

function masked(address: string): string {
  return address.includes(':') ? '2001:db8:85a3:x:x:x:x:x' : address.replace(/\.\d+$/, '.x');
}

function withoutAddresses(text: string, keep?: string): string {
  const addresses = Object.values(PRIVATE).flatMap((entry) => [...entry.client_addresses, ...entry.server_addresses]);
  addresses.sort((a, b) => b.length - a.length);
  let clean = text;
  for (const address of new Set(addresses)) {
    if (address !== keep)
      clean = clean.replaceAll(new RegExp(`${address.replaceAll('.', '\\.')}(?![\\da-f])`, 'g'), masked(address));
  }
  return clean.replaceAll(FOUNDATIONS, (_, before) => `${before}fghijklmno`).replaceAll(FOUNDATION_SERIES, '$1"[]"');
}

/** In candidates, and in statistics under name and number. */
const FOUNDATIONS = /(candidate:|"(?:foundation|140)":")\w{5,}/g;
/** In dumps of webrtc-internals. */
const FOUNDATION_SERIES = /(-foundation":\s*\{[^}]*"values":\s*)"\[[^\]]*\]"/g;

describe('recordings', () => {
  describe.each(NAMES)('%s', (name) => {
    const raw = readFileSync(new URL(`${name}.raw`, RECORDINGS), 'utf8');
    const { client_addresses, server_addresses } = PRIVATE[name]!;

    it.each([...client_addresses, ...server_addresses])('holds %s', (address) => {
      const verdict = verifyText(withoutAddresses(raw, address), POLICY);
      expect(verdict.total).toBeGreaterThan(0);
      expect(JSON.stringify(verdict.findings)).not.toContain(address);
    });

    it('is clean after masking', () => {
      expect(verifyText(withoutAddresses(raw), POLICY)).toMatchObject({ clean: true, total: 0, findings: [] });
    });

    it('has the same findings as a dump, two lines further down', () => {
      const bare = verifyText(raw, POLICY);
      const dump = verifyText(`RTCStatsDump\n{"fileFormat":3}\n${raw}`, POLICY);
      expect(dump.lines).toBe(bare.lines + 2);
      expect(dump.findings).toEqual(bare.findings.map((finding) => ({ ...finding, line: finding.line + 2 })));
    });
  });

  it('of webrtc-internals: finds addresses with their lines, and nothing after masking', () => {
    const text = readFileSync(new URL('chromium-loopback.webrtc_internals_dump.txt', RECORDINGS), 'utf8');
    const verdict = verifyText(text, POLICY);
    expect(verdict.total).toBeGreaterThan(100);
    const lines = text.split('\n');
    expect(verdict.lines).toBe(lines.length - (text.endsWith('\n') ? 1 : 0));
    for (const { line } of verdict.findings) {
      // The values of a foundation stand two lines below its name.
      const near = lines.slice(line - 6, line).join();
      expect(near).toMatch(/203\.0\.113\.|198\.51|192\.168|2001:db8|-foundation|candidate:\d{5}/);
    }
    expect(verifyText(withoutAddresses(text), POLICY).findings).toEqual([]);
    // The same as one long line.
    expect(verifyText(JSON.stringify(JSON.parse(text)), POLICY)).toMatchObject({ total: verdict.total, lines: 1 });
  });
});

describe('a finding', () => {
  it('has class, location and surrounding text', () => {
    const line = JSON.stringify(['x', null, { a: { list: [0, 'typ srflx raddr 203.0.113.5 rport 9, 10.1.2.3'] } }, 1]);
    expect(verifyText(`RTCStatsDump\n{}\n${line}\n`, POLICY)).toEqual({
      clean: false,
      total: 2,
      classes: { ipAddresses: 2 },
      lines: 3,
      findings: [
        {
          class: 'ipAddresses',
          line: 3,
          path: '$[2].a.list[1]',
          excerpt: 'typ srflx raddr ███████████ rport 9, ████████',
        },
        {
          class: 'ipAddresses',
          line: 3,
          path: '$[2].a.list[1]',
          excerpt: 'typ srflx raddr ███████████ rport 9, ████████',
        },
      ],
    });
  });

  it('never shows the value, not even in the path', () => {
    const line = '["x",null,{"203.0.113.5":{"to":"203.0.113.6"},"json":"{\\"a\\":\\"203.0.113.7\\"}"},1]';
    const { findings } = verifyText(line, POLICY);
    expect(findings.map(({ path }) => path)).toEqual(['$[2]{key}', '$[2].█.to', '$[2].json→$.a']);
    expect(JSON.stringify(findings)).not.toMatch(/203\.0/);
  });

  it('is kept up to one hundred times, and always counted', () => {
    const verdict = verifyText('["x",null,"203.0.113.5",1]\n'.repeat(250), POLICY);
    expect(verdict.total).toBe(250);
    expect(verdict.findings).toHaveLength(100);
  });

  it('shows at most 80 characters', () => {
    const { findings } = verifyText(`["x",null,"${'lorem '.repeat(50)}203.0.113.5${' ipsum'.repeat(50)}",1]`, POLICY);
    expect(findings[0]!.excerpt).toHaveLength(80);
    expect(findings[0]!.excerpt).toContain('lorem ███████████ ipsum');
  });
});

describe('input', () => {
  it('can be split anywhere', () => {
    const raw = readFileSync(new URL('chromium-mdns.raw', RECORDINGS));
    const whole = new Verifier(POLICY);
    whole.push(raw);
    const expected = whole.end();
    for (const size of [1, 7, 1000, 4096]) {
      const verifier = new Verifier(POLICY);
      const buffer = new Uint8Array(size);
      for (let at = 0; at < raw.length; at += size) {
        const length = raw.copy(buffer, 0, at, at + size);
        verifier.push(buffer.subarray(0, length));
      }
      expect(verifier.end()).toEqual(expected);
    }
  });

  it.each([
    ['a truncated line', '["x",null,{"a":"203.0.113.5'],
    ['a truncated line with escapes', '["x",null,{"a":"203\\u002e0.113.5'],
    ['an address outside strings', '["x",null,203.0.113.5,1]'],
    ['plain text', 'GET / from 203.0.113.5'],
    ['two values on a line', '["x"] ["203.0.113.5"]'],
    ['metadata', 'RTCStatsDump\n{"fileFormat":3,"remoteAddresses":["203.0.113.5"]}\n'],
    ['the head of a dump', 'RTCStatsDump 203.0.113.5\n{}\n'],
    ['lines that begin with an object', '{"a":1}\n["203.0.113.5"]\n'],
    ['a truncated webrtc-internals dump', '{\n "url": "https://203.0.113.5/'],
    ['a byte order mark', '\ufeff["x",null,"203.0.113.5",1]'],
    ['UTF-16', Array.from('["203.0.113.5"]', (character) => `${character}\0`).join('')],
    ['carriage returns', '["x"]\r["203.0.113.5"]\r'],
    ['a numeric message with an address', '["g","PC_0",{"1":{"134":"203.0.113.5"},"t":1},1]'],
    ['a numeric message with an address as its name', '["g","PC_0",{"1":{"203.0.113.5":1},"t":1},1]'],
    ['a numeric message with an address for a number', '["g","PC_0",{"1":{"2":203.0.113.5},"t":1},1]'],
  ])('%s is searched', (_, text) => {
    expect(verifyText(text, POLICY).total).toBe(1);
  });

  it('with a line that is too long is rejected instead of clean', () => {
    for (const first of ['[', '{']) {
      const verifier = new Verifier(POLICY);
      verifier.push(new TextEncoder().encode(first));
      const chunk = new Uint8Array(2 ** 27).fill(32);
      verifier.push(chunk);
      expect(() => verifier.push(chunk)).toThrow(UnreadableInputError);
    }
  });

  it('that is empty is clean', () => {
    expect(verifyText('', POLICY)).toEqual({ clean: true, total: 0, lines: 0, findings: [], classes: {} });
  });
});

describe('any event', () => {
  /** Words, numbers and structures as in events; none can form an address by chance. */
  const text = fc.oneof(
    fc.constantFrom(
      'audio',
      'typ host',
      'have-local-offer',
      'Chrome/131.0.0.0',
      '12:34:56',
      '',
      'a=mid:0\r\n',
      '{',
      '["a"',
      '%',
      '\\',
    ),
    fc.string({ unit: fc.constantFrom(...'ghijklmnop QRST=;!"/\n') }),
    fc.uuid().map((uuid) => `${uuid}.local`),
  );
  const { event } = fc.letrec<{ value: unknown; event: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.double({ noNaN: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      tie('value').map((value) => JSON.stringify(value)),
    ),
    event: fc.tuple(
      fc.constantFrom('g', 20, 39, ':log', 'unknown'),
      fc.constantFrom('PC_0', null),
      tie('value'),
      fc.nat(),
    ),
  }));

  const octet = fc.integer({ min: 1, max: 254 });
  const ipv4 = fc.tuple(fc.integer({ min: 1, max: 126 }), octet, octet, octet).map((octets) => octets.join('.'));
  const group = fc.integer({ min: 1, max: 0xffff }).map((value) => value.toString(16));
  const ipv6 = fc
    .tuple(
      fc.constantFrom('2001', 'fd00', 'fe80', '2a00'),
      fc.array(group, { minLength: 7, maxLength: 7 }),
      fc.nat({ max: 6 }),
      fc.boolean(),
    )
    .map(([head, rest, gap, upper]) => {
      const full =
        gap === 0
          ? [head, ...rest].join(':')
          : `${[head, ...rest.slice(0, gap - 1)].join(':')}::${rest.slice(gap).join(':')}`;
      return upper ? full.toUpperCase() : full;
    });
  const percent = (value: string) => value.replace(/[^\w]/g, (unit) => `%${unit.charCodeAt(0).toString(16)}`);
  const escaped = (value: string) =>
    value.replace(/./g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const planted = fc
    .tuple(
      fc.oneof(
        ipv4,
        ipv6,
        ipv4.map((address) => `::ffff:${address}`),
      ),
      fc.constantFrom('', ' ', 'from ', 'candidate:1 1 udp 2 ', 'c=IN IP4 ', 'turn:', 'https://[', '(', ','),
      fc.constantFrom('', ' ', ' 9 typ host', ']:3478', '/24', '%eth0', '\r\n', '.', ', '),
      fc.constantFrom(
        (value: string) => value,
        percent,
        (value: string) => percent(percent(value)),
        escaped,
      ),
    )
    .map(([address, before, after, encode]) => before + encode(address) + after);

  it('without an address has no finding', () => {
    fc.assert(
      fc.property(event, (value) => {
        expect(verifyText(JSON.stringify(value), POLICY).findings).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('with an address in any place has a finding', () => {
    fc.assert(
      fc.property(event, planted, fc.nat(), fc.boolean(), (value, address, place, asKey) => {
        const json = JSON.stringify(plant(value, address, place, asKey));
        expect(verifyText(json, POLICY).clean).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

/** The event with the text as an additional element, key or value in its `place`th container. */
function plant(event: unknown, text: string, place: number, asKey: boolean): unknown {
  const containers: unknown[][] = [];
  const objects: Record<string, unknown>[] = [];
  const copy = JSON.parse(JSON.stringify(event), (_, value) => {
    if (Array.isArray(value)) containers.push(value);
    else if (value !== null && typeof value === 'object') objects.push(value);
    return value;
  });
  if (asKey && objects.length > 0) objects[place % objects.length]![text] = 0;
  else containers[place % containers.length]!.push(text);
  return copy;
}
