import { decodeLatin1, decodeStringContent } from '../bytes/decode.ts';
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
interface OpenLine {
  readonly from: number;
  readonly to: number;
  readonly open: readonly number[];
}

/** A replacement in the bytes of a line. */
type Edit = readonly [begin: number, end: number, text: string];

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
   * replaced, when one is invalid or a class throws.
   */
  redact(bytes: Uint8Array, { from, to, open }: OpenLine, splice: Splice): boolean {
    const raws: string[] = [];
    for (let i = 0; i < open.length; i += 3) {
      const raw = decodeLatin1(bytes, open[i]!, open[i + 1]!);
      if (this.#cached(raw, open[i + 2]!) === undefined && !isReadable(bytes, open, i)) return false;
      raws.push(raw);
    }
    let edits: Edit[];
    try {
      edits = this.#edits(raws, bytes, { from, to, open });
    } catch {
      return false;
    }
    for (const [begin, end, text] of edits) splice.replace(begin, end, text);
    return true;
  }

  /** All replacements of a line, before the first is made, so that an error leaves the line as it was. */
  #edits(raws: readonly string[], bytes: Uint8Array, { from, to, open }: OpenLine): Edit[] {
    const sources = raws.map((raw, index) => this.#source(raw, bytes, open, index * 3));
    const kind = this.#deriver.isActive ? scannedKind(bytes, from) : 'other';
    const edits: Edit[] = [];
    let element = '';
    for (const [index, source] of sources.entries()) {
      if (source === undefined) continue;
      const [begin, end, role] = [open[index * 3]!, open[index * 3 + 1]!, open[index * 3 + 2]!];
      if (kind === 'candidate') element ||= this.#derivedOfCandidate(bytes, begin, end, role);
      const more = kind === 'statistics' ? this.#derivedOfReport(bytes, begin, end, role) : '';
      edits.push([begin, end, source + more]);
    }
    if (element !== '') {
      const delta = deltaPosition(bytes, from, to);
      edits.push([delta, delta, `{${element}},`]);
    }
    return edits;
  }

  /** Further members, from the quote that ends the address; the quote that stands behind it ends the last member. */
  #derivedOfReport(bytes: Uint8Array, begin: number, end: number, role: number): string {
    if (!isScannedReportAddress(bytes, begin, role)) return '';
    const derived = this.#deriver.of(decodeStringContent(bytes, begin, end)!);
    return derived === undefined ? '' : `",${derived.source.slice(0, -1)}`;
  }

  #derivedOfCandidate(bytes: Uint8Array, begin: number, end: number, role: number): string {
    const found = scannedCandidate(bytes, end, role);
    if (found === undefined) return '';
    const text = decodeStringContent(bytes, begin, end)!;
    return this.#deriver.of(found === 'whole' ? (candidateAddress(text) ?? '') : text)?.source ?? '';
  }

  /** The replacement of an open part as JSON source; undefined when it is unchanged. */
  #source(raw: string, bytes: Uint8Array, open: readonly number[], at: number): string | undefined {
    const role = open[at + 2]!;
    const known = this.#cached(raw, role);
    if (known !== undefined) {
      for (const name of known.replaced) this.#book.enter(name);
      return known.source;
    }
    const text = decodeStringContent(bytes, open[at]!, open[at + 1]!)!;
    const { mark } = this.#book;
    const clean = this.#clean(text, ROLES[role]!);
    const source = clean === text ? undefined : JSON.stringify(clean).slice(1, -1);
    const outcome = { source, replaced: this.#book.since(mark) };
    if (!UNCACHEABLE.has(role)) this.#cache.set(raw, role, this.#age(), outcome);
    return source;
  }

  #cached(raw: string, role: number): Outcome | undefined {
    return this.#cache.get(raw, role, this.#age());
  }
}

/**
 * Whether the open part is valid string content that can be judged by itself. Nested JSON cannot, because the roles in
 * it depend on the event; nor can an unusual line of a session description, because a value may continue on the next
 * line.
 */
function isReadable(bytes: Uint8Array, open: readonly number[], at: number): boolean {
  const role = ROLES[open[at + 2]!];
  if (role === 'sdp') return false;
  const text = decodeStringContent(bytes, open[at]!, open[at + 1]!);
  if (text === null) return false;
  // The beginning of a candidate of an unusual form can only be judged with the rest of it.
  if (role === 'foundation') return isFoundation(text);
  return !(role === 'text' && looksLikeJson(text));
}
