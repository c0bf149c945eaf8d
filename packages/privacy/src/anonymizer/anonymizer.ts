/**
 * Entry point of the package. An Anonymizer processes the messages of one session: it tries the fast path (scanner)
 * first, then the slow path (JSON rewriter), and counts in the receipt what was replaced and dropped. The policy is
 * compiled once per process; an Anonymizer remembers values of its session, to replace them consistently. No I/O.
 *
 *   raw line (bytes)
 *     |
 *     v   no match, or operator rules, or an unreadable part
 *   Scanner ------------------------------> EventRewriter.event
 *     | match: byte ranges of open parts      | JsonRewriter visits every key, string and number
 *     v                                       v
 *   EventRewriter.scanned ----> Redactor: role of the value + the policy's classes + operator rules
 *     |                                       |
 *     v                                       v
 *   Splice: unchanged bytes + replacements   rewritten JSON text
 *     `----------------> CleanLine <----------'
 */

import { decodeUtf8 } from '../bytes/decode.ts';
import { Splice } from '../bytes/splice.ts';
import { Redactor } from '../classes/redactor.ts';
import { NotJsonError } from '../json/not-json-error.ts';
import type { PathPart } from '../json/visitor.ts';
import { NO_DRIFT } from '../model/drift.ts';
import type { CleanLine, DropReason } from '../model/line.ts';
import { type Locate, locationsOf, mayHaveLocation, withLocation } from '../model/location.ts';
import type { Role } from '../model/roles.ts';
import { customEventTreatment } from '../policy/policy.ts';
import { ENGINE, type Receipt } from '../receipt/receipt.ts';
import { ReceiptBook } from '../receipt/receipt-book.ts';
import type { ScannedLine } from '../scan/scanner.ts';
import { SessionKey } from '../text/session-key.ts';
import { SessionMemory } from '../text/session-memory.ts';
import { AddressDeriver } from './address-deriver.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { EventRewriter } from './event-rewriter.ts';
import { eventRules } from './event-rules.ts';
import { EventTimes } from './event-times.ts';
import type { AnonymizerOptions, Handover } from './session-state.ts';

export { type CompiledPolicy, compilePolicy } from './compiled-policy.ts';

const ENCODER = new TextEncoder();
const CARRIAGE_RETURN = 13;
/** The worst messages known take about 3 ms per KiB (`npm run redteam:time -- live`). */
const MAX_QUICK_BYTES = 16 * 1024;
/** Shared by all sessions: it is only used synchronously. */
const SPLICE = new Splice();

/**
 * Replaces personal data in the messages of one session. Do not share an instance between sessions: it remembers what
 * must stay the same within one. Does no I/O; its memory is bounded however long the session lasts.
 */
export class Anonymizer {
  readonly #compiled: CompiledPolicy;
  /** Created with the first message, so that an idle connection costs nothing. */
  #rewriter: EventRewriter | undefined;
  #sessionMemory: SessionMemory | undefined;
  #deriver: AddressDeriver | undefined;
  readonly #locate: Locate | undefined;
  readonly #sessionKey: SessionKey;
  /** Whether derived values of the input are kept; see `AnonymizerOptions`. */
  readonly keepsDerived: boolean;
  readonly #book = new ReceiptBook();
  readonly #times = new EventTimes();
  /** Nesting depth of `attempt` calls. */
  #attempts = 0;

  /**
   * `locate` returns the location of an IP address. With it, locations sent by clients are not trusted and are
   * replaced; without it, they are treated like any other data. `sessionKey` (32 bytes) is for tests that compare the
   * results of two sessions; without it, each session has a random key, so that its foundations link to no other.
   */
  constructor(compiled: CompiledPolicy, options: AnonymizerOptions = {}) {
    this.#compiled = compiled;
    this.#locate = options.locate;
    this.keepsDerived = options.keepsDerived === true;
    this.#sessionKey = new SessionKey(options.sessionKey);
  }

  /**
   * Anonymizes one message as received from the client (UTF-8 JSON text). Returns the line to store, without line feed,
   * which may be `raw` itself; or null when the message has to be dropped, which is counted in the receipt. Never
   * throws, whatever the bytes: a message on which a class throws is dropped.
   */
  message(raw: Uint8Array): CleanLine | null {
    return this.#message(raw, this.#compiled.scanner.scan(raw, 0, raw.length));
  }

