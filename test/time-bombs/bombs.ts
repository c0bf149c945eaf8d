/** A message on which careless code takes much longer than its length explains. */
export interface Bomb {
  readonly name: string;
  /** The message, of about `bytes` bytes. */
  message(bytes: number): string;
}

/** Texts that are repeated in a string of an event, and what follows the last one. */
const UNITS: readonly (readonly [unit: string, tail?: string])[] = [
  ['skype:'],
  ['facetime:', '@a.de'],
  ['csrfa'],
  [' raddr '],
  ['-eyJ'],
  ['-eyJ', '.aaaaaaa'],
  ['fe80--'],
  ['2001--1-'],
  ['Anna <sip:'],
  ['@a:b.'],
  ['Digest username='],
  ['candidate:1 1 udp 1 10.0.0.1 1 '],
  ['foundation:'],
  ['0a-1b-'],
  ['#015#012'],
  ['version 1.'],
  ['//a?b '],
  ['a://b#c '],
  ['o='],
  ["Anna's iPhone "],
  ['{"a":'],
  ['["a",'],
  ['[a::'],
  ['a@b.cd '],
  ['candidate:'],
  ['\u96fb\u8a71', '@a.de'],
  ['\u00e9', '@a.de'],
  ['\u0660'],
  ['a.lan '],
  ['aa.intranet', '@a.de'],
  ['1.'],
  ['1-'],
  ['+1 '],
  ['%25'],
  ['\\u005c'],
  ['\\'],
  ['&#38;'],
  ['deviceid: '],
  ['a (1234:5678)'],
  ['token="'],
];

/** Events in whose content the units stand: an unknown one, one with a description, one with a candidate. */
const EVENTS: readonly (readonly [name: string, event: (text: string) => unknown])[] = [
  ['application event', (text) => ['x', null, text, 1]],
  ['description', (text) => ['setLocalDescription', 'PC_0', { type: 'offer', sdp: `v=0\r\n${text}` }, 1]],
];

/** Messages made of JSON, instead of one long string. */
const STRUCTURES: readonly Bomb[] = [
  { name: 'nested arrays', message: (bytes) => `["x",null,${'['.repeat(bytes - 12)}` },
  { name: 'nested objects', message: (bytes) => `["x",null,${'{"a":'.repeat(bytes / 5)}` },
  { name: 'many short strings', message: (bytes) => `["x",null,[${'"a.b",'.repeat(bytes / 6)}0],1]` },
  { name: 'many keys', message: (bytes) => `["x",null,{${many(bytes / 16, (i) => `"k${i}.x":1`)}},1]` },
  {
    name: 'many strings below a long key',
    message: (bytes) => `["x",null,{"${'a'.repeat(bytes / 2)}":[${'"a.b",'.repeat(bytes / 12)}0]},1]`,
  },
  {
    name: 'many addresses as keys',
    message: (bytes) => `["x",null,{${many(bytes / 20, (i) => `"203.0.${(i >> 8) & 255}.${i & 255}":1`)}},1]`,
  },
  {
    name: 'statistics with many addresses',
    message: (bytes) =>
      `["getStats","PC_0",{${many(bytes / 45, (i) => `"I${i}":{"address":"203.0.${(i >> 8) & 255}.${i & 255}"}`)}},1]`,
  },
  {
    name: 'a description in many layers of JSON',
    message: (bytes) => {
      let text = 'v=0\r\n';
      while (JSON.stringify(['x', null, JSON.stringify([text]), 1]).length < bytes) text = JSON.stringify([text]);
      return JSON.stringify(['x', null, text, 1]);
    },
  },
  { name: 'not JSON', message: (bytes) => '"'.repeat(bytes) },
];

function many(count: number, part: (index: number) => string): string {
  return Array.from({ length: Math.floor(count) }, (_, index) => part(index)).join();
}

/** The worst inputs known. */
export const BOMBS: readonly Bomb[] = [
  ...EVENTS.flatMap(([event, make]) =>
    UNITS.map(
      ([unit, tail = '']): Bomb => ({
        name: `${JSON.stringify(unit)}${tail === '' ? '' : `…${JSON.stringify(tail)}`} in ${event}`,
        message(bytes) {
          const empty = Buffer.byteLength(JSON.stringify(make('')));
          const each = Buffer.byteLength(JSON.stringify(unit)) - 2;
          return JSON.stringify(make(unit.repeat(Math.floor((bytes - empty - 64) / each)) + tail));
        },
      }),
    ),
  ),
  ...STRUCTURES,
];
