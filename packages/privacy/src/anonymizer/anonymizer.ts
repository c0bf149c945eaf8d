import { decodeUtf8 } from '../bytes/decode.ts';
import { Splice } from '../bytes/splice.ts';
import { textClasses } from '../classes/all.ts';
import { Redactor } from '../classes/redactor.ts';
import type { TextClass } from '../classes/text-class.ts';
import { NotJsonError, type PathPart } from '../json/rewrite.ts';
import { NO_DRIFT } from '../model/drift.ts';
import type { CleanLine, DropReason } from '../model/line.ts';
import { type Locate, mayHaveLocation, withLocation } from '../model/location.ts';
import type { Role } from '../model/roles.ts';
import { OperatorRules } from '../policy/operator-rules.ts';
import { type CustomEvents, customEventTreatment, isNamedEvent, type Policy, presetPolicy } from '../policy/policy.ts';
import { policyHash } from '../policy/policy-hash.ts';
import { type PseudonymKey, Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { ENGINE, type Receipt } from '../receipt/receipt.ts';
import { ReceiptBook } from '../receipt/receipt-book.ts';
import { Automaton } from '../scan/automaton.ts';
import { eventLines } from '../scan/grammar.ts';
import { type ScannedLine, Scanner } from '../scan/scanner.ts';
import { SessionMemory } from '../text/session-memory.ts';
import { EventRewriter } from './event-rewriter.ts';

/** A policy made ready for speed. Compile once a process; sessions share it. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** That of the policy. */
  readonly hash: string;
  readonly pseudonyms: Pseudonyms;
  readonly classes: readonly TextClass[];
  readonly operatorRules: OperatorRules | null;
  /** Those of the standard preset, for what is shown in other places than dumps. */
  readonly standardClasses: readonly TextClass[];
  readonly scanner: Scanner;
}

let scanner: Scanner | undefined;

/** `key` is that of the pseudonyms; without one they are good for this process only. */
export function compilePolicy(policy: Policy, key: PseudonymKey = ephemeralKey()): CompiledPolicy {
  // The same for every policy.
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
  });
}

function ephemeralKey(): PseudonymKey {
  return { bytes: crypto.getRandomValues(new Uint8Array(32)), id: 'ephemeral' };
}

const ENCODER = new TextEncoder();
const CARRIAGE_RETURN = 13;
/** Nothing here waits, so one serves all sessions. */
const SPLICE = new Splice();

/**
 * Replaces personal data in the messages of one session. Not shared between sessions: it remembers what must stay the
 * same within one. No I/O; memory is bounded however long the session lasts.
 */
export class Anonymizer {
  readonly #compiled: CompiledPolicy;
  /** Made at the first message: an idle connection costs nothing. */
  #rewriter: EventRewriter | undefined;
  readonly #locate: Locate | undefined;
  readonly #book = new ReceiptBook();
  /** How many `attempt`s are under way, one in the other. */
  #attempts = 0;

  /** `locate`: where addresses are. With it, locations that come in are not believed; without it, they are data like any other. */
  constructor(compiled: CompiledPolicy, options: { readonly locate?: Locate | undefined } = {}) {
    this.#compiled = compiled;
    this.#locate = options.locate;
  }

