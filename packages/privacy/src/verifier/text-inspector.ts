import type { FindingClass } from '../model/finding.ts';
import type { Policy } from '../policy/policy.ts';
import type { Detector, Hit, Place } from './detector.ts';
import { activeDetectors, allDetectors } from './detectors.ts';
import { excerptOf } from './excerpt.ts';
import { Findings } from './findings.ts';
import { JsonWalk } from './json-walk.ts';
import { mayBeUnusual, peelLayer } from './layers.ts';
import { OperatorRuleChecks } from './operator-rules.ts';
import { RelayAddresses } from './relay-addresses.ts';
import { TextScanner } from './text-scanner.ts';
import { ENCODED, triggersOf } from './triggers.ts';

/** Property names that are remembered; there are far fewer, unless names are data. */
const REMEMBERED_NAMES = 4096;
/** A property name that can be shown in a path; longer ones, and those with many digits, may be data. */
const PLAIN_NAME = /^(?!.*\d{6})[A-Za-z_$\d][\w$-]{0,31}$/;

/** What is known of a property by its name: who judges its values, and whether the name itself is clean. */
interface Property {
  readonly judges: readonly Detector[];
  readonly isClean: boolean;
}

const NO_JUDGES: readonly Detector[] = [];

/** What dumps of the same policy are looked at with. */
interface Equipment {
  /** Those of the classes whose method leaves something to prove, and those of all. */
  readonly detectors: readonly Detector[];
  readonly all: readonly Detector[];
  readonly properties: Map<string, Property>;
}

const EQUIPMENT = new WeakMap<Policy, Equipment>();

/** Made once a policy: names of properties are the same in every dump, and few. Where relays' addresses stay, detectors know those of their dump. */
function equipmentFor(policy: Policy, relays: RelayAddresses): Equipment {
  const known = EQUIPMENT.get(policy);
  if (known !== undefined) return known;
  const detectors = activeDetectors(policy, relays);
  const equipment = { detectors, all: allDetectors(policy, relays), properties: new Map() };
  if (!policy.ipAddresses.keepRelay) EQUIPMENT.set(policy, equipment);
  return equipment;
}

/** Shows the texts of a line to every detector, layer by layer, and writes down what they find. */
export class TextInspector {
  readonly findings = new Findings();
  readonly #detectors: readonly Detector[];
  readonly #scanner: TextScanner;
  readonly #properties: Map<string, Property>;
  readonly #nameless: Property;
  readonly #walk: JsonWalk;
  readonly #all: readonly Detector[];
  readonly #relays: RelayAddresses;
  readonly #rules: OperatorRuleChecks;
  readonly #isKept: (event: string) => boolean;
  readonly #visit = (text: string, walk: JsonWalk): void => this.#inspect(text, walk);
  #line = 0;
  #plain = false;
  /** A text of many lines, and the line that `#counted` characters of it reach to. */
  #document = '';
  #counted = 0;

