/**
 * Entry point of the package. An Anonymizer processes the messages of one session: it tries the fast path (scanner)
 * first, then the slow path (JSON rewriter), and counts in the receipt what was replaced and dropped. The policy is
 * compiled once per process and shared; an Anonymizer belongs to one session, because it remembers values that must be
 * replaced consistently within the session. It does no I/O and never waits, so it runs in any thread and several
 * sessions can share one Splice.
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
import { textClasses } from '../classes/all.ts';
import { Redactor } from '../classes/redactor.ts';
import type { TextClass } from '../classes/text-class.ts';
import { NotJsonError } from '../json/not-json-error.ts';
import type { PathPart } from '../json/visitor.ts';
import { NO_DRIFT } from '../model/drift.ts';
import type { CleanLine, DropReason } from '../model/line.ts';
import { type Locate, mayHaveLocation, withLocation } from '../model/location.ts';
import type { Role } from '../model/roles.ts';
import { keptFields } from '../policy/kept-fields.ts';
import { OperatorRules } from '../policy/operator-rules.ts';
import { customEventTreatment, isNamedEvent, type Policy, presetPolicy } from '../policy/policy.ts';
import { policyHash } from '../policy/policy-hash.ts';
import { type PseudonymKey, Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { ENGINE, type Receipt } from '../receipt/receipt.ts';
import { ReceiptBook } from '../receipt/receipt-book.ts';
import { Automaton } from '../scan/automaton.ts';
import { eventLines } from '../scan/grammar.ts';
import { type ScannedLine, Scanner } from '../scan/scanner.ts';
import { SessionKey } from '../text/session-key.ts';
import { SessionMemory } from '../text/session-memory.ts';
import { EventRewriter } from './event-rewriter.ts';

/** A policy prepared for use. Compile it once per process; sessions share it. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** The hash of the policy (see `policyHash`). */
  readonly hash: string;
  readonly pseudonyms: Pseudonyms;
  readonly classes: readonly TextClass[];
  readonly operatorRules: OperatorRules | null;
  /**
   * The classes of the standard preset. They decide what may be shown outside dumps, such as in metrics, whatever the
   * policy.
   */
  readonly standardClasses: readonly TextClass[];
  readonly scanner: Scanner;
  /** Whether `customEvents.keepFields` has the field at this path. */
  readonly keptFields: (path: readonly PathPart[]) => boolean;
}

/** Options of a session's anonymizer. */
export interface AnonymizerOptions {
  readonly locate?: Locate | undefined;
  readonly sessionKey?: Uint8Array | undefined;
}

let scanner: Scanner | undefined;

/**
 * Compiles `policy`. `key` is the secret that pseudonyms are derived from; without it a random key is used, so that
 * pseudonyms are only comparable within this process.
 */
export function compilePolicy(policy: Policy, key: PseudonymKey = ephemeralKey()): CompiledPolicy {
  // The grammar does not depend on the policy.
  scanner ??= new Scanner(new Automaton(eventLines()));
  const pseudonyms = new Pseudonyms(key);
  const operatorRules = policy.rules.length > 0 ? new OperatorRules(policy.rules, pseudonyms) : null;
  return Object.freeze({
    policy,
    hash: policyHash(policy),
    pseudonyms,
    classes: textClasses(policy, pseudonyms),
    operatorRules,
    standardClasses: textClasses(presetPolicy('standard'), pseudonyms),
    scanner,
    keptFields: keptFields(policy.keepFields),
  });
}

function ephemeralKey(): PseudonymKey {
  return { bytes: crypto.getRandomValues(new Uint8Array(32)), id: 'ephemeral' };
}