  /**
   * One message as it came from the client (UTF-8 JSON text). Returns the line to store, which may be a view of `raw`, or null
   * when the message cannot be kept; then it is counted in the receipt. Never throws, whatever the bytes: a message on which a class
   * fails is one that was not understood.
   */
  message(raw: Uint8Array): CleanLine | null {
    const line = this.#message(raw);
    if (line === null || this.#locate === undefined || !mayHaveLocation(raw)) return line;
    return withLocation(raw, line, this.#locate);
  }

  #message(raw: Uint8Array): CleanLine | null {
    SPLICE.begin(raw);
    const line = this.#compiled.scanner.scan(raw, 0, raw.length);
    if (!this.#writer().scanned(line, raw, SPLICE)) return this.#other(raw);
    this.#book.settle();
    return SPLICE.finish() as CleanLine;
  }

  /**
   * Many lines at once, each with its line feed: what readers of whole files use. Lines that cannot be kept are counted and left out.
   * The result may be a view of `bytes`. Adds no locations.
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

  /** The dump's second line. What is said about the policy, and where `remoteAddresses` are, is added here. */
  metadata(metadata: Readonly<Record<string, unknown>>): CleanLine {
    const { policy, hash, pseudonyms } = this.#compiled;
    const { privacy: _, ...own } = metadata;
    const { locations: __, ...unlocated } = own;
    const given = this.#locate === undefined ? own : unlocated;
    const clean = JSON.parse(this.#writer().value(JSON.stringify(given))) as Record<string, unknown>;
    // Added to what is clean: no rule may take a hash for something personal.
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
   * A single text: one for the catalog (an identifier, an origin, a user agent), or one of another format than that of dumps. `role`: what it is, as far as that is
   * known; `method` and `path`: the event it belongs to and where it stands, if it does.
   */
  text(value: string, role: Role = 'text', method = '', path?: readonly PathPart[]): string {
    const clean = this.#writer().text(value, role, method, path);
    if (this.#attempts === 0) this.#book.settle();
    return clean;
  }

  /** Calls `work`, which calls `text`. When it throws, nothing of what it did is counted. */
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

  /** Counts a message that never got here as text, such as a binary frame. */
  drop(reason: DropReason): void {
    this.#book.drop(reason);
  }

  /** What was done so far. */
  receipt(): Receipt {
    return this.#book.receipt(this.#rewriter?.drift.result() ?? NO_DRIFT);
  }

  /** One line of `lines`, replaced in the splice as far as need be. */
  #line(bytes: Uint8Array, line: ScannedLine): void {
    if (this.#writer().scanned(line, bytes, SPLICE)) {
      this.#book.settle();
      return;
    }
    const { from, to } = line;
    // A blank line is left out, and is no message that was not kept.
    const isBlank = to === from || (to === from + 1 && bytes[from] === CARRIAGE_RETURN);
    const clean = isBlank ? null : this.#event(bytes.subarray(from, to));
    if (clean === null) SPLICE.replace(from, to + 1, '');
    else if (clean !== undefined) SPLICE.replace(from, to, clean);
  }

  #other(raw: Uint8Array): CleanLine | null {
    const clean = this.#event(raw);
    if (clean === null) return null;
    return (clean === undefined ? raw : ENCODER.encode(clean)) as CleanLine;
  }

  /** The slow way: the rewritten text, undefined when nothing changes, null when the message was dropped (and counted). */
  #event(raw: Uint8Array): string | undefined | null {
    // What the fast way replaced before it gave up.
    this.#book.undo(0);
    try {
      const text = decodeUtf8(raw);
      const writer = this.#writer();
      const clean = writer.event(text);
      if (clean !== null && this.#treatment(writer.method) === 'drop') {
        this.drop('custom');
        return null;
      }
      if (clean !== null) {
        writer.drift.settle();
        this.#book.settle();
        return clean === text ? undefined : clean;
      }
      this.drop('notEvent');
    } catch (error) {
      this.drop(error instanceof NotJsonError ? error.code : 'notJson');
    }
    return null;
  }

  #treatment(method: string): CustomEvents {
    return customEventTreatment(this.#compiled.policy, method);
  }

  #writer(): EventRewriter {
    if (this.#rewriter === undefined) {
      const memory = new SessionMemory();
      const redactor = new Redactor(this.#compiled, memory, (name) => this.#book.enter(name));
      this.#rewriter = new EventRewriter(redactor, memory, this.#book, {
        keeps: (method) => this.#treatment(method) === 'keep',
        names: (method) => isNamedEvent(this.#compiled.policy, method),
        keepsRelays: this.#compiled.policy.ipAddresses.keepRelay,
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
