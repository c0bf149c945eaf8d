import { APPLICATION_EVENTS } from './application-events.ts';
import { APPLICATION_TEXTS } from './application-texts.ts';
import { SDK_EVENTS } from './sdk-events.ts';
import { STANDARD_RECORDS } from './standard-records.ts';

/**
 * Application events as real applications send them: written by hand after the documentation of SDKs and standards, not
 * from the anonymizer's vocabulary, so that a word that the vocabulary lacks is noticed. The names of properties are
 * then rewritten in other styles.
 */
export interface Structure {
  /** The SDK or standard, and the style of names. */
  readonly name: string;
  readonly line: string;
  /** Values that must not be readable. */
  readonly gone: readonly string[];
  /** Technical values that must stay readable when events are scanned. */
  readonly stays: readonly string[];
}

/** `[source, event, value, values that must be gone, technical values]` */
export type StructureRow = readonly [
  source: string,
  method: string,
  value: unknown,
  gone: readonly string[],
  stays?: readonly string[],
];

type Style = (key: string) => string;

/** Keys with other characters are values, such as the name of a person, or are in another style already. */
const CAMEL = /^[a-z]{2,24}(?:[A-Z][a-z0-9]{1,24}){0,4}$/;

const STYLES: Readonly<Record<string, Style>> = {
  camel: (key) => key,
  snake: (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  kebab: (key) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  pascal: (key) => key.charAt(0).toUpperCase() + key.slice(1),
  lower: (key) => key.toLowerCase(),
};

/** Every structure in every style in which it is different. */
export function structures(): readonly Structure[] {
  const seen = new Set<string>();
  const all: Structure[] = [];
  for (const [index, [source, method, value, gone, stays = []]] of [
    ...SDK_EVENTS,
    ...APPLICATION_EVENTS,
    ...STANDARD_RECORDS,
    ...APPLICATION_TEXTS,
  ].entries()) {
    for (const [style, rename] of Object.entries(STYLES)) {
      const line = JSON.stringify([method, null, renamed(value, rename, gone), 1]);
      if (seen.has(line)) continue;
      seen.add(line);
      all.push({ name: `${index} ${source}, ${style}`, line, gone, stays });
    }
  }
  return all;
}

function renamed(value: unknown, rename: Style, gone: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((element) => renamed(element, rename, gone));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      CAMEL.test(key) && !gone.includes(key) ? rename(key) : key,
      renamed(member, rename, gone),
    ]),
  );
}
