import type { Expression } from './expression.ts';
import { ACCEPTING, NO_PART, NOWHERE, Nodes, type Part } from './nodes.ts';

/** Entries of the table below zero are no states but what to do. Not looked up yet: ask `step`. */
export const UNKNOWN = -1;
/** The line is not of the language. */
export const DEAD = -2;
/** The line is complete; stands in the column of the line feed. */
export const ACCEPT = -3;
/** From here down: a part of the line is open. */
const FIRST_OPEN = -4;
const FIRST_ROWS = 256;

/** The number of the part that `entry` says is open. */
export function openPart(entry: number): number {
  return FIRST_OPEN - entry;
}

const NEWLINE = 10;
const FIRST_PRINTABLE = 32;

/**
 * A language as a table: one look-up a byte decides. The table is made as it is used, a row when a line first gets there: of thousands of
 * possible states real lines need some hundred. Bytes that no part of the language tells apart share a column, so that the rows in use fit
 * into the processor's nearest cache.
 */
export class Automaton {
  /**
   * The row of state s begins at `s`; `columnOf` says where in it the entry of a byte is. An entry from zero on is the next state; below it is what
   * to do instead: UNKNOWN, DEAD, ACCEPT, or the part that is open (`openPart`). Replaced when it grows, so do not keep it across `step`.
   */
  table: Int32Array;
  /** By byte. */
  readonly columnOf: Uint8Array;
  readonly start: number;
  readonly #nodes: Nodes;
  readonly #resume: number[] = [];
  /** Columns of a row. */
  readonly #width: number;
  readonly #known = new Map<string, number>();
  /** By row, from the first state on: the nodes that a line may be at. */
  readonly #members: (readonly number[])[] = [];

  constructor(language: Expression) {
    this.#nodes = new Nodes(language);
    this.columnOf = this.#nodes.classOf;
    this.#width = this.#nodes.classes;
    this.table = new Int32Array(FIRST_ROWS * this.#width).fill(UNKNOWN);
    this.start = this.#stateOf([this.#nodes.entry]);
  }

  /** The entry for `byte` in the row of `state`; fills it in. */
  step(state: number, byte: number): number {
    const members = this.#members[state / this.#width]!;
    const next = members.map((member) => this.#nodes.behind(member, byte)).filter((node) => node !== NOWHERE);
    let entry = DEAD;
    if (next.length > 0) entry = this.#stateOf(next);
    else if (byte === NEWLINE && members.includes(ACCEPTING)) entry = ACCEPT;
    else if (byte >= FIRST_PRINTABLE) entry = this.#openPart(members);
    this.table[state + this.columnOf[byte]!] = entry;
    return entry;
  }

  part(number: number): Part {
    return this.#nodes.parts[number]!;
  }

  /** The state at which a line goes on behind an open part. */
  resume(part: number): number {
    this.#resume[part] ??= this.#stateOf([this.part(part).after]);
    return this.#resume[part];
  }

  #stateOf(from: readonly number[]): number {
    const members = [...new Set(from.flatMap((node) => this.#nodes.closure(node)))].sort((a, b) => a - b);
    if (members.length === 0) return DEAD;
    const name = members.join();
    let row = this.#known.get(name);
    if (row === undefined) {
      row = this.#members.push(members) - 1;
      this.#known.set(name, row);
      if ((row + 1) * this.#width > this.table.length) {
        const larger = new Int32Array(this.table.length * 2).fill(UNKNOWN);
        larger.set(this.table);
        this.table = larger;
      }
    }
    return row * this.#width;
  }

  /** What to do with content that does not belong: in a part it makes that open, elsewhere the line is of another language. */
  #openPart(members: readonly number[]): number {
    const ids = new Set(members.map((member) => this.#nodes.partOf(member)));
    if (ids.has(NO_PART)) return DEAD;
    if (ids.size > 1) throw new Error('the grammar has two parts in one place');
    return FIRST_OPEN - [...ids][0]!;
  }
}
