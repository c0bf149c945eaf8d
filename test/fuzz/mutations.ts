import { METHOD_CODES } from '../../packages/dump/src/index.ts';
import { percentEncoded, unicodeEscaped } from '../../packages/privacy/src/testing/addresses.ts';
import type { Random } from './random.ts';

const METHODS = [...Object.values(METHOD_CODES), ...Object.keys(METHOD_CODES), ':log', 'future', 'identity'];
const KEYS = ['message', 'note', 'error', 'errorText', 'data', 'reason', 'x', 'type', '12', '9'];
/** What a value may stand between without becoming part of another word. */
const AROUND: readonly (readonly [string, string])[] = [
  ['', ''],
  ['', ''],
  ['Error: ', ''],
  ['saw ', ' (twice)'],
  ['a\r\n', '\r\nb'],
  ['"', '"'],
  ['<', '>'],
  ['é ', ' 日本'],
];
/** Stands where the value is to come until it is known how it is written. */
const MARK = '\ue000';

/** Changes of structure that leave an event an event. */
export function mutate(event: unknown[], random: Random): void {
  for (let changes = random.below(3); changes > 0; changes--) {
    switch (random.below(5)) {
      case 0:
        event[0] = random.pick(METHODS);
        break;
      case 1:
        event.splice(2 + random.below(event.length - 2), 0, random.pick<unknown>([null, 'x', 1, {}, ['a', [1]]]));
        break;
      case 2:
        event[2] = random.chance(0.5) ? [event[2]] : { nested: event[2] };
        break;
      case 3:
        event[event.length - 1] = random.below(100_000) / 8;
        break;
      default:
        drop(event[2], random);
    }
  }
}

/** The event as JSON text with `text` planted somewhere in it, in some spelling. */
export function planted(event: unknown[], text: string, random: Random): string {
  const [before, after] = random.pick(AROUND);
  const value = before + (random.chance(0.1) ? percentEncoded(text, random.chance(0.5), 1) : text) + after;
  plant(event, random);
  const isEscaped = random.chance(0.1);
  const content = isEscaped ? unicodeEscaped(value) : JSON.stringify(value).slice(1, -1);
  return JSON.stringify(event).replaceAll(MARK, () => content);
}

function plant(event: unknown[], random: Random): void {
  const places = containersIn(event[2]);
  const place = places.length === 0 || random.chance(0.2) ? undefined : random.pick(places);
  if (place === undefined) {
    // In front of the delta, which stays the last.
    const at = 2 + random.below(event.length - 2);
    event.splice(at, at < event.length - 1 ? random.below(2) : 0, MARK);
  } else if (Array.isArray(place)) {
    place.splice(random.below(place.length + 1), 0, MARK);
  } else if (random.chance(0.15)) {
    place[MARK] = random.below(1000);
  } else if (random.chance(0.4) && Object.keys(place).length > 0) {
    // Four numbers with dots under this name are a version, whatever else they may be.
    const key = random.pick(Object.keys(place)).replace(/version/i, 'note');
    const known = place[key];
    // A line more in a description, a word more in a text.
    const isLines = typeof known === 'string' && known.includes('\r\n');
    place[key] = isLines ? `${known}a=x-note:${MARK}\r\n` : MARK;
  } else {
    place[random.pick(KEYS)] = random.chance(0.1) ? { deep: [MARK] } : MARK;
  }
}

type Container = unknown[] | Record<string, unknown>;

function containersIn(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Container, ...Object.values(value).flatMap(containersIn)];
}

function drop(value: unknown, random: Random): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const keys = Object.keys(value);
  if (keys.length > 0) delete (value as Record<string, unknown>)[random.pick(keys)];
}
