/**
 * Compiles an `Expression` into a nondeterministic automaton (Thompson's construction). A node either reads one byte
 * out of a set, or is a fork, which reads nothing and has any number of successors. There are about a hundred thousand
 * nodes and they live as long as the process, so they are numbers in four typed arrays: as objects they took a fifth of
 * a busy gateway's heap and slowed every garbage collection.
 *
 *   node n      setOf[n]  partOf[n]  first[n]        next
 *   0 ACCEPT    FORK      NO_PART    0 ------------> (no successors)
 *   1 reads ]   set 7     NO_PART    0 ------------> [ 0,
 *   2 fork      FORK      part 3     1 ------------>   1, 9,
 *   3 ...                            3 ------------>   ... ]
 *
 *   The successors of n are next[first[n]] up to next[first[n + 1] - 1].
 */

import { type Expression, nothing, type Until } from './expression.ts';

const QUOTE = 34;
const NEWLINE = 10;
const FIRST_PRINTABLE = 32;
const BYTES = 256;

/** A part of a line that may turn out to be open. */
export interface Part {
  readonly role: number;
  readonly until: Until;
  /** Whether some content is closed, so that the scan may be inside the part before it turns out to be open. */
  readonly hasClosed: boolean;
  /** The node to continue at: after the closing quote, or before the byte that ends the line or the token. */
  readonly after: number;
}

export const NO_PART = -1;
/** The node at which a line is complete. */
export const ACCEPTING = 0;
/** Stands for "no node". */
export const NOWHERE = -1;
/** In `#setOf`: the node reads nothing and only forks. */
const FORK = -1;

/** The compiled automaton; immutable except for the cache of closures. */
export class Nodes {
  readonly parts: readonly Part[];
  /** The node at which a line begins. */
  readonly entry: number;
  /** Byte -> class. Bytes that no node distinguishes have the same class. */
  readonly classOf: Uint8Array;
  readonly classes: number;
  /** Node -> index of its byte set, or FORK. */
  readonly #setOf: Int16Array;
  /** Set and class -> 1 if the bytes of the class are in the set. */
  readonly #accepts: Uint8Array;
  /** Node -> the part whose content it is in, or NO_PART. A byte that does not fit there opens the part. */
  readonly #partOf: Int16Array;
  /** The successors of node n are `#next[#first[n]]` up to `#next[#first[n + 1] - 1]`. */
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

  /** The successor of `node` on `byte`, or NOWHERE. */
  behind(node: number, byte: number): number {
    const set = this.#setOf[node]!;
    const reads = set !== FORK && this.#accepts[set * this.classes + this.classOf[byte]!] === 1;
    return reads ? this.#next[this.#first[node]!]! : NOWHERE;
  }

  /** The part that `node` is in, or NO_PART. */
  partOf(node: number): number {
    return this.#partOf[node]!;
  }

  /** The reading or accepting nodes that can be reached from `node` through forks only. */
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

/**
 * The automaton under construction. Expressions are compiled from their end to their beginning, because each node needs
 * its successor.
 */
class Draft {
  readonly parts: Part[] = [];
  /** Byte set -> its index. */
  readonly sets = new Map<ByteSet, number>();
  /** Node -> index of its set. The first node is ACCEPTING. */
  readonly setOf: number[] = [FORK];
  readonly partOf: number[] = [NO_PART];
  readonly next: (number | readonly number[])[] = [[]];

  /** Adds the nodes for `expression` in front of node `next` and returns its entry node. */
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
    /**
     * The nodes at which content begins. The reader that accepts no byte keeps the part known where no closed content
     * is left.
     */
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