  /**
   * As `message`, but undefined, with nothing done, if that may take longer than 100 ms: a large message that has to be
   * searched. Let another thread anonymize it then (`handOver`, `takeOver`).
   */
  messageIfQuick(raw: Uint8Array): CleanLine | null | undefined {
    const line = this.#compiled.scanner.scan(raw, 0, raw.length);
    const isQuick = raw.length <= MAX_QUICK_BYTES || this.#eventRewriter().isQuick(line, MAX_QUICK_BYTES);
    return isQuick ? this.#message(raw, line) : undefined;
  }

  /** Sets when the session started, in milliseconds since the epoch, for clients that send no such time. */
  startAt(time: number): void {
    this.#times.startAt(time);
  }

  /**
   * What another thread's anonymizer needs to go on in place of this one. Contains raw values, like the anonymizer. Do
   * not use this one until the other's `handOver` was passed to `takeOver`.
   */
  handOver(): Handover {
    return { memory: this.#memory().state, times: this.#times.state, receipt: this.receipt() };
  }

  /**
   * Continues the session from another anonymizer's `handOver`. What that one counted is added to the receipt; so only
   * pass on the counts that this one does not have.
   */
  takeOver({ memory, times, receipt }: Handover): void {
    this.#memory().restore(memory);
    this.#times.restore(times);
    this.#book.add(receipt);
    this.#eventRewriter().drift.add(receipt.drift);
  }

  #message(raw: Uint8Array, line: ScannedLine): CleanLine | null {
    const clean = this.#clean(raw, line);
    const timed = clean && this.#times.keptLine(clean);
    return timed && this.#locate && mayHaveLocation(raw) ? withLocation(raw, timed, this.#locate) : timed;
  }

  #clean(raw: Uint8Array, line: ScannedLine): CleanLine | null {
    SPLICE.begin(raw);
    if (!this.#eventRewriter().beginBytes().scanned(line, raw, SPLICE)) return this.#slowMessage(raw);
    this.#book.settle();
    return SPLICE.finish() as CleanLine;
  }

  /**
   * Anonymizes many lines at once, each ending with a line feed; for readers of whole files. Lines that have to be
   * dropped are counted and left out. The result may be `bytes` itself. Adds no locations.
   */
  lines(bytes: Uint8Array): Uint8Array {
    SPLICE.begin(bytes);
    this.#eventRewriter().beginBytes();
    for (let from = 0; from < bytes.length; ) {
      for (const line of this.#compiled.scanner.batch(bytes, from)) {
        this.#line(bytes, line);
        from = line.to + 1;
      }
    }
    return SPLICE.finish();
  }

