import type { DumpEvent } from './event.ts';

type Side = 'local' | 'remote';

interface Description {
  readonly type: string;
  /** Undefined where the dump does not say. */
  readonly sdp: string | undefined;
}

/** A call that has not been answered yet. */
interface Call {
  readonly description: Description | undefined;
  /** What a description in the answer was compressed against. */
  readonly base: Description | undefined;
}

/** Calls without an answer that are kept per connection; browsers queue them, so more is no dump of a browser. */
const MAX_CALLS = 32;

/**
 * Puts back the parts of session descriptions that the client left out. Give it every event in order.
 *
 * The client replaces a section equal to the same one (by position) of the description it had before by a bare `v=` or
 * `m=`. What it had before is `localDescription` or `remoteDescription` if that is of the same type. Before there is a
 * local description it is, for `setLocalDescription`, the offer or answer created last. So this follows the state of
 * JSEP (RFC 8829, 3.2): a call counts when it succeeds; an offer is pending until an answer comes or it is rolled back.
 *
 * A browser adds gathered candidates to its local description; those are not put back, they stand in `onicecandidate`.
 * Where the dump does not hold what a section stands for, the bare line stays.
 */
export class DescriptionDecompressor {
  readonly #connections = new Map<string | null, Negotiation>();

  /** The value of the event: with the whole SDP if it is a description, else the value itself. */
  decompress(event: Pick<DumpEvent, 'method' | 'scope' | 'value' | 'extra'>): unknown {
    const { method, scope, value, extra } = event;
    if (method === 'create' || method === 'close') {
      this.#connections.delete(scope);
      return value;
    }
    const step = STEPS.get(method);
    if (step === undefined) return value;
    let negotiation = this.#connections.get(scope);
    if (negotiation === undefined) {
      negotiation = new Negotiation();
      this.#connections.set(scope, negotiation);
    }
    const full = step(negotiation, readDescription(value), extra[0]);
    if (full?.sdp === undefined || (value as Description).sdp === full.sdp) return value;
    return { ...(value as object), sdp: full.sdp };
  }
}

/** What a method does to the negotiation; returns the description it carries, in full. */
type Step = (on: Negotiation, value: Description | undefined, call: unknown) => Description | undefined;

const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['createOfferOnSuccess', (on, value) => on.created(value)],
  ['createAnswerOnSuccess', (on, value) => on.created(value)],
  ['setLocalDescription', (on, value, call) => on.called('local', value, call)],
  ['setLocalDescriptionOnSuccess', (on, value, call) => on.succeeded('local', value, call)],
  ['setLocalDescriptionOnFailure', (on, _, call) => on.failed('local', call)],
  ['setRemoteDescription', (on, value, call) => on.called('remote', value, call)],
  ['setRemoteDescriptionOnSuccess', (on, value, call) => on.succeeded('remote', value, call)],
  ['setRemoteDescriptionOnFailure', (on, _, call) => on.failed('remote', call)],
]);

class Negotiation {
  #current: Partial<Record<Side, Description>> = {};
  #pending: Partial<Record<Side, Description>> = {};
  readonly #created = new Map<string, Description>();
  readonly #calls = new Map<string, Call>();

  created(value: Description | undefined): Description | undefined {
    if (value === undefined) return undefined;
    const full = decompressDescription(this.#description('local'), value);
    this.#created.set(full.type, full);
    return full;
  }

  called(side: Side, value: Description | undefined, id: unknown): Description | undefined {
    const base = this.#description(side);
    const created = side === 'local' && value !== undefined ? this.#created.get(value.type) : undefined;
    // Without an SDP, the browser applies what it created last.
    const full = value?.sdp ? decompressDescription(base ?? created, value) : (created ?? value);
    this.#calls.set(callKey(side, id), { description: full, base });
    if (this.#calls.size > MAX_CALLS) this.#calls.delete(this.#calls.keys().next().value as string);
    return value?.sdp ? full : undefined;
  }

  succeeded(side: Side, value: Description | undefined, id: unknown): Description | undefined {
    const call = this.#end(side, id);
    const full = value && decompressDescription(call?.base ?? this.#description(side), value);
    const applied = full ?? call?.description;
    if (applied !== undefined) this.#apply(side, applied);
    return full;
  }

  failed(side: Side, id: unknown): undefined {
    this.#end(side, id);
  }

  #end(side: Side, id: unknown): Call | undefined {
    const key = callKey(side, id);
    const call = this.#calls.get(key);
    this.#calls.delete(key);
    return call;
  }

  #description(side: Side): Description | undefined {
    return this.#pending[side] ?? this.#current[side];
  }

  #apply(side: Side, description: Description): void {
    if (side === 'local') this.#created.clear();
    const other = side === 'local' ? 'remote' : 'local';
    switch (description.type) {
      case 'offer':
        // An offer of the other side that was pending is rolled back by this one.
        this.#pending = { [side]: description };
        break;
      case 'pranswer':
        this.#pending[side] = description;
        break;
      case 'answer': {
        const offer = this.#description(other);
        this.#current = { [side]: description, ...(offer && { [other]: offer }) };
        this.#pending = {};
        break;
      }
      case 'rollback':
        this.#pending = {};
        break;
    }
  }
}

/** Calls carry a correlation id (`6-0`); in dumps of Chromium they do not, and one of a kind is under way at a time. */
function callKey(side: Side, id: unknown): string {
  return typeof id === 'string' ? `${side} ${id}` : side;
}

/** Puts the sections of `base` where `description` has bare ones. */
function decompressDescription(base: Description | undefined, description: Description): Description {
  if (base?.sdp === undefined || base.type !== description.type || !description.sdp) return description;
  const known = sections(base.sdp);
  let replaced = false;
  const full = sections(description.sdp).map((section, index) => {
    const replacement = section === (index === 0 ? 'v=' : 'm=') ? known[index] : undefined;
    replaced ||= replacement !== undefined;
    return replacement ?? section;
  });
  return replaced ? { ...description, sdp: `${full.join('\r\n')}\r\n` } : description;
}

/** The session part and the media sections, without the line break at the end of each. */
function sections(sdp: string): string[] {
  return sdp.split(/\n(?=m=)/).map((section) => section.trimEnd());
}

function readDescription(value: unknown): Description | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, sdp } = value as { type?: unknown; sdp?: unknown };
  if (typeof type !== 'string' || (sdp !== undefined && typeof sdp !== 'string')) return undefined;
  return { type, sdp };
}