const ENCODER = new TextEncoder();
const CARRIAGE_RETURN = 13;
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
  readonly #locate: Locate | undefined;
  readonly #sessionKey: SessionKey;
  readonly #book = new ReceiptBook();
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
    this.#sessionKey = new SessionKey(options.sessionKey);
  }

  /**
   * Anonymizes one message as received from the client (UTF-8 JSON text). Returns the line to store, without line feed,
   * which may be `raw` itself; or null when the message has to be dropped, which is counted in the receipt. Never
   * throws, whatever the bytes: a message on which a class throws is dropped.
   */
  message(raw: Uint8Array): CleanLine | null {
    const line = this.#message(raw);
    if (line === null || this.#locate === undefined || !mayHaveLocation(raw)) return line;
    return withLocation(raw, line, this.#locate);
  }

  #message(raw: Uint8Array): CleanLine | null {
    SPLICE.begin(raw);
    const line = this.#compiled.scanner.scan(raw, 0, raw.length);
    if (!this.#eventRewriter().scanned(line, raw, SPLICE)) return this.#slowMessage(raw);
    this.#book.settle();
    return SPLICE.finish() as CleanLine;
  }

  /**
   * Anonymizes many lines at once, each ending with a line feed; for readers of whole files. Lines that have to be
   * dropped are counted and left out. The result may be `bytes` itself. Adds no locations.
   */
  lines(bytes: Uint8Array): Uint8Array {
    const { scanner } = this.#compiled;
    SPLICE.begin(bytes);
    for (let from = 0; from < bytes.length; ) {
      for (const line of scanner.batch(bytes, from)) {
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
    return ENCODER.encode(JSON.stringify({ ...clean, ...this.#locations(metadata), privacy })) as CleanLine;
  }

  #locations({ remoteAddresses }: Readonly<Record<string, unknown>>): { readonly locations?: readonly unknown[] } {
    const locate = this.#locate;
    if (locate === undefined || !Array.isArray(remoteAddresses)) return {};
    const locations = remoteAddresses.map((address) => (typeof address === 'string' && locate(address)) || null);
    return locations.some((location) => location !== null) ? { locations } : {};
  }

  /** The event that ends a dump: `["close", null, code, delta]`. */
  closeEvent(code: number, delta: number): CleanLine {
    return ENCODER.encode(JSON.stringify(['close', null, code, delta])) as CleanLine;
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

  /** Counts a message that was dropped before it reached the anonymizer, such as a binary frame. */
  drop(reason: DropReason): void {
    this.#book.drop(reason);
  }

  /** The replacements and drops counted so far. */
  receipt(): Receipt {
    return this.#book.receipt(this.#rewriter?.drift.result() ?? NO_DRIFT);
  }

  /** Anonymizes one line within the splice that `lines` has begun. */
  #line(bytes: Uint8Array, line: ScannedLine): void {
    if (this.#eventRewriter().scanned(line, bytes, SPLICE)) {
      this.#book.settle();
      return;
    }
    const { from, to } = line;
    // Blank lines are left out and not counted as dropped.
    const isBlank = to === from || (to === from + 1 && bytes[from] === CARRIAGE_RETURN);
    const clean = isBlank ? null : this.#event(bytes.subarray(from, to));
    if (clean === null) SPLICE.replace(from, to + 1, '');
    else if (clean !== undefined) SPLICE.replace(from, to, clean);
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
        this.drop('custom');
        return null;
      }
      if (clean !== null) {
        rewriter.drift.settle();
        this.#book.settle();
        return clean === text ? undefined : clean;
      }
      this.drop('notEvent');
    } catch (error) {
      this.drop(error instanceof NotJsonError ? error.code : 'notJson');
    }
    return null;
  }

  #eventRewriter(): EventRewriter {
    if (this.#rewriter === undefined) {
      const memory = new SessionMemory(this.#sessionKey);
      const redactor = new Redactor(this.#compiled, memory, (name) => this.#book.enter(name));
      const { policy, pseudonyms, keptFields: isKeptField } = this.#compiled;
      this.#rewriter = new EventRewriter(redactor, memory, this.#book, {
        isKept: (method) => customEventTreatment(policy, method) === 'keep',
        isPseudonymized: (method) => customEventTreatment(policy, method) === 'pseudonymize',
        isKeptField,
        pseudonymOf: (text) => pseudonyms.of('text', text),
        keepsOpaque: policy.keepOpaqueIdentifiers,
        isListed: (method) => isNamedEvent(policy, method),
        keepsRelays: policy.ipAddresses.keepRelay,
        isPersonal: (text) => isPersonal(text, this.#compiled),
      });
    }
    return this.#rewriter;
  }
}

function isPersonal(text: string, { standardClasses }: CompiledPolicy): boolean {
  const rules = { classes: standardClasses, operatorRules: null };
  return new Redactor(rules, new SessionMemory(), () => {}).redact(text, 'text') !== text;
}
