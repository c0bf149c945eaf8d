import { jsonOf, listOf } from './internals-places.ts';
import { trackOf } from './internals-values.ts';
import { isObject, type JsonObject } from './json-object.ts';

/** A call for media, or its result, as rtcstats sends it. */
export interface MediaEvent {
  readonly method: string;
  readonly value: unknown;
  /** Connects a result with its call. */
  readonly id: string;
}

const CALLS: ReadonlySet<unknown> = new Set(['getUserMedia', 'getDisplayMedia']);
const KINDS = ['audio', 'video'] as const;

/** The event of an entry of `getUserMedia`, which has calls of getDisplayMedia too. */
export function mediaEvent(entry: JsonObject): MediaEvent {
  // Earlier versions of Chromium recorded only calls of getUserMedia, without saying so.
  const name = CALLS.has(entry['request_type']) ? String(entry['request_type']) : 'getUserMedia';
  const method = `navigator.mediaDevices.${name}`;
  const id = [entry['pid'], entry['rid'], entry['request_id']].map((part) => String(part ?? '')).join('-');
  if (typeof entry['error'] === 'string') {
    return {
      method: `${method}OnFailure`,
      value: [entry['error'], entry['error_message']].filter(Boolean).join(': '),
      id,
    };
  }
  if (entry['stream_id'] !== undefined) return { method: `${method}OnSuccess`, value: tracksOf(entry), id };
  return { method, value: constraintsOf(entry), id };
}

/** The labels of all tracks that the page was given, by their ids. */
export function trackLabels(entries: unknown): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const entry of listOf(entries)) {
    for (const kind of KINDS) {
      const { id, label } = trackInfo(entry, kind) ?? {};
      if (typeof id === 'string' && typeof label === 'string') labels.set(id, label);
    }
  }
  return labels;
}

function tracksOf(entry: JsonObject): unknown[] {
  return KINDS.flatMap((kind) => {
    const info = trackInfo(entry, kind);
    return info ? [trackOf(kind, info['id'], [entry['stream_id']], NO_LABELS, info['label'])] : [];
  });
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();
/** `id:645b… label:Fake Audio Input`, as earlier versions wrote it. */
const INFO = /^id:(\S{1,128}) label:(.*)$/s;

function trackInfo(entry: JsonObject, kind: string): JsonObject | undefined {
  const text = entry[`${kind}_track_info`];
  if (typeof text !== 'string' || text === '') return undefined;
  const value = jsonOf(text);
  if (isObject(value)) return value;
  const match = INFO.exec(text);
  return match ? { id: match[1], label: match[2] } : undefined;
}

/** An empty text stands for `true`; a kind that was not asked for is missing. */
function constraintsOf(entry: JsonObject): JsonObject {
  return Object.fromEntries(
    KINDS.filter((kind) => typeof entry[kind] === 'string').map((kind) => {
      const text = entry[kind] as string;
      return [kind, text === '' ? true : (jsonOf(text) ?? text)];
    }),
  );
}
