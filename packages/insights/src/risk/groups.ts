/**
 * How well values single records out: entropy, and the share of records in groups smaller than k (k-anonymity: Sweeney,
 * 2002). Pure statistics, which know neither the values nor what they mean.
 */

/** Records grouped by equal values: for each record the number of its group, from 0 in the order of appearance. */
export interface Grouping {
  readonly groupOf: Uint32Array;
  readonly groups: number;
}

/** Figures of a grouping. Shares are 0 without records. */
export interface GroupFigures {
  readonly groups: number;
  /** Shannon entropy of the groups, in bits. */
  readonly entropy: number;
  /** 2 to the power of the entropy: as many groups of equal size would tell as much. */
  readonly effectiveValues: number;
  readonly small: SmallGroupFigures;
}

export interface SmallGroupFigures {
  /** Records in groups of fewer than k records. */
  readonly sessions: number;
  /** The same as a part of all records. */
  readonly share: number;
  /** Part of the records that are a group of their own. */
  readonly alone: number;
  /**
   * Part of the records with a known person that are in groups of fewer than k different persons; null if no person is
   * known. One person with many records is a large group of records, and yet is singled out.
   */
  readonly personShare: number | null;
}

/** Groups records by a value. All records without one (null) are a group, because its absence tells as well. */
export function groupBy(values: readonly (string | null)[]): Grouping {
  const numbers = new Map<string | null, number>();
  const groupOf = Uint32Array.from(values, (value) => numberOf(numbers, value));
  return { groupOf, groups: numbers.size };
}

/** Groups records by all of these: records are together if they are together in each grouping. */
export function combine(groupings: readonly Grouping[], records: number): Grouping {
  let combined: Grouping = { groupOf: new Uint32Array(records), groups: Math.min(1, records) };
  for (const { groupOf, groups } of groupings) {
    const numbers = new Map<number, number>();
    // Distinct for each pair, and exact, because there are at most 2^26 records.
    const pair = (group: number, record: number): number => group * groups + (groupOf[record] ?? 0);
    const next = combined.groupOf.map((group, record) => numberOf(numbers, pair(group, record)));
    combined = { groupOf: next, groups: numbers.size };
  }
  return combined;
}

/**
 * Measures a grouping.
 *
 * @param persons the person of each record, null where it is not known
 * @param k groups of fewer records, or fewer persons, are small
 */
export function measureGroups(
  { groupOf, groups }: Grouping,
  persons: readonly (string | null)[],
  k: number,
): GroupFigures {
  const sizes = new Uint32Array(groups);
  for (const group of groupOf) sizes[group]! += 1;
  const records = groupOf.length;
  let sessions = 0;
  let alone = 0;
  for (const size of sizes) {
    if (size < k) sessions += size;
    if (size === 1) alone += 1;
  }
  const entropy = entropyOf(sizes);
  return {
    groups,
    entropy,
    effectiveValues: records === 0 ? 0 : 2 ** entropy,
    small: {
      sessions,
      share: records === 0 ? 0 : sessions / records,
      alone: records === 0 ? 0 : alone / records,
      personShare: personShare(groupOf, groups, persons, k),
    },
  };
}

/** Shannon entropy, in bits, of a distribution given as counts. */
export function entropyOf(counts: Iterable<number>): number {
  let total = 0;
  let sum = 0;
  for (const count of counts) {
    if (count <= 0) continue;
    total += count;
    sum += count * Math.log2(count);
  }
  // Rounding could make it slightly negative.
  return total === 0 ? 0 : Math.max(0, Math.log2(total) - sum / total);
}

function personShare(
  groupOf: Uint32Array,
  groups: number,
  persons: readonly (string | null)[],
  k: number,
): number | null {
  const known = new Uint32Array(groups);
  const different = new Uint32Array(groups);
  const seen = new Set<number>();
  const numbers = new Map<string, number>();
  persons.forEach((person, record) => {
    const group = groupOf[record];
    if (person === null || group === undefined) return;
    known[group]! += 1;
    const pair = numberOf(numbers, person) * groups + group;
    if (seen.has(pair)) return;
    seen.add(pair);
    different[group]! += 1;
  });
  let all = 0;
  let small = 0;
  for (let group = 0; group < groups; group++) {
    all += known[group]!;
    if (different[group]! < k) small += known[group]!;
  }
  return all === 0 ? null : small / all;
}

function numberOf<Key>(numbers: Map<Key, number>, key: Key): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