  constructor(policy: Policy) {
    this.#relays = new RelayAddresses(policy.ipAddresses.keepRelay);
    this.#rules = new OperatorRuleChecks(policy.rules);
    const { detectors, all, properties } = equipmentFor(policy, this.#relays);
    this.#detectors = detectors;
    this.#all = all;
    this.#properties = properties;
    this.#scanner = new TextScanner(this.#detectors);
    this.#isKept = keptEvents(policy);
    this.#nameless = this.#propertyOf('');
    this.#walk = new JsonWalk(this.#visit);
  }

  /** Whether any text may be of interest, the most technical one too. */
  get looksEverywhere(): boolean {
    return !this.#rules.areNone;
  }

  /** One line of `bytes` bytes: a JSON text, or else whatever it is. `event` is its name where the line itself has none. */
  inspectLine(text: string, line: number, bytes: number, event?: string): void {
    this.#line = line;
    this.#relays.learn(text);
    this.#plain = !mayBeUnusual(text, bytes);
    const mark = this.findings.mark();
    const walk = event === undefined ? this.#walk : new JsonWalk(this.#visit, undefined, event);
    if (walk.walk(text)) return;
    // Torn or foreign: forget what was seen of it as JSON and search all of it as text.
    this.findings.undo(mark);
    this.#inspectText(text, TEXT_PLACE, undefined, NO_JUDGES);
  }

  /** A whole file that is one JSON text; false, and nothing found, if it is not. */
  inspectDocument(text: string): boolean {
    this.#line = 1;
    this.#relays.learn(text);
    this.#plain = false;
    this.#document = text;
    this.#counted = 0;
    const mark = this.findings.mark();
    const done = new JsonWalk(this.#visit).walk(text);
    this.#document = '';
    if (!done) this.findings.undo(mark);
    return done;
  }

  #inspect(text: string, walk: JsonWalk): void {
    // The operator wants them as they come: there is nothing to prove.
    if (walk.event?.charCodeAt(0) === COLON && this.#isKept(walk.event)) return;
    if (walk.kind === 'key') {
      this.#inspectByRules(text, walk);
      const property = this.#propertyOf(walk.meaning);
      walk.annotate(property, property.judges.length > 0);
      if (!property.isClean || walk.meaning !== text) this.#inspectText(text, walk, walk, NO_JUDGES);
      return;
    }
    const judges = ((walk.note as Property | undefined) ?? this.#nameless).judges;
    if (walk.kind === 'number') {
      for (const judge of judges) {
        if (judge.judge!(text, walk)) this.#report(judge, text, { start: 0, end: text.length }, walk, walk);
      }
      return;
    }
    if (mayBeJson(text)) {
      const mark = this.findings.mark();
      if (new JsonWalk(this.#visit, walk).walk(text)) return;
      this.findings.undo(mark);
    }
    this.#inspectByRules(text, walk);
    this.#inspectText(text, walk, walk, judges);
  }

  /** Not in a webrtc-internals dump: the rules name events and paths of dumps. */
  #inspectByRules(text: string, walk: JsonWalk): void {
    if (this.#rules.areNone || this.#document !== '') return;
    const names = walk.kind === 'key' ? undefined : walk.names;
    const seen = new Set<string>();
    for (let current: string | undefined = text; current !== undefined; current = peelLayer(current, ENCODED, false)) {
      for (const [name, hit] of this.#rules.find(current, walk, names)) {
        const value = `${name}:${current.slice(hit.start, hit.end)}`;
        if (seen.has(value) && current !== text) continue;
        seen.add(value);
        this.#write(name, current, hit, walk, walk);
      }
    }
  }

  /** Looks at the text and at every layer under it. What an upper layer showed already is not counted again. */
  #inspectText(text: string, place: Place, walk: JsonWalk | undefined, judges: readonly Detector[]): void {
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
      if (this.#properties.size >= REMEMBERED_NAMES) this.#properties.clear();
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
      excerpt: excerptOf(text, hit, this.#everyHit(text, place)),
    }));
  }

  #everyHit(text: string, place: Place): readonly Hit[] {
    const triggers = triggersOf(text);
    const ofClasses = this.#all.flatMap((detector) =>
      detector.triggers & triggers ? detector.find(text, place, triggers) : [],
    );
    return this.#rules.areNone ? ofClasses : [...ofClasses, ...this.#rules.everywhere(text)];
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

const COLON = 58;

/** Which events of applications the policy leaves unscanned. */
function keptEvents({ customEvents, customEventsByName }: Policy): (event: string) => boolean {
  return (event) => {
    const own = Object.hasOwn(customEventsByName, event) ? customEventsByName[event] : undefined;
    return (own ?? customEvents) === 'keep';
  };
}

const TEXT_PLACE: Place = {
  kind: 'text',
  event: undefined,
  name: undefined,
  index: -1,
  first: undefined,
  depth: 0,
  within: () => false,
};

/** Whether the first character that is no white space begins an object, an array or a string. */
function mayBeJson(text: string): boolean {
  let at = 0;
  while (text.charCodeAt(at) <= 32) at++;
  const first = text.charCodeAt(at);
  return first === 123 || first === 91 || first === 34;
}
