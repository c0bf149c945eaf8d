import { type Expression, nothing, type Until } from './expression.ts';

const QUOTE = 34;
const NEWLINE = 10;
const FIRST_PRINTABLE = 32;
const BYTES = 256;

/** A part of a line that may be open. */
export interface Part {
  readonly role: number;
  readonly until: Until;
  /** Whether some content is closed, so that a part may have been read before it turned out to be open. */
  readonly hasClosed: boolean;
  /** The node at which a line goes on: behind the closing quote, or in front of what ends the line or the word. */
  readonly after: number;
}

export const NO_PART = -1;
/** The node at which a line is complete. */
export const ACCEPTING = 0;
/** In place of a node: none. */
export const NOWHERE = -1;
/** In place of a set of bytes: reads nothing, forks. */
const FORK = -1;

/**
 * A language as a nondeterministic automaton: a node reads a byte out of a set, or forks without reading. There are a hundred thousand nodes,
 * kept as long as the process lives, so they are numbers in a few arrays: as objects they were a fifth of a busy gateway's heap, and every
 * collection of garbage went through them.
 */
export class Nodes {
  readonly parts: readonly Part[];
  /** Where a line begins. */
  readonly entry: number;
  /** By byte: the number of its class. Bytes that no node tells apart are of one class. */
  readonly classOf: Uint8Array;
  readonly classes: number;
  /** By node: its set of bytes, or FORK. */
  readonly #setOf: Int16Array;
  /** By set and class: whether its bytes are in the set. */
  readonly #accepts: Uint8Array;
  /** By node: the part whose content it is in, or NO_PART. What does not belong there makes it open. */
  readonly #partOf: Int16Array;
  /** The successors of node n are those from `#first[n]` up to `#first[n + 1]` in `#next`. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #closures = new Map<number, readonly number[]>();

  constructor(language: Expression) {
    const draft = new Draft();
    this.entry = draft.build(language, ACCEPTING, NO_PART);
    this.parts = draft.parts;
    const sets = [...draft.sets.keys()];
    this.classOf = byteClasses(sets);
    this.classes = Math.max(...this.classOf) + 1;
    this.#accepts = new Uint8Array(sets.length * this.classes);
    for (let byte = 0; byte < BYTES; byte++) {
      for (const [accepts, set] of draft.sets) {
        if (accepts(byte)) this.#accepts[set * this.classes + this.classOf[byte]!] = 1;
      }
    }
    this.#setOf = Int16Array.from(draft.setOf);
    this.#partOf = Int16Array.from(draft.partOf);
    this.#first = new Int32Array(draft.next.length + 1);
    const successors: number[] = [];
    for (const [node, next] of draft.next.entries()) {
      if (typeof next === 'number') successors.push(next);
      else successors.push(...next);
      this.#first[node + 1] = successors.length;
    }
    this.#next = Int32Array.from(successors);
  }

  /** The node behind `node` when it reads `byte`, or NOWHERE. */
  behind(node: number, byte: number): number {
    const set = this.#setOf[node]!;
    const reads = set !== FORK && this.#accepts[set * this.classes + this.classOf[byte]!] === 1;
    return reads ? this.#next[this.#first[node]!]! : NOWHERE;
  }

  /** The part that `node` is in, or NO_PART. */
  partOf(node: number): number {
    return this.#partOf[node]!;
  }

  /** The nodes that can be reached from `node` without reading and that read, or accept. */
  closure(node: number): readonly number[] {
    const cached = this.#closures.get(node);
    if (cached !== undefined) return cached;
    const seen = new Set<number>([node]);
    const members: number[] = [];
    const stack = [node];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (this.#setOf[at] !== FORK || at === ACCEPTING) {
        members.push(at);
        continue;
      }
      for (const successor of this.#next.subarray(this.#first[at], this.#first[at + 1])) {
        if (seen.has(successor)) continue;
        seen.add(successor);
        stack.push(successor);
      }
    }
    this.#closures.set(node, members);
    return members;
  }
}

type ByteSet = (byte: number) => boolean;
type OpenExpression = Extract<Expression, { kind: 'open' }>;

/** The nodes while they are made; those of an expression from its end to its beginning. */
class Draft {
  readonly parts: Part[] = [];
  /** Numbered as they come. */
  readonly sets = new Map<ByteSet, number>();
  /** By node. The first is ACCEPTING. */
  readonly setOf: number[] = [FORK];
  readonly partOf: number[] = [NO_PART];
  readonly next: (number | readonly number[])[] = [[]];

  /** Adds the nodes for `expression` in front of `next` and returns where to enter. */
  build(expression: Expression, next: number, part: number): number {
    switch (expression.kind) {
      case 'byte':
        return this.#reader(expression.accepts, next, part);
      case 'sequence':
        return expression.parts.reduceRight((after, item) => this.build(item, after, part), next);
      case 'choice':
        return this.#fork(
          expression.options.map((option) => this.build(option, next, part)),
          part,
        );
      case 'repeat': {
        const successors = [next];
        const fork = this.#fork(successors, part);
        successors.push(this.build(expression.part, fork, part));
        return fork;
      }
      case 'open':
        return this.#open(expression, next, part);
      default:
        return expression satisfies never;
    }
  }

  #open({ closed, role, until }: OpenExpression, next: number, outer: number): number {
    const id = this.parts.length;
    const hasClosed = closed !== nothing;
    /** Where content begins. The reader of nothing is there so that the part is known even where no closed content is left. */
    const content = (end: number): number[] => [this.build(closed, end, id), this.#reader(isNone, NOWHERE, id)];
    if (until !== 'line') this.parts.push({ role, until, hasClosed, after: next });
    if (until === 'token') return this.#fork(content(next), id);
    if (until === 'quote') {
      const close = this.#reader(isQuote, next, id);
      return this.#reader(isQuote, this.#fork(content(close), id), outer);
    }
    const line: number[] = [];
    const start = this.#fork(line, id);
    const lineFeed = this.#reader(isLetterN, start, NO_PART);
    const carriageReturn = this.#reader(isLetterR, this.#reader(isBackslash, lineFeed, NO_PART), NO_PART);
    const lineBreak = this.#reader(isBackslash, this.#fork([carriageReturn, lineFeed], NO_PART), id);
    const end = this.#fork([lineBreak, this.#reader(isQuote, next, id)], id);
    this.parts.push({ role, until, hasClosed, after: end });
    line.push(...content(end));
    return this.#reader(isQuote, start, outer);
  }

  #reader(accepts: ByteSet, next: number, part: number): number {
    let set = this.sets.get(accepts);
    if (set === undefined) {
      set = this.sets.size;
      this.sets.set(accepts, set);
    }
    return this.#add(set, next, part);
  }

  #fork(successors: readonly number[], part: number): number {
    return this.#add(FORK, successors, part);
  }

  #add(set: number, next: number | readonly number[], part: number): number {
    this.setOf.push(set);
    this.partOf.push(part);
    return this.next.push(next) - 1;
  }
}

function isNone(): boolean {
  return false;
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

function byteClasses(sets: readonly ByteSet[]): Uint8Array {
  const signatures = new Map<string, number>();
  const classOf = new Uint8Array(BYTES);
  for (let byte = 0; byte < BYTES; byte++) {
    const kind = byte === NEWLINE ? 'n' : byte >= FIRST_PRINTABLE ? 'p' : 'c';
    const signature = kind + sets.map((accepts) => (accepts(byte) ? 1 : 0)).join('');
    const index = signatures.get(signature) ?? signatures.size;
    signatures.set(signature, index);
    classOf[byte] = index;
  }
  return classOf;
}
