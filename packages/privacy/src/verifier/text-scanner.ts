import type { Detector, Hit, Place } from './detector.ts';
import {
  AUTH_SCHEME,
  ENCODED,
  IDENTITY_LINE,
  ORIGIN_LINE,
  PASSWORD_LINE,
  SDP_LINE,
  SECRET_NAME,
  triggersOf,
} from './triggers.ts';
import { isVersionName } from './version-numbers.ts';

/** A hit in a line of a text; `line` is what its positions count in. */
export interface Found {
  readonly detector: Detector;
  readonly line: string;
  readonly hit: Hit;
}

const NOTHING: readonly Found[] = Object.freeze([]);
/** A name whose value may stand on the next line. */
const CARRIES_ON = SECRET_NAME | PASSWORD_LINE | AUTH_SCHEME;
/** What a line means may depend on the lines around it; such a line is looked at every time. */
const DEPENDS = CARRIES_ON | ENCODED | IDENTITY_LINE | ORIGIN_LINE;
/** Clean lines that are remembered, and the longest of them in characters: an SDP comes back a few times a session. */
const REMEMBERED = 4096;
const REMEMBERED_LENGTH = 256;
const LINE_FEED = '\n';

/**
 * Runs detectors over a text line by line, since nothing personal spans two lines of an SDP: a pattern that is not cheap then
 * only ever reads the line that pulled its trigger, and lines that were clean before need no second look.
 */
export class TextScanner {
  readonly #detectors: readonly Detector[];
  readonly #clean = new Set<string>();
  /** All triggers that the last text pulled. */
  triggers = 0;

  constructor(detectors: readonly Detector[]) {
    this.#detectors = detectors;
  }

  /** What the detectors find, save those in `skip`. */
  scan(text: string, place: Place, skip?: ReadonlySet<Detector>): readonly Found[] {
    this.triggers = 0;
    let end = text.indexOf(LINE_FEED);
    if (end < 0) return this.#scanLine(text, '', 0, place, skip);
    const context = /(?:^|[\r\n])[vmoa]=/i.test(text) ? SDP_LINE : 0;
    let found = NOTHING;
    for (let start = 0; start < text.length; start = end + 1) {
      end = text.indexOf(LINE_FEED, start);
      if (end < 0) end = text.length;
      const line = text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
      const more = this.#scanLine(line, text, end, place, skip, context);
      if (more.length > 0) found = [...found, ...more];
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
    if (line.length < 3 || this.#clean.has(line)) return NOTHING;
    const triggers = triggersOf(line) | context;
    this.triggers |= triggers;
    let searched = line;
    if (triggers & CARRIES_ON && end < text.length) {
      const next = text.indexOf(LINE_FEED, end + 1);
      searched = line + text.slice(end, next < 0 ? undefined : next);
    }
    let found = NOTHING;
    for (const detector of this.#detectors) {
      if ((detector.triggers & triggers) === 0 || skip?.has(detector)) continue;
      for (const hit of detector.find(searched, place, triggers)) {
        // What begins on the next line is found there.
        if (hit.start < line.length || triggers & CARRIES_ON) found = [...found, { detector, line: searched, hit }];
      }
    }
    if (found === NOTHING && (triggers & DEPENDS) === 0 && skip === undefined) this.#remember(line, place);
    return found;
  }

  #remember(line: string, place: Place): void {
    if (line.length > REMEMBERED_LENGTH || isVersionName(place.name)) return;
    if (this.#clean.size >= REMEMBERED) this.#clean.clear();
    this.#clean.add(line);
  }
}
