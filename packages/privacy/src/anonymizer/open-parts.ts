import { decodeLatin1, decodeStringContent, isPlain } from '../bytes/decode.ts';
import type { Splice } from '../bytes/splice.ts';
import { isFoundation } from '../classes/ip/foundations.ts';
import { ROLES, type Role } from '../model/roles.ts';
import type { ReceiptBook } from '../receipt/receipt-book.ts';
import type { AddressDeriver } from './address-deriver.ts';
import {
  candidateAddress,
  deltaPosition,
  isScannedReportAddress,
  scannedCandidate,
  scannedKind,
} from './derived-parts.ts';
import { looksLikeJson } from './nested-json.ts';
import { type Outcome, SessionCache } from './session-cache.ts';

/** A line that matched the grammar: its beginning and end, and begin, end and role of each open part. */
export interface OpenLine {
  readonly from: number;
  readonly to: number;
  readonly open: readonly number[];
}

/** Roles whose texts influence the replacement of other texts, or depend on them, and so cannot be cached. */
const UNCACHEABLE = new Set(['key', 'deviceKind', 'deviceLabel'].map((role) => ROLES.indexOf(role as Role)));

/**
 * The fast path: redacts the open parts of a line that matched the scanner's grammar, without parsing the line. All or
 * nothing: when one part cannot be judged by itself, nothing is replaced.
 */
export class OpenParts {
  readonly #clean: (text: string, role: Role) => string;
  readonly #book: ReceiptBook;
  readonly #age: () => number;
  readonly #deriver: AddressDeriver;
  readonly #cache = new SessionCache();

  /**
   * `clean` redacts a text and counts in `book`. `age` returns `SessionMemory.age`, which changes when texts have to be
   * redacted in another way than before. `deriver` derives facts from the addresses of candidates.
   */
  constructor(
    clean: (text: string, role: Role) => string,
    book: ReceiptBook,
    age: () => number,
    deriver: AddressDeriver,
  ) {
    this.#deriver = deriver;
    this.#clean = clean;
    this.#book = book;
    this.#age = age;
  }

  /**
   * Redacts the open parts of a line, and adds what is derived from its addresses. Returns false, with nothing
   * replaced, when one is invalid, a class throws, or `mayFinish` returns false. `mayFinish` is called when everything
   * was redacted without an error.
   */
  redact(bytes: Uint8Array, line: OpenLine, splice: Splice, mayFinish: () => boolean): boolean {
    const { open } = line;
    const raws: string[] = [];
    const outcomes: (Outcome | undefined)[] = [];
    const age = this.#age();
    for (let i = 0; i < open.length; i += 3) {
      const raw = decodeLatin1(bytes, open[i]!, open[i + 1]!);
      const outcome = this.#cache.get(raw, open[i + 2]!, age);
      if (outcome === undefined && !isReadable(raw, bytes, open, i)) return false;
      raws.push(raw);
      outcomes.push(outcome);
    }
    try {
      for (const [index, raw] of raws.entries()) {
        // A remembered label may change the outcome of the parts behind it.
        const known = this.#age() === age ? outcomes[index] : this.#cache.get(raw, open[index * 3 + 2]!, this.#age());
        if (known === undefined) outcomes[index] = this.#outcome(raw, bytes, open, index * 3);
        else {
          outcomes[index] = known;
          for (const name of known.replaced) this.#book.enter(name);
        }
      }
      if (!mayFinish()) return false;
      this.#replace(bytes, line, outcomes as readonly Outcome[], raws, splice);
    } catch {
      return false;
    }
    return true;
  }

  /** Makes all replacements of a line. What is derived comes first, because an error must leave the line as it was. */
  #replace(
    bytes: Uint8Array,
    { from, to, open }: OpenLine,
    outcomes: readonly Outcome[],
    raws: readonly string[],
    splice: Splice,
  ): void {
    const kind = this.#deriver.isActive ? scannedKind(bytes, from) : 'other';
    let element = '';
    let members: string[] | undefined;
    for (let index = 0; kind !== 'other' && index < raws.length; index++) {
      if (outcomes[index]!.source === undefined) continue;
      const begin = open[index * 3]!;
      const role = open[index * 3 + 2]!;
      if (kind === 'candidate') element ||= this.#derivedOfCandidate(raws[index]!, bytes, open, index);
      else if (isScannedReportAddress(bytes, begin, role)) {
        members ??= [];
        members[index] = this.#derivedOfReport(raws[index]!, bytes, open, index);
      }
    }
    for (let index = 0; index < raws.length; index++) {
      const { source } = outcomes[index]!;
      if (source !== undefined)
        splice.replace(open[index * 3]!, open[index * 3 + 1]!, source + (members?.[index] ?? ''));
    }
    if (element === '') return;
    const delta = deltaPosition(bytes, from, to);
    splice.replace(delta, delta, `{${element}},`);
  }

  /** Further members, from the quote that ends the address; the quote that stands behind it ends the last member. */
  #derivedOfReport(raw: string, bytes: Uint8Array, open: readonly number[], index: number): string {
    const derived = this.#deriver.of(textOf(raw, bytes, open, index * 3)!);
    return derived === undefined ? '' : `",${derived.source.slice(0, -1)}`;
  }

  #derivedOfCandidate(raw: string, bytes: Uint8Array, open: readonly number[], index: number): string {
    const found = scannedCandidate(bytes, open[index * 3 + 1]!, open[index * 3 + 2]!);
    if (found === undefined) return '';
    const text = textOf(raw, bytes, open, index * 3)!;
    return this.#deriver.of(found === 'whole' ? (candidateAddress(text) ?? '') : text)?.source ?? '';
  }

  /** Redacts an open part of which the outcome is not known. */
  #outcome(raw: string, bytes: Uint8Array, open: readonly number[], at: number): Outcome {
    const role = open[at + 2]!;
    const text = textOf(raw, bytes, open, at)!;
    const { mark } = this.#book;
    const clean = this.#clean(text, ROLES[role]!);
    const source = clean === text ? undefined : JSON.stringify(clean).slice(1, -1);
    const outcome = { source, replaced: this.#book.since(mark) };
    if (!UNCACHEABLE.has(role)) this.#cache.set(raw, role, this.#age(), outcome);
    return outcome;
  }
}

/**
 * Whether the open part is valid string content that can be judged by itself. Nested JSON cannot, because the roles in
 * it depend on the event; nor can an unusual line of a session description, because a value may continue on the next
 * line.
 */
function isReadable(raw: string, bytes: Uint8Array, open: readonly number[], at: number): boolean {
  const role = ROLES[open[at + 2]!];
  if (role === 'sdp') return false;
  const text = textOf(raw, bytes, open, at);
  if (text === null) return false;
  // The beginning of a candidate of an unusual form can only be judged with the rest of it.
  if (role === 'foundation') return isFoundation(text);
  return !(role === 'text' && looksLikeJson(text));
}

/** The text of an open part; null if it is invalid. `raw` is its source, decoded as Latin-1. */
function textOf(raw: string, bytes: Uint8Array, open: readonly number[], at: number): string | null {
  return isPlain(raw) ? raw : decodeStringContent(bytes, open[at]!, open[at + 1]!);
}
