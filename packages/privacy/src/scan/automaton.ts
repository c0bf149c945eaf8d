/**
 * Turns the grammar into a table for the scanner. The nondeterministic automaton in nodes.ts is made deterministic
 * lazily, one table entry at a time, as in RE2: a state is the set of nodes that a line may be at, and its row is
 * filled when a line first reads a byte there. The full table would have thousands of states; real lines use about a
 * hundred, and only those take memory.
 *
 *                 '"'      0-9      '\n'        other bytes   <- columns: classes of bytes that the grammar
 *  row of s       s1       s        ACCEPT      open part 3      never distinguishes
 *  row of s1      UNKNOWN  s2       DEAD        DEAD
 *
 *  s, s1, s2: offsets of rows. UNKNOWN: not computed yet.
 */

import type { Expression } from './expression.ts';
import { ACCEPTING, NO_PART, NOWHERE, Nodes, type Part } from './nodes.ts';

/** Table entries below zero are instructions, not states. UNKNOWN: not computed yet, call `step`. */
export const UNKNOWN = -1;
/** The line does not match the grammar. */
export const DEAD = -2;
/** The line is complete. Stored in the column of the line feed. */
export const ACCEPT = -3;
/** Entries from here downward: a part of the line is open. */
const FIRST_OPEN = -4;
const FIRST_ROWS = 256;

/** The index of the part that `entry` declares open. */
export function openPart(entry: number): number {
  return FIRST_OPEN - entry;
}

const NEWLINE = 10;
const FIRST_PRINTABLE = 32;

/**
 * A grammar as a transition table: one look-up per byte. Bytes that the grammar never distinguishes share a column, so
 * that the rows in use fit into the L1 cache.
 */
export class Automaton {
  /**
   * The row of state s begins at index s; `columnOf` gives the column of a byte. Entries >= 0 are the next state; the
   * others are UNKNOWN, DEAD, ACCEPT or an open part (see `openPart`). `step` may replace the array, so do not hold a
   * reference across it.
   */
  table: Int32Array;
  /** Byte -> column. */
  readonly columnOf: Uint8Array;
  readonly start: number;
  readonly #nodes: Nodes;
  readonly #resume: number[] = [];
  /** Columns per row. */
  readonly #width: number;
  readonly #known = new Map<string, number>();
  /** Row -> the nodes that a line in this state may be at. */
  readonly #members: (readonly number[])[] = [];

  constructor(language: Expression) {
    this.#nodes = new Nodes(language);
    this.columnOf = this.#nodes.classOf;
    this.#width = this.#nodes.classes;
    this.table = new Int32Array(FIRST_ROWS * this.#width).fill(UNKNOWN);
    this.start = this.#stateOf([this.#nodes.entry]);
  }

  /** Computes and stores the entry for `byte` in the row of `state`. */
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

  /** The description of an open part, by its index. */
  part(number: number): Part {
    return this.#nodes.parts[number]!;
  }

  /** The state in which the scan continues after an open part. */
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

  /**
   * The entry for a byte that no node reads: inside a part it makes the part open, anywhere else the line does not
   * match. Where two parts could begin, as in an address with a colon before it, the scan does not decide: the line is
   * left to the slow path.
   */
  #openPart(members: readonly number[]): number {
    const ids = new Set(members.map((member) => this.#nodes.partOf(member)));
    if (ids.has(NO_PART) || ids.size > 1) return DEAD;
    return FIRST_OPEN - [...ids][0]!;
  }
}
