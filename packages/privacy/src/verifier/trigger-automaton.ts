/*
 * Compiles the patterns of triggers.ts, which describes their language, to one deterministic automaton.
 */

const SIGNS = ' .:-/\\%&#@+()=_"|<[?!';
/** Columns of the table: letters, zero, other digits, signs, apostrophes, line ends, everything else. */
const LETTER_COLUMNS = 26;
const ZERO = LETTER_COLUMNS;
const DIGIT = ZERO + 1;
const FIRST_SIGN = DIGIT + 1;
const APOSTROPHE = FIRST_SIGN + SIGNS.length;
const LINE_END = APOSTROPHE + 1;
const OTHER = LINE_END + 1;
/** The index in `table` is the state, shifted by this, plus the column. */
export const COLUMN_BITS = 6;
const WIDTH = 1 << COLUMN_BITS;

/** Columns of ASCII characters. */
export const COLUMNS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code).toLowerCase();
  if (character >= 'a' && character <= 'z') return character.charCodeAt(0) - 97;
  if (character === '0') return ZERO;
  if (character >= '1' && character <= '9') return DIGIT;
  if (SIGNS.includes(character)) return FIRST_SIGN + SIGNS.indexOf(character);
  if (character === "'" || character === '`') return APOSTROPHE;
  return character === '\n' || character === '\r' ? LINE_END : OTHER;
});

const LETTERS = Array.from({ length: LETTER_COLUMNS }, (_, index) => index);
const HEX = [...LETTERS.slice(0, 6), ZERO, DIGIT];
const WORD = new Set([...LETTERS, ZERO, DIGIT, column('_')]);
const CLASSES: Readonly<Record<string, readonly number[]>> = {
  D: [ZERO, DIGIT],
  N: [DIGIT],
  H: HEX,
  X: [ZERO, DIGIT, column('x')],
  S: [...' .-'].map(column),
  K: [...' -._/'].map(column),
  Q: [APOSTROPHE],
  B: Array.from({ length: OTHER + 1 }, (_, index) => index).filter((index) => !WORD.has(index)),
  '^': [LINE_END],
};

/**
 * A compiled set of patterns. `table` has the next state for each state and column, `found` the bits of the patterns
 * that end where a state is reached; `start` is the state at the begin of a text, as after a line end.
 */
export interface TriggerAutomaton {
  readonly table: Uint16Array;
  readonly found: Int32Array;
  readonly start: number;
}

/** Column of another character: no-break spaces and typographic apostrophes are treated like the plain ones. */
export function foreignColumn(code: number): number {
  if (code === 0x2019 || code === 0x2018) return APOSTROPHE;
  return code === 0xa0 || code === 0x202f ? FIRST_SIGN : OTHER;
}

function column(character: string): number {
  return COLUMNS[character.charCodeAt(0)]!;
}

/** Expands a pattern into sequences of column sets, one for every number of repetitions. */
function expand(pattern: string): number[][][] {
  let sequences: number[][][] = [[]];
  for (const [, character, min, max] of pattern.matchAll(/(.)(?:\{(\d+)(?:,(\d+))?\})?/gs)) {
    const set = [...(CLASSES[character!] ?? [column(character!)])];
    const from = min === undefined ? 1 : Number(min);
    const to = max === undefined ? from : Number(max);
    sequences = sequences.flatMap((sequence) =>
      Array.from({ length: to - from + 1 }, (_, more) => [...sequence, ...new Array<number[]>(from + more).fill(set)]),
    );
  }
  return sequences;
}

/** A position in a pattern: before a character that has to be in `set`. */
interface Position {
  readonly id: number;
  readonly set: ReadonlySet<number>;
  /** The position after that character; undefined if the pattern is complete then. */
  readonly next: Position | undefined;
  readonly bit: number;
}

/** Advances positions by one character: the positions reached, and the bits of patterns that are complete. */
function step(positions: readonly Position[], character: number): { reached: Position[]; bits: number } {
  const reached: Position[] = [];
  let bits = 0;
  for (const { set, next, bit } of positions) {
    if (!set.has(character)) continue;
    if (next === undefined) bits |= bit;
    else reached.push(next);
  }
  return { reached, bits };
}

/**
 * Compiles patterns, each with the bit that it sets. Subset construction: a state is the set of positions reached so
 * far; every pattern may begin at every character.
 */
export function compile(patterns: readonly (readonly [number, string])[]): TriggerAutomaton {
  let id = 0;
  const begins: Position[] = patterns.flatMap(([bit, pattern]) =>
    expand(pattern).map((sequence) => {
      let next: Position | undefined;
      for (const set of sequence.toReversed()) next = { id: id++, set: new Set(set), next, bit };
      return next!;
    }),
  );
  const fresh = Array.from({ length: OTHER + 1 }, (_, character) => step(begins, character));
  const states = new Map<string, number>([['0:', 0]]);
  const pending: Position[][] = [[]];
  const found = [0];
  const stateOf = (reached: Position[], bits: number): number => {
    const key = `${bits}:${reached.map(({ id: at }) => at).join()}`;
    let state = states.get(key);
    if (state === undefined) {
      state = pending.push(reached) - 1;
      states.set(key, state);
      found.push(bits);
    }
    return state;
  };
  // Where no pattern goes on, which is nearly everywhere, the state is that of the character alone.
  const alone = fresh.map(({ reached, bits }) => stateOf(reached, bits));
  const cells: number[] = [];
  for (let state = 0; state < pending.length; state++) {
    for (const [character, begun] of fresh.entries()) {
      const { reached, bits } = step(pending[state]!, character);
      cells[state * WIDTH + character] =
        reached.length === 0 && bits === 0
          ? alone[character]!
          : stateOf([...reached, ...begun.reached], bits | begun.bits);
    }
  }
  if (pending.length > 0xffff) throw new RangeError('the trigger automaton has too many states for a 16-bit table');
  const table = new Uint16Array(pending.length * WIDTH);
  for (const [at, next] of cells.entries()) table[at] = next ?? 0;
  return { table, found: Int32Array.from(found), start: cells[LINE_END]! };
}