  /**
   * Anonymizes the metadata, which is the second line of a dump, and adds the policy and the locations of
   * `remoteAddresses`.
   */
  metadata(metadata: Readonly<Record<string, unknown>>): CleanLine {
    const { policy, hash, pseudonyms } = this.#compiled;
    const { privacy: _, ...own } = metadata;
    const { locations: __, ...unlocated } = own;
    const given = this.#locate === undefined ? own : unlocated;
    const clean = JSON.parse(this.#eventRewriter().value(JSON.stringify(given))) as Record<string, unknown>;
    // Added after redaction, because a rule could mistake the hash for a token.
    this.#book.settle();
    const privacy = { policy: policy.preset, hash, engine: ENGINE, keyId: pseudonyms.keyId };
    return ENCODER.encode(JSON.stringify({ ...clean, ...locationsOf(metadata, this.#locate), privacy })) as CleanLine;
  }

  /**
   * The event that ends a dump: `["close", null, code, delta]`. `delta` counts from the last event that was stored, or
   * from the last one that the `client` sent, which may have been dropped.
   */
  closeEvent(code: number, delta: number, from: 'stored' | 'client' = 'stored'): CleanLine {
    const line = ENCODER.encode(JSON.stringify(['close', null, code, delta])) as CleanLine;
    return from === 'client' ? this.#times.keptLine(line) : line;
  }

  /**
   * Anonymizes a single text: one for the catalog (an identifier, an origin, a user agent), or one from a format other
   * than dumps. `role` says what the text means, if known; `method` and `path` say which event it belongs to and where
   * in the event it is, if any.
   */
  text(value: string, role: Role = 'text', method = '', path?: readonly PathPart[]): string {
    const clean = this.#eventRewriter().text(value, role, method, path);
    if (this.#attempts === 0) this.#book.settle();
    return clean;
  }

  /**
   * Runs `work`, which may call `text`. If it throws, the replacements made by it are not counted, and the error is
   * passed on.
   */
  attempt<T>(work: () => T): T {
    const { mark } = this.#book;
    this.#attempts++;
    try {
      return work();
    } catch (error) {
      this.#book.undo(mark);
      throw error;
    } finally {
      this.#attempts--;
      if (this.#attempts === 0) this.#book.settle();
    }
  }

  /**
   * Counts a message that was dropped before it reached the anonymizer, such as a binary frame.
   *
   * @param end the end of the message, for its delta
   */
  drop(reason: DropReason, end?: Uint8Array): void {
    if (end !== undefined) this.#times.dropped(end);
    this.#book.drop(reason);
  }

  /** The replacements and drops counted so far. */
  receipt(): Receipt {
    const receipt = this.#book.receipt(this.#rewriter?.drift.result() ?? NO_DRIFT);
    return this.#times.isFromStart ? { ...receipt, timesFrom: 'sessionStart' } : receipt;
  }

  /** Anonymizes one line within the splice that `lines` has begun. */
  #line(bytes: Uint8Array, line: ScannedLine): void {
    const { from, to } = line;
    if (this.#eventRewriter().scanned(line, bytes, SPLICE)) {
      this.#book.settle();
      const change = this.#times.mayChange ? this.#times.kept(bytes.subarray(from, to)) : undefined;
      if (change !== undefined) SPLICE.replace(from + change.from, from + change.to, change.delta);
      return;
    }
    // Blank lines are left out and not counted as dropped.
    const isBlank = to === from || (to === from + 1 && bytes[from] === CARRIAGE_RETURN);
    const clean = isBlank ? null : this.#event(bytes.subarray(from, to));
    if (clean === null) SPLICE.replace(from, to + 1, '');
    else this.#keep(clean, bytes, from, to);
  }

  /** Stores a line that took the slow path within the splice. */
  #keep(clean: string | undefined, bytes: Uint8Array, from: number, to: number): void {
    const changed = this.#times.keptText(clean, bytes.subarray(from, to)) ?? clean;
    if (changed !== undefined) SPLICE.replace(from, to, changed);
  }

  #slowMessage(raw: Uint8Array): CleanLine | null {
    const clean = this.#event(raw);
    if (clean === null) return null;
    return (clean === undefined ? raw : ENCODER.encode(clean)) as CleanLine;
  }

  /**
   * The slow path. Returns the rewritten text, undefined when nothing changes, or null when the message was dropped
   * (and counted).
   */
  #event(raw: Uint8Array): string | undefined | null {
    // Discard replacements that the fast path counted before it gave up.
    this.#book.undo(0);
    try {
      const text = decodeUtf8(raw);
      const rewriter = this.#eventRewriter();
      const clean = rewriter.event(text);
      if (clean !== null && customEventTreatment(this.#compiled.policy, rewriter.method) === 'drop') {
        this.drop('custom', raw);
        return null;
      }
      if (clean !== null) {
        rewriter.drift.settle();
        this.#book.settle();
        return clean === text ? undefined : clean;
      }
      this.drop('notEvent', raw);
    } catch (error) {
      this.drop(error instanceof NotJsonError ? error.code : 'notJson', raw);
    }
    return null;
  }

  #memory(): SessionMemory {
    this.#sessionMemory ??= new SessionMemory(this.#sessionKey);
    return this.#sessionMemory;
  }

  #eventRewriter(): EventRewriter {
    if (this.#rewriter === undefined) {
      const memory = this.#memory();
      const redactor = new Redactor(this.#compiled, memory, (name) => this.#book.enter(name));
      this.#rewriter = new EventRewriter(redactor, memory, this.#book, eventRules(this.#compiled), this);
    }
    return this.#rewriter;
  }

  /** Derives facts from the addresses of this session. */
  get deriver(): AddressDeriver {
    const { policy, classes } = this.#compiled;
    this.#deriver ??= new AddressDeriver(policy, classes, this.#memory());
    return this.#deriver;
  }
}
