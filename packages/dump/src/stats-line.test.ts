import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatsDelta } from './stats-delta.ts';
import { StatsLine } from './stats-line.ts';
import { StatsProperties } from './stats-properties.ts';

const PROPERTIES = new StatsProperties([
  'packetsReceived',
  'mid',
  'qualityLimitationDurations',
  'totalSamplesDuration',
]);
const encoder = new TextEncoder();

/** What a delta holds. The order of the values of a report is not part of it. */
function shown(delta: StatsDelta): object {
  const reports = delta.ids.slice(0, delta.reports).map((id, at) => {
    const values = new Map<string, unknown>();
    for (let value = delta.ends[at - 1] ?? 0; value < delta.ends[at]!; value++) {
      const number = delta.numbers[value]!;
      values.set(PROPERTIES.names[delta.slots[value]!]!, Number.isNaN(number) ? delta.others[value] : number);
    }
    return { id, removed: delta.removed[at], type: delta.types[at], timestamp: delta.timestamps[at], values };
  });
  return { full: delta.full, timestamp: delta.timestamp, reports };
}

const line = new StatsLine(PROPERTIES);
const parsed = new StatsDelta(PROPERTIES);

/** Reads a line in both ways; returns whether its bytes could be read. Fails if the results differ. */
function readBoth(text: string): boolean {
  if (!line.read(encoder.encode(text))) return false;
  const [method, scope, value, ...rest] = JSON.parse(text) as readonly unknown[];
  expect(method).toBe('g');
  expect(line.scope).toBe(scope);
  expect([...line.extra, line.elapsed]).toEqual(rest);
  expect(parsed.read(value)).toBe(true);
  expect(shown(line.delta)).toEqual(shown(parsed));
  return true;
}

const inLine = (value: string): string => `["g","PC_0",${value},1000]`;
const readsProperty = (value: string): boolean => readBoth(inLine(`{"1":{"59":${value}}}`));

