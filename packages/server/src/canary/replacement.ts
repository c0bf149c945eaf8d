import type { SessionRow } from '../catalog/sessions.ts';
import type { CanaryPlan, PlannedMessage, Plant } from './canary.ts';

export interface StoredLine {
  /** In the dump, from 1. */
  readonly line: number;
  readonly json: unknown;
}

/** What the dump and the catalog have of a plan. */
export interface StoredEvents {
  /** By the number of the message, which is its delta. */
  readonly lines: ReadonlyMap<number, StoredLine>;
  /** What the request said, and what stands for it. */
  readonly request: readonly (readonly [sent: string, stored: string])[];
  readonly plants: ReadonlyMap<number | null, readonly Plant[]>;
}

export function storedEvents(plan: CanaryPlan, lines: readonly string[], row: SessionRow): StoredEvents {
  const events = lines.slice(2).map((text, index): [unknown, StoredLine] => {
    const json: unknown = parse(text);
    const isClose = Array.isArray(json) && json[0] === 'close' && json[1] === null;
    return [Array.isArray(json) && !isClose ? json.at(-1) : undefined, { line: index + 3, json }];
  });
  const metadata = (parse(lines[1] ?? '') ?? {}) as Readonly<Record<string, unknown>>;
  const { path, headers, protocols } = plan.request;
  const request: [string | undefined, unknown][] = [
    [path, metadata['url']],
    [headers['origin'], metadata['origin']],
    [headers['user-agent'], metadata['userAgent']],
    [protocols[0], metadata['clientProtocol']],
    [plan.identity.user, row.user],
    [plan.identity.conference, row.conference],
    [plan.identity.session, row.session],
  ];
  return {
    lines: new Map(events.filter((entry): entry is [number, StoredLine] => typeof entry[0] === 'number')),
    request: request.filter((pair): pair is [string, string] => pair.every((text) => typeof text === 'string')),
    plants: Map.groupBy(plan.plants, ({ message }) => message),
  };
}

/** What stands in the dump for what was planted, `null` where that cannot be told. Only for people to read: nothing is judged by it. */
export function becameOf(plant: Plant, message: PlannedMessage | undefined, stored: StoredEvents): string | null {
  const plants = stored.plants.get(plant.message) ?? [];
  if (plant.message === null) {
    // The whole text first: the query holds the identity too, in which there is more to see than in the path.
    const pairs = [...stored.request].sort(([a], [b]) => a.length - b.length);
    for (const [sent, clean] of pairs) {
      const found = replacementIn(sent, clean, plant, plants);
      if (found !== null) return found;
    }
    return null;
  }
  const line = stored.lines.get(plant.message);
  if (line === undefined || typeof message?.data !== 'string') return null;
  const sent = textsOf(parse(message.data));
  const clean = textsOf(line.json);
  // Structure and order are never changed, so texts correspond by their position.
  if (sent.length !== clean.length) return null;
  for (const [index, text] of sent.entries()) {
    const found = replacementIn(text, clean[index]!, plant, plants);
    if (found !== null) return found;
  }
  return null;
}

/** Everything that can be read in a JSON value. */
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

/** What stands between the same neighbours. */
function replacementIn(sent: string, clean: string, plant: Plant, plants: readonly Plant[]): string | null {
  if (!sent.includes(plant.text)) return null;
  const inside = plants
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
    if (text === plant.text) return clean.slice(cleanAt, end);
    cleanAt = end;
  }
  return null;
}

/** What was planted may have stayed, and what follows may stand in it. */
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
