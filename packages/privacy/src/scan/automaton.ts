import type { Expression } from './expression.ts';

/** Not looked up yet: ask `step`. */
export const UNKNOWN = 0;
/** The line is not of the language. */
export const DEAD = 1;
/** The line is complete; stands in the column of the line feed. */
export const ACCEPT = 2;
export const FIRST_OPEN = 3;
export const ROW = 256;

const QUOTE = 34;
const NEWLINE = 10;
const FIRST_PRINTABLE = 32;

/** A state of the nondeterministic automaton: reads a byte out of a set, or forks without reading. */
interface Node {
  readonly accepts: ((byte: number) => boolean) | undefined;
  readonly next: number[];
  /** The open string whose content this node is part of. */
  readonly string: number;
}

interface StringInfo {
  readonly role: number;
  /** The node behind the closing quote. */
  readonly after: number;
}

const NO_STRING = -1;
const ACCEPTING = 0;

/**
 * A language as a table: one look-up a byte decides. The table is made as it is used, a row when a line first gets there: of thousands of
 * possible states real lines need some hundred.
 */
export class Automaton {
  /**
   * The row of state s begins at `s`, a multiple of 256. An entry of 256 and more is the next state; below it is what to do instead: UNKNOWN,
   * DEAD, ACCEPT, or open string number `entry - FIRST_OPEN`. Replaced when it grows, so do not keep it across `step`.
   */
  table: Uint32Array;
  readonly start: number;
  readonly #nodes: readonly Node[];
  readonly #strings: readonly StringInfo[];
  readonly #resume: number[] = [];
  readonly #closureOf: (node: number) => readonly number[];
  readonly #classOf: Uint8Array;
  readonly #known = new Map<string, number>();
  /** By row: the nodes that a line may be at. Row 0 is not used. */
  readonly #members: (readonly number[])[] = [[]];

  constructor(language: Expression) {
    const nodes: Node[] = [{ accepts: undefined, next: [], string: NO_STRING }];
    const strings: StringInfo[] = [];
    const entry = build(language, ACCEPTING, NO_STRING, nodes, strings);
    this.#nodes = nodes;
    this.#strings = strings;
    this.#closureOf = closures(nodes);
    this.#classOf = byteClasses(nodes);
    this.table = new Uint32Array(256 * ROW);
    this.start = this.#stateOf([entry]);
  }

  /** The entry for `byte` in the row of `state`; fills it in. */
  step(state: number, byte: number): number {
    const row = state / ROW;
    const members = this.#members[row]!;
    const next = members
      .filter((member) => this.#nodes[member]!.accepts?.(byte))
      .map((member) => this.#nodes[member]!.next[0]!);
    let entry = DEAD;
    if (next.length > 0) entry = this.#stateOf(next);
    else if (byte === NEWLINE && members.includes(ACCEPTING)) entry = ACCEPT;
    else if (byte >= FIRST_PRINTABLE) entry = this.#openString(members);
    // Bytes that no part of the language tells apart share the entry.
    for (let other = 0; other < ROW; other++) {
      if (this.#classOf[other] === this.#classOf[byte]) this.table[state + other] = entry;
    }
    return entry;
  }

  /** The role of an open string, and the state behind its closing quote. */
  role(string: number): number {
    return this.#strings[string]!.role;
  }

  resume(string: number): number {
    this.#resume[string] ??= this.#stateOf([this.#strings[string]!.after]);
    return this.#resume[string];
  }

  #stateOf(from: readonly number[]): number {
    const members = [...new Set(from.flatMap(this.#closureOf))].sort((a, b) => a - b);
    if (members.length === 0) return DEAD;
    const name = members.join();
    let row = this.#known.get(name);
    if (row === undefined) {
      row = this.#members.push(members) - 1;
      this.#known.set(name, row);
      if (row * ROW >= this.table.length) {
        const larger = new Uint32Array(this.table.length * 2);
        larger.set(this.table);
        this.table = larger;
      }
    }
    return row * ROW;
  }

  /** What to do with content that does not belong: in a string it is open, elsewhere the line is of another language. */
  #openString(members: readonly number[]): number {
    const ids = new Set(members.map((member) => this.#nodes[member]!.string));
    if (ids.has(NO_STRING)) return DEAD;
    if (ids.size > 1) throw new Error('the grammar has two strings in one place');
    return FIRST_OPEN + [...ids][0]!;
  }
}

/** Adds the nodes for `expression` in front of `next` and returns where to enter. */
function build(expression: Expression, next: number, string: number, nodes: Node[], strings: StringInfo[]): number {
  const add = (accepts: Node['accepts'], successors: number[], within = string): number =>
    nodes.push({ accepts, next: successors, string: within }) - 1;
  switch (expression.kind) {
    case 'byte':
      return add(expression.accepts, [next]);
    case 'sequence':
      return expression.parts.reduceRight((after, part) => build(part, after, string, nodes, strings), next);
    case 'choice':
      return add(
        undefined,
        expression.options.map((option) => build(option, next, string, nodes, strings)),
      );
    case 'repeat': {
      const successors = [next];
      const fork = add(undefined, successors);
      successors.push(build(expression.part, fork, string, nodes, strings));
      return fork;
    }
    case 'string': {
      const id = strings.push({ role: expression.role, after: next }) - 1;
      const isQuote = (byte: number): boolean => byte === QUOTE;
      const close = add(isQuote, [next], id);
      const content = build(expression.closed, close, id, nodes, strings);
      // A reader of nothing, so that the string is known to be open even where no closed content is left.
      const open = add(() => false, [], id);
      return add(isQuote, [add(undefined, [content, open], id)]);
    }
    default:
      return expression satisfies never;
  }
}

/** By byte: the number of its class. Bytes that no node tells apart are of one class. */
function byteClasses(nodes: readonly Node[]): Uint8Array {
  const distinct = [...new Set(nodes.map(({ accepts }) => accepts).filter((accepts) => accepts !== undefined))];
  const signatures = new Map<string, number>();
  const classOf = new Uint8Array(ROW);
  for (let byte = 0; byte < ROW; byte++) {
    const kind = byte === NEWLINE ? 'n' : byte >= FIRST_PRINTABLE ? 'p' : 'c';
    const signature = kind + distinct.map((accepts) => (accepts(byte) ? 1 : 0)).join('');
    const index = signatures.get(signature) ?? signatures.size;
    signatures.set(signature, index);
    classOf[byte] = index;
  }
  return classOf;
}

/** For a node: the nodes that can be reached without reading and that read, or accept. */
function closures(nodes: readonly Node[]): (node: number) => readonly number[] {
  const cache = new Map<number, readonly number[]>();
  return (node) => {
    const cached = cache.get(node);
    if (cached !== undefined) return cached;
    const seen = new Set<number>([node]);
    const members: number[] = [];
    const stack = [node];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const { accepts, next } = nodes[at]!;
      if (accepts !== undefined || at === ACCEPTING) {
        members.push(at);
        continue;
      }
      for (const successor of next) {
        if (seen.has(successor)) continue;
        seen.add(successor);
        stack.push(successor);
      }
    }
    cache.set(node, members);
    return members;
  };
}