describe('StatsLine', () => {
  it.each([
    '{"1":{"14":5,"18":"a","96":{"none":1.5,"cpu":0},"type":1,"t":1795365807087.052},"2":null,"t":1795365807087.5}',
    '{}',
    '{"1":{}}',
    '{"7":{"packetsReceived":1,"type":"codec"},"T01":{"mid":null},"CP":true,"x":"y","z":-1,"t":1}',
    '{"1":{"14":true,"15":false,"67":"1,2,3","01":1,"":1,"1e":2,"99999999999":1}}',
    '{"1":{"type":null,"96":"x","18":{}}}',
  ])('reads %s', (value) => {
    expect(readBoth(inLine(value))).toBe(true);
  });

  it.each([
    'null',
    '[]',
    '"InvalidStateError"',
    '{"2":{},"1":{}}',
    '{"1":{},"1":{}}',
    '{"a":{},"1":{}}',
    '{"a":{},"a":{}}',
    '{"a":{},"4294967294":{}}',
    '{"1":{"14":5,"14":6}}',
    '{"1":{"14":5,"packetsReceived":6}}',
    '{"1":{"id":"1"}}',
    '{"1":{"18":"\\u0041"}}',
    '{"1":{"18":"ü"}}',
    '{"1":{"18":[1]}}',
    '{"1":[]}',
    '{"1":{"96":{"a":{}}}}',
    '{"1":{"96":{"__proto__":1}}}',
    '{ "1":{}}',
    '{"1":{"14":5,}}',
    '{"1":{"14"}}',
    '{"1":{"14":5}',
    '{"1":nul}',
    '{"1":{"18":"a\u0001"}}',
  ])('leaves %s to JSON.parse', (value) => {
    expect(line.read(encoder.encode(inLine(value)))).toBe(false);
  });

  it.each([
    '["g","PC_0",{},1000',
    '["g","PC_0",{},]',
    '["g","PC_0",{}]',
    '["g","PC_0",{},"a"]',
    '["g","PC_0",{},"id"]',
    '["g","PC_0",{},"é",1000]',
    '["g","PC_0",{},"\\u0041",1000]',
    '["g","PC_0",{},{"a":1},1000]',
    '["g","PC_0",{},null,1000]',
    '["g","PC_0",{},7,1000]',
    '["g","PC_0",{},"id,1000]',
    '["g","PC_0",{},"id",,1000]',
    '["g","PC_0",{},"1","2","3","4","5",1000]',
    '["g","PC_0",{},1000]]',
    '["g",0,{},1000]',
    '["g",null,{},1000]',
    '[20,"PC_0",{},1000]',
    '["g","PC_0"]',
    '["g","',
    '["g"',
    ']',
    '',
  ])('leaves the line %s to JSON.parse', (text) => {
    expect(line.read(encoder.encode(text))).toBe(false);
  });

  it.each(['["g","PC_0",{},"connected-0",5]', '["g","PC_0",{"1":{"14":5}},"","a b",-1.5]'])(
    'reads the further elements of %s',
    (text) => {
      expect(readBoth(text)).toBe(true);
      expect(readBoth(inLine('{}'))).toBe(true);
    },
  );

  it.each(['01', '-', '+1', '1.', '.5', '1e', '1e+', '0x1', '1_0', 'NaN', '--1', '1.2.3'])(
    'refuses the number %s',
    (number) => {
      expect(readsProperty(number)).toBe(false);
    },
  );

  it.each([
    '0',
    '-0',
    '0.1',
    '-1.5e-7',
    '1e999',
    '9007199254740993',
    '123456789012345678901234567890',
    '0.015381328775902585',
    '39.380000000000734',
    '0.0000000000000000000000001',
    '1795365807087.052',
    '9007199254740992.5',
    '9007199254740993.5',
  ])('reads the number %s as JSON.parse does', (number) => {
    expect(readsProperty(number)).toBe(true);
  });

  it('reads all decimal numbers as JSON.parse does', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 });
    const number = fc
      .tuple(fc.constantFrom('', '-'), digits, fc.option(digits))
      .map(([sign, whole, part]) => `${sign}${whole.replace(/^0+(?=\d)/, '')}${part === null ? '' : `.${part}`}`);
    fc.assert(
      fc.property(number, (text) => readsProperty(text)),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => readsProperty(JSON.stringify(value))),
    );
  });

  it('has the same result as JSON.parse for every line that it reads', () => {
    const key = fc.constantFrom(
      '14',
      '96',
      'mid',
      'type',
      't',
      'timestamp',
      '41',
      '59',
      '__proto__',
      'constructor',
      'id',
    );
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.nat(),
      fc.constantFrom<unknown>('a', '', '1', 'é', '"', '\\', true, null, [], {}, { a: {} }),
      fc.dictionary(fc.constantFrom('none', 'cpu', '1'), fc.nat()),
    );
    const report = fc.oneof(fc.dictionary(key, value), value);
    const event = fc.dictionary(fc.constantFrom('1', '2', '10', 'a', 'B', 't', '007', '123456789012'), report);
    const extra = fc.array(fc.constantFrom<unknown>('connected-0', '', 'é', 7, null), { maxLength: 2 });
    const text = fc
      .tuple(event, fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, extra), fc.integer())
      .map(([stats, more, delta]) => JSON.stringify(['g', 'PC_0', stats, ...more, delta]));
    let read = 0;
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom('', '', '', '"', '}', ',', '0', '-', '{"'), (whole, at, inserted) => {
        const position = at % whole.length;
        const changed = whole.slice(0, position) + inserted + whole.slice(position);
        if (readBoth(changed)) read += 1;
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(300);
  });

  it('remembers only some names of a file', () => {
    for (let id = 0; id < 10_000; id++) expect(readBoth(`["g","PC_${id}",{"report${id}":{"14":${id}}},1]`)).toBe(true);
  });
});
