import { describe, expect, it } from 'vitest';
import { isNumericLine } from './numeric-line.ts';

function accepts(line: string): boolean {
  const bytes = new TextEncoder().encode(line);
  return isNumericLine(bytes, 0, bytes.length);
}

describe('accepts getStats messages of', () => {
  it.each([
    ['numbers', '["g","PC_0",{"0":{"59":19.22,"111":25418.919834,"112":-847602},"t":1795365787623.721},3]'],
    ['exponents', '["g","PC_0",{"1":{"2":1e-7,"3":1.5E+10}},0]'],
    ['removed reports', '["g","PC_12",{"3":null,"4":{}},0]'],
    ['flags', '["g","PC_0",{"3":{"100":true,"99":false}},0]'],
    ['durations by reason', '["g","PC_0",{"14":{"96":{"none":19.007,"cpu":0}}},0]'],
    ['constants', '["g","PC_0",{"14":{"11":"video","118":"succeeded","5":"27"}},0]'],
    ['timing of frames', '["g","PC_0",{"14":{"67":"2482127403,-5,-5,0,3393611"}},0]'],
  ])('%s', (_, line) => {
    expect(accepts(line)).toBe(true);
  });
});

describe('rejects', () => {
  it.each([
    ['other events', '[20,"PC_0",{"1":1},0]'],
    ['an address', '["g","PC_0",{"1":{"134":"203.0.113.5"}},0]'],
    ['a name in place of an address', '["g","PC_0",{"1":{"134":"ANNAS"}},0]'],
    ['a label', '["g","PC_0",{"1":{"115":"anna"}},0]'],
    ['a text under an unknown property', '["g","PC_0",{"1":{"999":"anna"}},0]'],
    ['a text that is not a word', '["g","PC_0",{"1":{"118":"a b"}},0]'],
    ['a name that is not a property', '["g","PC_0",{"1":{"phone":4915112345678}},0]'],
    ['a name with many digits', '["g","PC_0",{"4915112345678":1},0]'],
    ['a text with many digits', '["g","PC_0",{"1":{"118":"4915112345678"}},0]'],
    ['a text that begins with a zero', '["g","PC_0",{"1":{"118":"02079460958"}},0]'],
    ['two dots in a number', '["g","PC_0",{"1":{"2":203.0.113.5}},0]'],
    ['a text as an element', '["g","PC_0",{"1":["anna"]},0]'],
    ['escapes', '["g","PC_0",{"1":{"118":"\\u0032"}},0]'],
    ['other scopes', '["g","anna",{"1":1},0]'],
  ])('%s', (_, line) => {
    expect(accepts(line)).toBe(false);
  });
});
