import type { SessionIdentity } from '@rtcstats-server/dump';
import type { Conversion, Converted, ProtocolEvent } from './contract.ts';
import { Events } from './events.ts';
import { isObject, type JsonObject, parseMessage } from './parse.ts';
import { Statistics } from './statistics.ts';

/** The types of messages that this client sends. */
const EVENT_TYPES: readonly unknown[] = ['identity', 'stats-entry'];
const OTHER_TYPES: readonly unknown[] = ['keepalive', 'close'];

/**
 * The client keeps events until they are acknowledged, and sends the others again when it reconnects. Its statistics
 * are deltas from the first ones, so a dump can only be read in full if it begins with them: a session within these
 * limits is repeated as a whole. More must not be kept, because it takes memory of the page, and because a client that
 * is not connected takes no further events once it keeps 1000.
 */
const MAX_UNACKNOWLEDGED = 500;
const MAX_UNACKNOWLEDGED_BYTES = 4 * 1024 * 1024;

/**
 * Properties of Jitsi's identity, by the name that they have in this protocol; the first one that has a text counts.
 */
const IDENTITY: Readonly<Record<keyof SessionIdentity, readonly string[]>> = {
  user: ['user', 'displayName', 'userId'],
  conference: ['conference', 'confName'],
  session: ['session', 'meetingUniqueId'],
};

/**
 * `@jitsi/rtcstats` 9, with the subprotocols 3.1_STANDARD and 3.1_LEGACY. A message is `{statsSessionId, type, data}`,
 * with an event `[method, scope, value, time, sequence number]` as `data`, as JSON text except for `identity`. Versions
 * up to 9.4 send no sequence number.
 */
export class Jitsi implements Conversion {
  /** `sn`: the number of the last event that the server has. Each connection begins a dump of its own. */
  readonly greeting: string = acknowledgment(0, 'initial');
  readonly #events = new Events(new Statistics(true));
  #unacknowledged = 0;
  #unacknowledgedBytes = 0;

  convert(message: unknown, bytes: number): Converted {
    if (!isMessage(message)) return { dropped: 'notEvent' };
    const { data } = message;
    if (OTHER_TYPES.includes(message['type'])) return { events: [] };
    const parsed = typeof data === 'string' ? parseMessage(data) : { value: data };
    if (parsed.dropped !== undefined) return { dropped: parsed.dropped };
    if (!Array.isArray(parsed.value)) return { dropped: 'notEvent' };
    const elements: readonly unknown[] = parsed.value;
    const number = sequenceNumber(elements);
    const event = this.#event(elements, number === undefined ? -1 : -2);
    return { ...(event ? { events: [event] } : { dropped: 'notEvent' }), ...this.#answer(number, bytes) };
  }

  #event(elements: readonly unknown[], timeAt: number): ProtocolEvent | undefined {
    const [method, scope, value, ...rest] = elements.slice(0, timeAt);
    const own = method === 'identity' && isObject(value) ? identity(value) : value;
    return this.#events.convert([method, scope, own, ...rest], elements.at(timeAt));
  }

  #answer(number: number | undefined, bytes: number): { readonly answer?: string } {
    this.#unacknowledged++;
    this.#unacknowledgedBytes += bytes;
    const isWithin = this.#unacknowledged < MAX_UNACKNOWLEDGED && this.#unacknowledgedBytes < MAX_UNACKNOWLEDGED_BYTES;
    if (number === undefined || isWithin) return {};
    this.#unacknowledged = 0;
    this.#unacknowledgedBytes = 0;
    return { answer: acknowledgment(number) };
  }
}

/** Whether this is a message of the protocol, for clients with an unknown subprotocol. */
export function isMessage(message: unknown): message is JsonObject {
  if (!isObject(message) || typeof message['statsSessionId'] !== 'string') return false;
  return EVENT_TYPES.includes(message['type']) || OTHER_TYPES.includes(message['type']);
}

function acknowledgment(value: number, state?: 'initial'): string {
  return JSON.stringify({ type: 'sn', body: { value, state } });
}

/** A small number behind the time of an event. */
function sequenceNumber(elements: readonly unknown[]): number | undefined {
  const [time, number] = elements.slice(-2);
  return Number.isSafeInteger(number) && typeof time === 'number' && time > (number as number)
    ? (number as number)
    : undefined;
}

/**
 * The identity under the names that the session looks for. Other properties are kept, and anonymized like any other.
 */
function identity(given: JsonObject): JsonObject {
  const own: [string, unknown][] = [];
  const rest = { ...given };
  for (const [name, candidates] of Object.entries(IDENTITY)) {
    const from = candidates.find((key) => typeof given[key] === 'string' && given[key] !== '');
    if (from === undefined) continue;
    own.push([name, given[from]]);
    delete rest[from];
  }
  return { ...rest, ...Object.fromEntries(own) };
}
