import { expect, it } from 'vitest';
import { SessionMemory } from '../text/session-memory.ts';
import { ClosedTerms } from './closed-terms.ts';

/** The beginning and end of each line in bytes that have many. */
function linesOf(bytes: Uint8Array): [number, number][] {
  const lines: [number, number][] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf(10, from);
    lines.push([from, to]);
    from = to + 1;
  }
  return lines;
}

const FILLER = '{"a":12345}\n';
const SOME = `${FILLER.repeat(3)}x keller_1 y\n${FILLER.repeat(5000)}[keller_1]\n${FILLER}`;

function searched(begin: (terms: ClosedTerms) => void = () => {}): number[] {
  const memory = new SessionMemory();
  memory.remember('keller_1', { class: 'contact', replacement: '[name]' });
  const terms = new ClosedTerms(memory);
  const bytes = new TextEncoder().encode(SOME);
  const found: number[] = [];
  for (const [index, [from, to]] of linesOf(bytes).entries()) {
    begin(terms);
    if (terms.areIn(bytes, from, to, [])) found.push(index);
  }
  return found;
}

it('finds a remembered value in the lines that have it, far apart, whether or not it may read ahead', () => {
  expect(searched()).toEqual([3, 5004]);
  expect(searched((terms) => terms.begin())).toEqual([3, 5004]);
});

it('accepts a value inside of an open part, and not across its end', () => {
  const memory = new SessionMemory();
  memory.remember('keller_1', { class: 'contact', replacement: '[name]' });
  const bytes = new TextEncoder().encode('["keller_1"]');
  expect(new ClosedTerms(memory).areIn(bytes, 0, bytes.length, [2, 10, 0])).toBe(false);
  expect(new ClosedTerms(memory).areIn(bytes, 0, bytes.length, [2, 9, 0])).toBe(true);
});

it('searches again for a value that was remembered after the bytes were read ahead', () => {
  const memory = new SessionMemory();
  memory.remember('nobody_1', { class: 'contact', replacement: '[name]' });
  const terms = new ClosedTerms(memory);
  const bytes = new TextEncoder().encode(SOME);
  const lines = linesOf(bytes);
  for (const [from, to] of lines.slice(0, 3)) expect(terms.areIn(bytes, from, to, [])).toBe(false);
  memory.remember('keller_1', { class: 'contact', replacement: '[name]' });
  expect(terms.areIn(bytes, ...lines[3]!, [])).toBe(true);
});
