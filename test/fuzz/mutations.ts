import { METHOD_CODES } from '../../packages/dump/src/index.ts';
import { percentEncoded, unicodeEscaped } from '../../packages/privacy/src/testing/addresses.ts';
import type { Random } from './random.ts';

const METHODS = [...Object.values(METHOD_CODES), ...Object.keys(METHOD_CODES), ':log', 'future', 'identity'];
const KEYS = ['message', 'note', 'error', 'errorText', 'data', 'reason', 'x', 'type', '12', '9'];
/** Texts before and after a value that do not join it to another word. */
const CONTEXTS: readonly (readonly [string, string])[] = [
  ['', ''],
  ['', ''],
  ['Error: ', ''],
  ['saw ', ' (twice)'],
  ['a\r\n', '\r\nb'],
  ['"', '"'],
  ['<', '>'],
  ['é ', ' 日本'],
];
/** Marks the position of the value until the event is serialized, because the value may be escaped differently. */
const PLACEHOLDER = '\ue000';

/** Changes the structure of an event at random; it stays a valid event. */
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

/** Serializes the event with `text` at a random position, possibly percent-encoded or escaped. */
export function planted(event: unknown[], text: string, random: Random): string {
  const [before, after] = random.pick(CONTEXTS);
  const value = before + (random.chance(0.1) ? percentEncoded(text, random.chance(0.5), 1) : text) + after;
  plant(event, random);
  const isEscaped = random.chance(0.1);
  const content = isEscaped ? unicodeEscaped(value) : JSON.stringify(value).slice(1, -1);
  return JSON.stringify(event).replaceAll(PLACEHOLDER, () => content);
}

function plant(event: unknown[], random: Random): void {
  const places = containersIn(event[2]);
  const place = places.length === 0 || random.chance(0.2) ? undefined : random.pick(places);
  if (place === undefined) {
    // Before the delta, which must stay the last element.
    const at = 2 + random.below(event.length - 2);
    event.splice(at, at < event.length - 1 ? random.below(2) : 0, PLACEHOLDER);
  } else if (Array.isArray(place)) {
    place.splice(random.below(place.length + 1), 0, PLACEHOLDER);
  } else if (random.chance(0.15)) {
    place[PLACEHOLDER] = random.below(1000);
  } else if (random.chance(0.4) && Object.keys(place).length > 0) {
    // The anonymizer takes four numbers with dots in a property named "version" for a version, not for an address.
    const key = random.pick(Object.keys(place)).replace(/version/i, 'note');
    const known = place[key];
    // Append a line to a session description; replace any other value.
    const isLines = typeof known === 'string' && known.includes('\r\n');
    place[key] = isLines ? `${known}a=x-note:${PLACEHOLDER}\r\n` : PLACEHOLDER;
  } else {
    place[random.pick(KEYS)] = random.chance(0.1) ? { deep: [PLACEHOLDER] } : PLACEHOLDER;
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
