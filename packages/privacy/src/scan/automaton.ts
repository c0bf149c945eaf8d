import { type Expression, nothing, type Until } from './expression.ts';

/** Entries of the table below zero are no states but what to do. Not looked up yet: ask `step`. */
export const UNKNOWN = -1;
/** The line is not of the language. */
export const DEAD = -2;
/** The line is complete; stands in the column of the line feed. */
export const ACCEPT = -3;
/** From here down: a part of the line is open. */
const FIRST_OPEN = -4;
const BYTES = 256;
const FIRST_ROWS = 256;

/** The number of the part that `entry` says is open. */
export function openPart(entry: number): number {
  return FIRST_OPEN - entry;
}

const QUOTE = 34;
const NEWLINE = 10;
const FIRST_PRINTABLE = 32;

/** A state of the nondeterministic automaton: reads a byte out of a set, or forks without reading. */
interface Node {
  readonly accepts: ((byte: number) => boolean) | undefined;
  readonly next: number[];
  /** The part whose content this node is in: what does not belong there makes it open. */
  readonly part: number;
}

/** A part of a line that may be open. */
export interface Part {
  readonly role: number;
  readonly until: Until;
  /** Whether some content is closed, so that a part may have been read before it turned out to be open. */
  readonly hasClosed: boolean;
  /** The node at which a line goes on: behind the closing quote, or in front of what ends the line or the word. */
  readonly after: number;
}

const NO_PART = -1;
const ACCEPTING = 0;

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
  readonly #nodes: readonly Node[];
  readonly #parts: readonly Part[];
  readonly #resume: number[] = [];
  readonly #closureOf: (node: number) => readonly number[];
  /** Columns of a row. */
  readonly #width: number;
  readonly #known = new Map<string, number>();
  /** By row, from the first state on: the nodes that a line may be at. */
  readonly #members: (readonly number[])[] = [];

  constructor(language: Expression) {
    const nodes: Node[] = [{ accepts: undefined, next: [], part: NO_PART }];
    const parts: Part[] = [];
    const entry = build(language, ACCEPTING, NO_PART, nodes, parts);
    this.#nodes = nodes;
    this.#parts = parts;
    this.#closureOf = closures(nodes);
    this.columnOf = byteClasses(nodes);
    this.#width = Math.max(...this.columnOf) + 1;
    this.table = new Int32Array(FIRST_ROWS * this.#width).fill(UNKNOWN);
    this.start = this.#stateOf([entry]);
  }

  /** The entry for `byte` in the row of `state`; fills it in. */
  step(state: number, byte: number): number {
    const members = this.#members[state / this.#width]!;
    const next = members
      .filter((member) => this.#nodes[member]!.accepts?.(byte))
      .map((member) => this.#nodes[member]!.next[0]!);
    let entry = DEAD;
    if (next.length > 0) entry = this.#stateOf(next);
    else if (byte === NEWLINE && members.includes(ACCEPTING)) entry = ACCEPT;
    else if (byte >= FIRST_PRINTABLE) entry = this.#openPart(members);
    this.table[state + this.columnOf[byte]!] = entry;
    return entry;
  }

  part(number: number): Part {
    return this.#parts[number]!;
  }

  /** The state at which a line goes on behind an open part. */
  resume(part: number): number {
    this.#resume[part] ??= this.#stateOf([this.#parts[part]!.after]);
    return this.#resume[part];
  }

  #stateOf(from: readonly number[]): number {
    const members = [...new Set(from.flatMap(this.#closureOf))].sort((a, b) => a - b);
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
    const ids = new Set(members.map((member) => this.#nodes[member]!.part));
    if (ids.has(NO_PART)) return DEAD;
    if (ids.size > 1) throw new Error('the grammar has two parts in one place');
    return FIRST_OPEN - [...ids][0]!;
  }
}

/** Adds the nodes for `expression` in front of `next` and returns where to enter. */
function build(expression: Expression, next: number, part: number, nodes: Node[], parts: Part[]): number {
  const add = (accepts: Node['accepts'], successors: number[]): number =>
    nodes.push({ accepts, next: successors, part }) - 1;
  switch (expression.kind) {
    case 'byte':
      return add(expression.accepts, [next]);
    case 'sequence':
      return expression.parts.reduceRight((after, item) => build(item, after, part, nodes, parts), next);
    case 'choice':
      return add(
        undefined,
        expression.options.map((option) => build(option, next, part, nodes, parts)),
      );
    case 'repeat': {
      const successors = [next];
      const fork = add(undefined, successors);
      successors.push(build(expression.part, fork, part, nodes, parts));
      return fork;
    }
    case 'open':
      return buildOpen(expression, next, part, nodes, parts);
    default:
      return expression satisfies never;
  }
}

type OpenExpression = Extract<Expression, { kind: 'open' }>;

function buildOpen(expression: OpenExpression, next: number, outer: number, nodes: Node[], parts: Part[]): number {
  const { closed, role, until } = expression;
  const id = parts.length;
  const hasClosed = closed !== nothing;
  const add = (accepts: Node['accepts'], successors: number[], part: number): number =>
    nodes.push({ accepts, next: successors, part }) - 1;
  /** Where content begins. The reader of nothing is there so that the part is known even where no closed content is left. */
  const content = (end: number): number[] => [build(closed, end, id, nodes, parts), add(() => false, [], id)];
  if (until === 'token') {
    parts.push({ role, until, hasClosed, after: next });
    return add(undefined, content(next), id);
  }
  if (until === 'quote') {
    parts.push({ role, until, hasClosed, after: next });
    const close = add(isQuote, [next], id);
    return add(isQuote, [add(undefined, content(close), id)], outer);
  }
  const line: number[] = [];
  const start = add(undefined, line, id);
  const lineFeed = add(isLetterN, [start], NO_PART);
  const carriageReturn = add(isLetterR, [add(isBackslash, [lineFeed], NO_PART)], NO_PART);
  const lineBreak = add(isBackslash, [add(undefined, [carriageReturn, lineFeed], NO_PART)], id);
  const end = add(undefined, [lineBreak, add(isQuote, [next], id)], id);
  parts.push({ role, until, hasClosed, after: end });
  line.push(...content(end));
  return add(isQuote, [start], outer);
}

function isQuote(byte: number): boolean {
  return byte === QUOTE;
}

function isBackslash(byte: number): boolean {
  return byte === 92;
}

function isLetterN(byte: number): boolean {
  return byte === 110;
}

function isLetterR(byte: number): boolean {
  return byte === 114;
}

/** By byte: the number of its class. Bytes that no node tells apart are of one class. */
function byteClasses(nodes: readonly Node[]): Uint8Array {
  const distinct = [...new Set(nodes.map(({ accepts }) => accepts).filter((accepts) => accepts !== undefined))];
  const signatures = new Map<string, number>();
  const classOf = new Uint8Array(BYTES);
  for (let byte = 0; byte < BYTES; byte++) {
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
