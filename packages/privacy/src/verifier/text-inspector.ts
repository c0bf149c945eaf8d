/**
 * Inspects the texts of one line with all detectors and records findings. Each string goes through several layers: JSON
 * inside the string is walked like the line itself; otherwise operator rules and detectors see the text, then the text
 * with one layer of escapes removed, and so on. A value found on one layer is not counted again on the next. Two tables
 * avoid most of the work: detectors run only if their trigger was pulled (triggers.ts), and for each property name it
 * is remembered which detectors judge its values.
 *
 *   line --> JsonWalk --> key    --> properties: judges of its values, is the name itself clean?
 *              |          number --> judges of the property
 *              |          string --> JSON? --> JsonWalk (outer = this walk)
 *              |                       | no
 *              |                       v
 *              |                     judges, then TextScanner per layer: peelLayer --> peelLayer --> ...
 *              v invalid JSON: discard its findings
 *            the whole line as plain text ---------^
 */

import type { FindingClass } from '../model/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { isFact, isFactName } from './derived-values.ts';
import { type Detector, type Hit, type Place, TEXT_PLACE } from './detector.ts';
import { equipmentFor, type Property } from './equipment.ts';
import { excerptOf } from './excerpt.ts';
import { Findings } from './findings.ts';
import { mayBeJson } from './json-tokens.ts';
import { JsonWalk } from './json-walk.ts';
import { keptEvents } from './kept-events.ts';
import { mayBeUnusual, peelLayer } from './layers.ts';
import { UnreadableInputError } from './line-splitter.ts';
import { OperatorRuleChecks } from './operator-rules.ts';
import { type HashPlace, RecomputedHashes } from './recomputed-hashes.ts';
import { RelayAddresses } from './relay-addresses.ts';
import { TextScanner } from './text-scanner.ts';
import { findInStructure } from './text-structures.ts';
import { CARD, ENCODED, triggersOf } from './triggers.ts';

/** Maximum number of cached property names; real dumps have far fewer, unless names are data. */
const MAX_CACHED_NAMES = 4096;
/**
 * Maximum number of layers of escapes. The anonymizer leaves at most six, and JSON text inside strings may add a few,
 * so a dump with more cannot be verified.
 */
const MAX_LAYERS = 24;
/** Property names that may be shown in a path. Longer names, and names with many digits, may be data. */
const PLAIN_NAME = /^(?!.*\d{6})[A-Za-z_$\d][\w$-]{0,31}$/;
const NO_JUDGES: readonly Detector[] = [];

/** Inspects the lines of one dump; the result is in `findings`. */
export class TextInspector {
  readonly findings = new Findings();
  readonly #detectors: readonly Detector[];
  readonly #contact: Detector | undefined;
  readonly #scanner: TextScanner;
  readonly #properties: Map<string, Property>;
  readonly #nameless: Property;
  readonly #walk: JsonWalk;
  readonly #all: readonly Detector[];
  readonly #relays: RelayAddresses;
  readonly #rules: OperatorRuleChecks;
  /** Only if addresses are masked; with any other method, no network is known. */
  readonly #hashes: RecomputedHashes<HashPlace> | undefined;
  readonly #isKept: (event: string) => boolean;
  readonly #judgesOf = (name: string): readonly Detector[] => this.#propertyOf(name).judges;
  readonly #visit = (text: string, walk: JsonWalk): void => this.#inspect(text, walk);
  #line = 0;
  #plain = false;
  /** For a file that is one JSON text: its text, and the position up to which line feeds were counted in `#line`. */
  #document = '';
  #counted = 0;
  /** The hits of all detectors in the text of the last finding: a text with many findings is searched once. */
  #hitsOf: { readonly text: string; readonly place: Place; readonly hits: readonly Hit[] } | undefined;

