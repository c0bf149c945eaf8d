import type { CanarySession } from '../gateway/ports.ts';
import { type CanaryPlan, messageOfDelta, type PlannedMessage, type PlantedValue } from '../plan/plan.ts';

export interface StoredLine {
  /** The number of the line in the dump, from 1. */
  readonly line: number;
  readonly json: unknown;
}

/** The parts of a dump and its catalog entry that correspond to a plan. */
export interface StoredEvents {
  /** By the number of the message, which is the delta of its event. */
  readonly lines: ReadonlyMap<number, StoredLine>;
  /** Texts of the upgrade request, and what is stored for them. */
  readonly request: readonly (readonly [sent: string, stored: string])[];
  readonly plantedValues: ReadonlyMap<number | null, readonly PlantedValue[]>;
}

/** The catalog's names for the identity of a session. */
export type StoredIdentity = Pick<CanarySession, 'user' | 'conference' | 'session'>;

/** Matches the lines of a dump to the messages of the plan. */
export function storedEvents(plan: CanaryPlan, lines: readonly string[], identity: StoredIdentity): StoredEvents {
  const events = lines.slice(2).map((text, index): [unknown, StoredLine] => {
    const json: unknown = parse(text);
    // The gateway appends this event itself. Its last element is not the number of a message.
    const isClose = Array.isArray(json) && json[0] === 'close' && json[1] === null;
    return [Array.isArray(json) && !isClose ? messageOfDelta(json.at(-1)) : undefined, { line: index + 3, json }];
  });
  const metadata = (parse(lines[1] ?? '') ?? {}) as Readonly<Record<string, unknown>>;
  const { path, headers, protocols } = plan.request;
  const request: [string | undefined, unknown][] = [
    [path, metadata['url']],
    [headers['origin'], metadata['origin']],
    [headers['user-agent'], metadata['userAgent']],
    [protocols[0], metadata['clientProtocol']],
    [plan.identity.user, identity.user],
    [plan.identity.conference, identity.conference],
    [plan.identity.session, identity.session],
  ];
  return {
    lines: new Map(events.filter((entry): entry is [number, StoredLine] => typeof entry[0] === 'number')),
    request: request.filter((pair): pair is [string, string] => pair.every((text) => typeof text === 'string')),
    plantedValues: Map.groupBy(plan.plantedValues, ({ message }) => message),
  };
}

/**
 * The text that replaced a planted value in the dump, or `null` if it cannot be determined. It makes the report easier
 * to read; whether a value leaked does not depend on it.
 */
export function replacementOf(
  planted: PlantedValue,
  message: PlannedMessage | undefined,
  stored: StoredEvents,
): string | null {
  const neighbors = stored.plantedValues.get(planted.message) ?? [];
  if (planted.message === null) {
    // The identity is in the path's query too. Shorter texts come first because they show its replacement alone.
    const pairs = [...stored.request].sort(([a], [b]) => a.length - b.length);
    for (const [sent, clean] of pairs) {
      const found = replacementIn(sent, clean, planted, neighbors);
      if (found !== null) return found;
    }
    return null;
  }
  const line = stored.lines.get(planted.message);
  if (line === undefined || typeof message?.data !== 'string') return null;
  const sent = textsOf(parse(message.data));
  const clean = textsOf(line.json);
  // The gateway never changes structure and order, so texts correspond by position.
  if (sent.length !== clean.length) return null;
  for (const [index, text] of sent.entries()) {
    const found = replacementIn(text, clean[index]!, planted, neighbors);
    if (found !== null) return found;
  }
  return null;
}

/** All keys and values of a JSON value, one per line. */
export function readableText(json: unknown): string {
  return textsOf(json).join('\n');
}

/** Keys and values in their order. */
function textsOf(json: unknown): string[] {
  if (Array.isArray(json)) return json.flatMap(textsOf);
  if (typeof json === 'object' && json !== null) {
    return Object.entries(json).flatMap(([key, value]) => [key, ...textsOf(value)]);
  }
  return [String(json)];
}

/**
 * Finds the replacement in one text: walks through the values that are planted in it, and takes what the clean text has
 * between the same unchanged surroundings.
 */
function replacementIn(
  sent: string,
  clean: string,
  planted: PlantedValue,
  neighbors: readonly PlantedValue[],
): string | null {
  if (!sent.includes(planted.text)) return null;
  const inside = neighbors
    .filter(({ value, text }) => value !== null && sent.includes(text))
    .sort((a, b) => sent.indexOf(a.text) - sent.indexOf(b.text));
  let sentAt = 0;
  let cleanAt = 0;
  for (const [index, { text }] of inside.entries()) {
    const start = sent.indexOf(text, sentAt);
    if (start < 0) return null;
    const before = sent.slice(sentAt, start);
    if (!clean.startsWith(before, cleanAt)) return null;
    cleanAt += before.length;
    sentAt = start + text.length;
    const next = inside[index + 1];
    const after = next === undefined ? sent.slice(sentAt) : sent.slice(sentAt, sent.indexOf(next.text, sentAt));
    const end = endOfReplacement(clean, cleanAt, text, after, next === undefined);
    if (end < cleanAt || (after !== '' && !clean.startsWith(after, end))) return null;
    if (text === planted.text) return clean.slice(cleanAt, end);
    cleanAt = end;
  }
  return null;
}

/** A value that was kept is matched as a whole first, because the text after it may occur inside it. */
function endOfReplacement(clean: string, from: number, text: string, after: string, isLast: boolean): number {
  if (clean.startsWith(text + after, from)) return from + text.length;
  return isLast ? clean.length - after.length : clean.indexOf(after, from);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
