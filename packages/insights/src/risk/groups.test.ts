import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine, entropyOf, type Grouping, groupBy, measureGroups } from './groups.ts';

const EPSILON = 1e-9;

/** Few different values, so that groups of all sizes occur. */
const value = fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', ''), { nil: null });
const record = fc.record({ first: value, second: value, person: fc.option(fc.constantFrom('p', 'q', 'r')) });
const records = fc.array(record, { maxLength: 60 });
type Record = typeof record extends fc.Arbitrary<infer T> ? T : never;

const by = (all: readonly Record[], field: keyof Record): Grouping => groupBy(all.map((one) => one[field]));
const personsOf = (all: readonly Record[]): (string | null)[] => all.map(({ person }) => person);
const both = (all: readonly Record[]): Grouping => combine([by(all, 'first'), by(all, 'second')], all.length);
const keyOf = ({ first, second }: Record): string => JSON.stringify([first, second]);

describe('the entropy', () => {
  it('is that of the textbook', () => {
    expect(entropyOf([])).toBe(0);
    expect(entropyOf([7])).toBe(0);
    expect(entropyOf([1, 1, 1, 1])).toBe(2);
    expect(entropyOf([2, 1, 1])).toBe(1.5);
    expect(entropyOf([0, 3, 0, 3])).toBeCloseTo(1, 12);
  });

  it('is between 0 and that of equal groups, and does not depend on their order or scale', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 9 }), (sizes, scale) => {
        const entropy = entropyOf(sizes);
        expect(entropy).toBeGreaterThanOrEqual(0);
        expect(entropy).toBeLessThanOrEqual(Math.log2(sizes.length) + EPSILON);
        expect(entropyOf(sizes.toReversed())).toBeCloseTo(entropy, 9);
        expect(entropyOf(sizes.map((size) => size * scale))).toBeCloseTo(entropy, 9);
      }),
    );
  });
});

describe('groups', () => {
  it('are those of equal values, alone and combined', () => {
    fc.assert(
      fc.property(records, (all) => {
        const { groupOf, groups } = both(all);
        expect(groups).toBe(new Set(all.map(keyOf)).size);
        for (const [i, one] of all.entries()) {
          for (const [j, other] of all.entries()) {
            expect(groupOf[i] === groupOf[j]).toBe(keyOf(one) === keyOf(other));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are the same in any order of the attributes, and with one twice', () => {
    fc.assert(
      fc.property(records, (all) => {
        const [first, second] = [by(all, 'first'), by(all, 'second')];
        expect(combine([second, first, second], all.length)).toEqual(combine([first, second], all.length));
        expect(combine([first], all.length)).toEqual(first);
      }),
    );
  });

  it('are one of everything without attributes, and none without records', () => {
    expect(combine([], 3)).toEqual({ groupOf: new Uint32Array(3), groups: 1 });
    expect(combine([groupBy([])], 0)).toEqual({ groupOf: new Uint32Array(0), groups: 0 });
  });
});

describe('the figures', () => {
  it('are what counting by hand gives', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 2, max: 7 }), (all, k) => {
        const figures = measureGroups(both(all), personsOf(all), k);
        const together = (one: Record): Record[] => all.filter((other) => keyOf(other) === keyOf(one));
        const people = (one: Record): number =>
          new Set(together(one).flatMap(({ person }) => (person === null ? [] : [person]))).size;
        const small = all.filter((one) => together(one).length < k);
        const known = all.filter(({ person }) => person !== null);
        expect(figures.small).toEqual({
          sessions: small.length,
          share: all.length === 0 ? 0 : small.length / all.length,
          alone: all.length === 0 ? 0 : all.filter((one) => together(one).length === 1).length / all.length,
          personShare: known.length === 0 ? null : known.filter((one) => people(one) < k).length / known.length,
        });
        expect(figures.effectiveValues).toBeLessThanOrEqual(figures.groups + EPSILON);
      }),
    );
  });

  it('never get lower with one more attribute, and the entropy is at most the sum', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 2, max: 7 }), (all, k) => {
        const [first, second] = [by(all, 'first'), by(all, 'second')].map((one) => measureGroups(one, [], k));
        const together = measureGroups(both(all), [], k);
        for (const single of [first!, second!]) {
          expect(together.entropy).toBeGreaterThanOrEqual(single.entropy - EPSILON);
          expect(together.small.share).toBeGreaterThanOrEqual(single.small.share);
          expect(together.small.alone).toBeGreaterThanOrEqual(single.small.alone);
        }
        expect(together.entropy).toBeLessThanOrEqual(first!.entropy + second!.entropy + EPSILON);
      }),
    );
  });

  it('never get higher when values are made coarser', () => {
    const coarser = (text: string | null): string | null => (text === null || text < 'c' ? 'low' : 'high');
    fc.assert(
      fc.property(records, fc.integer({ min: 2, max: 7 }), (all, k) => {
        const persons = personsOf(all);
        const before = measureGroups(by(all, 'first'), persons, k);
        const after = measureGroups(groupBy(all.map(({ first }) => coarser(first))), persons, k);
        expect(after.entropy).toBeLessThanOrEqual(before.entropy + EPSILON);
        expect(after.small.share).toBeLessThanOrEqual(before.small.share);
        expect(after.small.personShare ?? 0).toBeLessThanOrEqual(before.small.personShare ?? 0);
      }),
    );
  });

  it('show one person with many sessions', () => {
    const figures = measureGroups(groupBy(Array(30).fill('rare')), Array(30).fill('p'), 5);
    expect(figures.small).toEqual({ sessions: 0, share: 0, alone: 0, personShare: 1 });
  });
});