  constructor(policy: Policy) {
    this.#relays = new RelayAddresses(policy.ipAddresses.keepRelay);
    this.#rules = new OperatorRuleChecks(policy.rules);
    const { detectors, all, properties, cleanLines } = equipmentFor(policy, this.#relays);
    this.#detectors = detectors;
    this.#contact = detectors.find((detector) => detector.class === 'contact');
    this.#all = all;
    this.#properties = properties;
    this.#scanner = new TextScanner(this.#detectors, cleanLines);
    this.#hashes = policy.ipAddresses.method === 'mask' ? new RecomputedHashes() : undefined;
    this.#isKept = keptEvents(policy);
    this.#nameless = this.#propertyOf('');
    this.#walk = new JsonWalk(this.#visit);
  }

  /** Whether every text must be inspected, so that there is no fast path. */
  get mustInspectAll(): boolean {
    return !this.#rules.isEmpty;
  }

  /** Inspects one line of `bytes` bytes. `event` is the name of the event if the line itself has none. */
  inspectLine(text: string, line: number, bytes: number, event?: string): void {
    this.#line = line;
    this.#relays.learn(text);
    this.#hashes?.learnNetworks(text);
    this.#plain = !mayBeUnusual(text, bytes);
    const mark = this.findings.mark();
    const walk = event === undefined ? this.#walk : new JsonWalk(this.#visit, undefined, event);
    if (walk.walk(text)) return;
    // Truncated or not JSON: discard the findings and search the whole line as text.
    this.findings.undo(mark);
    this.#inspectText(text, TEXT_PLACE, undefined, NO_JUDGES);
  }

  /** Inspects a file that is one JSON text. Returns false, without findings, if it is not. */
  inspectDocument(text: string): boolean {
    this.#line = 1;
    this.#relays.learn(text);
    this.#hashes?.learnNetworks(text);
    this.#plain = false;
    this.#document = text;
    this.#counted = 0;
    const mark = this.findings.mark();
    const done = new JsonWalk(this.#visit).walk(text);
    this.#document = '';
    if (!done) this.findings.undo(mark);
    return done;
  }

  /** Reports what can only be judged when the whole dump is known. Call this once, after the last line. */
  end(): void {
    if (this.#hashes === undefined) return;
    for (const [value, { line, path, names }] of this.#hashes.matches()) {
      this.findings.add('ipAddresses', () => {
        const isShown = names.every((name) => this.#everyHit(name, TEXT_PLACE).length === 0);
        const hit = { start: 0, end: value.length };
        return { class: 'ipAddresses', line, path: isShown ? path : '$', excerpt: excerptOf(value, hit, [hit]) };
      });
    }
  }

  /** Cheap, because it is called for many strings, of which few if any become findings. */
  #placeOf(walk: JsonWalk): HashPlace {
    const names: string[] = [];
    const path = walk.path((name) => PLAIN_NAME.test(name) && names.push(name) > 0);
    return { line: this.#lineOf(walk), path, names };
  }

  #inspect(text: string, walk: JsonWalk): void {
    this.#hitsOf = undefined;
    // Kept events are stored unchanged on the operator's request, so there is nothing to verify.
    if (walk.event !== undefined && this.#isKept(walk.event)) return;
    if (walk.kind === 'key') {
      this.#inspectByRules(text, walk);
      const property = this.#propertyOf(walk.meaning);
      walk.annotate(property, property.judges.length > 0);
      if (walk.isApplication && walk.name !== undefined) this.#inspectKey(text, walk);
      const above = isFactName(walk.name) ? this.#propertyOf(walk.name!).judges : NO_JUDGES;
      if (!property.isClean || walk.meaning !== text || above.length > 0) this.#inspectText(text, walk, walk, above);
      return;
    }
    const judges = ((walk.note as Property | undefined) ?? this.#nameless).judges;
    // A fact has a form that nothing else can be in.
    if (walk.kind === 'number' || (judges.length > 0 && isFact(walk.name, text))) {
      for (const judge of judges) {
        if (judge.judge!(text, walk)) this.#report(judge, text, { start: 0, end: text.length }, walk, walk);
      }
      // Cards are recognized by their digits under any name, in events whose numbers are not known.
      if (text.length >= 13 && walk.isApplication && !judges.includes(this.#contact!)) {
        for (const hit of this.#contact?.find(text, walk, CARD) ?? [])
          this.#report(this.#contact!, text, hit, walk, walk);
      }
      return;
    }
    if (mayBeJson(text)) {
      const mark = this.findings.mark();
      if (new JsonWalk(this.#visit, walk).walk(text)) return;
      this.findings.undo(mark);
    }
    const at = text.endsWith('}') || text.endsWith(']') ? text.search(EMBEDDED) : 0;
    if (at > 0) {
      const mark = this.findings.mark();
      if (new JsonWalk(this.#visit, walk).walk(text.slice(at))) {
        if (this.findings.total === mark.total) this.#inspectStructure(text, walk);
        this.#inspectText(text.slice(0, at), walk, walk, judges);
        return;
      }
      this.findings.undo(mark);
    }
    this.#hashes?.learnValue(text, () => this.#placeOf(walk));
    this.#inspectByRules(text, walk);
    this.#inspectStructure(text, walk);
    this.#inspectText(text, walk, walk, judges);
  }

  /** A key may be a value: `{users: {anna: {…}}}`. */
  #inspectKey(key: string, walk: JsonWalk): void {
    for (const judge of this.#judgesOf(walk.name!)) {
      if (judge.class === 'identifiers' && judge.judge!(key, walk))
        this.#report(judge, key, { start: 0, end: key.length }, walk, walk);
    }
  }

  /** Fields of log lines, forms and object literals in events of the application. */
  #inspectStructure(text: string, walk: JsonWalk): void {
    if (!walk.isApplication) return;
    for (const [detector, hit] of findInStructure(text, walk, this.#judgesOf))
      this.#report(detector, text, hit, walk, walk);
  }

  /** Not for webrtc-internals dumps, because the rules refer to events and paths of rtcstats. */
  #inspectByRules(text: string, walk: JsonWalk): void {
    if (this.#rules.isEmpty || this.#document !== '' || isFact(walk.name, text) || isFactName(text)) return;
    const names = walk.kind === 'key' ? undefined : walk.names;
    const seen = new Set<string>();
    let layer = 0;
    for (let current: string | undefined = text; current !== undefined; current = peelLayer(current, ENCODED, false)) {
      if (layer++ > MAX_LAYERS) throw new UnreadableInputError('layers');
      for (const [name, hit] of this.#rules.find(current, walk, names)) {
        const value = `${name}:${current.slice(hit.start, hit.end)}`;
        if (seen.has(value) && current !== text) continue;
        seen.add(value);
        this.#write(name, current, hit, walk, walk);
      }
    }
  }

  /** Inspects the text and every layer below it. A value that a layer above already showed is not counted again. */
  #inspectText(text: string, place: Place, walk: JsonWalk | undefined, judges: readonly Detector[]): void {
    this.#hitsOf = undefined;
    let judged: Set<Detector> | undefined;
    for (const judge of judges) {
      if (text === '' || !judge.judge!(text, place)) continue;
      this.#report(judge, text, { start: 0, end: text.length }, place, walk);
      judged ??= new Set();
      judged.add(judge);
    }
    let seen: Set<string> | undefined;
    let current: string | undefined = text;
    for (let layer = 0; current !== undefined; layer++) {
      if (layer > MAX_LAYERS) throw new UnreadableInputError('layers');
      for (const { detector, line, hit } of this.#scanner.scan(current, place, judged)) {
        const value = `${detector.class}:${line.slice(hit.start, hit.end)}`;
        if (layer > 0 && seen?.has(value)) continue;
        seen ??= new Set();
        seen.add(value);
        this.#report(detector, line, hit, place, walk);
      }
      current = peelLayer(current, this.#scanner.triggers, this.#plain && layer === 0);
    }
  }

  #propertyOf(name: string): Property {
    let property = this.#properties.get(name);
    if (property === undefined) {
      const judges = this.#detectors.filter((detector) => detector.judges?.(name) === true);
      const isClean =
        this.#scanner.scan(name, TEXT_PLACE).length === 0 && peelLayer(name, ENCODED, false) === undefined;
      property = { judges, isClean };
      if (this.#properties.size >= MAX_CACHED_NAMES) this.#properties.clear();
      this.#properties.set(name, property);
    }
    return property;
  }

  #report(detector: Detector, text: string, hit: Hit, place: Place, walk: JsonWalk | undefined): void {
    this.#write(detector.class, text, hit, place, walk);
  }

  #write(name: FindingClass, text: string, hit: Hit, place: Place, walk: JsonWalk | undefined): void {
    this.findings.add(name, () => ({
      class: name,
      line: this.#lineOf(walk),
      path: walk?.path((part) => PLAIN_NAME.test(part) && this.#everyHit(part, TEXT_PLACE).length === 0) ?? '$',
      excerpt: excerptOf(text, hit, this.#hitsAround(text, place)),
    }));
  }

  #hitsAround(text: string, place: Place): readonly Hit[] {
    if (this.#hitsOf?.text !== text || this.#hitsOf.place !== place) {
      this.#hitsOf = { text, place, hits: this.#everyHit(text, place) };
    }
    return this.#hitsOf.hits;
  }

  #everyHit(text: string, place: Place): readonly Hit[] {
    const triggers = triggersOf(text);
    const ofClasses = this.#all.flatMap((detector) =>
      detector.triggers & triggers ? detector.find(text, place, triggers) : [],
    );
    const inFields = place.isApplication ? findInStructure(text, place, this.#judgesOf).map(([, hit]) => hit) : [];
    return [...ofClasses, ...inFields, ...this.#rules.everywhere(text)];
  }

  #lineOf(walk: JsonWalk | undefined): number {
    if (this.#document === '' || walk === undefined) return this.#line;
    for (let at = this.#document.indexOf('\n', this.#counted); at >= 0 && at < walk.position; ) {
      this.#line++;
      this.#counted = at + 1;
      at = this.#document.indexOf('\n', this.#counted);
    }
    return this.#line;
  }
}

/** JSON text after a prefix: the frames of socket.io, and log messages. */
const EMBEDDED = /\{"|\[[{"]/;
