import type { CleanLines } from './clean-lines.ts';
import type { Detector, Hit, Place } from './detector.ts';
import { isProgramName } from './software-versions.ts';
import {
  AUTH_SCHEME,
  AUTHORITY,
  ENCODED,
  IDENTITY_LINE,
  IPV4,
  ORIGIN_LINE,
  PASSWORD_LINE,
  SDP_LINE,
  SECRET_NAME,
  triggersOf,
} from './triggers.ts';
import { isVersionName } from './version-numbers.ts';

/** A hit in one line of a text; its positions refer to `line`. */
export interface Found {
  readonly detector: Detector;
  readonly line: string;
  readonly hit: Hit;
}

const NOTHING: readonly Found[] = Object.freeze([]);
/** Triggers of names whose value may be on the next line. */
const CONTINUES = SECRET_NAME | PASSWORD_LINE | AUTH_SCHEME;
/** Triggers of lines whose meaning may depend on their surroundings; such lines are not cached. */
const CONTEXT_DEPENDENT = CONTINUES | ENCODED | IDENTITY_LINE | ORIGIN_LINE;
/**
 * Size of the cache of clean lines, and their maximum length in characters. The same SDP lines occur several times per
 * session.
 */
const MAX_CACHED_LINES = 4096;
const MAX_CACHED_LENGTH = 256;
const LINE_FEED = '\n';

/**
 * Runs detectors over a text line by line, because no personal value in an SDP spans lines. So an expensive pattern
 * only reads the lines that pulled its trigger, and lines known to be clean are skipped.
 */
export class TextScanner {
  readonly #detectors: readonly Detector[];
  readonly #clean = new Set<string>();
  /** Shared by all dumps. */
  readonly #known: CleanLines;
  /** All triggers pulled by the last text. */
  triggers = 0;

  constructor(detectors: readonly Detector[], known: CleanLines) {
    this.#detectors = detectors;
    this.#known = known;
  }

  /** Runs all detectors except those in `skip`. */
  scan(text: string, place: Place, skip?: ReadonlySet<Detector>): readonly Found[] {
    this.triggers = 0;
    let end = text.indexOf(LINE_FEED);
    if (end < 0) return this.#scanLine(text, '', 0, place, skip);
    const context = /(?:^|[\r\n])[vmoa]=/i.test(text) ? SDP_LINE : 0;
    const found: Found[] = [];
    for (let start = 0; start < text.length; start = end + 1) {
      end = text.indexOf(LINE_FEED, start);
      if (end < 0) end = text.length;
      const line = text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
      for (const more of this.#scanLine(line, text, end, place, skip, context)) found.push(more);
    }
    return found;
  }

  #scanLine(
    line: string,
    text: string,
    end: number,
    place: Place,
    skip: ReadonlySet<Detector> | undefined,
    context = 0,
  ): readonly Found[] {
    if (line.length < 3 || this.#clean.has(line) || this.#known.has(line)) return NOTHING;
    const triggers = triggersOf(line) | context;
    this.triggers |= triggers;
    let searched = line;
    if (triggers & CONTINUES && end < text.length) {
      const next = text.indexOf(LINE_FEED, end + 1);
      searched = line + text.slice(end, next < 0 ? undefined : next);
    }
    let found: Found[] | undefined;
    for (const detector of this.#detectors) {
      if ((detector.triggers & triggers) === 0 || skip?.has(detector)) continue;
      for (const hit of detector.find(searched, place, triggers)) {
        // A hit that begins on the next line is found there.
        if (hit.start >= line.length && !(triggers & CONTINUES)) continue;
        found ??= [];
        found.push({ detector, line: searched, hit });
      }
    }
    if (found !== undefined) return found;
    if ((triggers & CONTEXT_DEPENDENT) === 0 && skip === undefined && line.length <= MAX_CACHED_LENGTH) {
      if (!dependsOnPlace(triggers, place)) this.#remember(line);
    }
    return NOTHING;
  }

  #remember(line: string): void {
    if (this.#clean.size >= MAX_CACHED_LINES) this.#clean.clear();
    this.#clean.add(line);
    this.#known.add(line);
  }
}

/** Whether a line without findings might have some elsewhere: a version that is an address, a URI that is a page. */
function dependsOnPlace(triggers: number, { kind, name }: Place): boolean {
  if (triggers & IPV4 && (kind === 'text' || isVersionName(name) || isProgramName(name ?? ''))) return true;
  return (triggers & AUTHORITY) !== 0 && (name === 'protocol' || name === 'uri');
}
