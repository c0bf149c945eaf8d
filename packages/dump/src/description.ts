import type { DumpEvent } from './event.ts';

type Side = 'local' | 'remote';

/** A session description. */
interface Description {
  readonly type: string;
  /** Undefined if the dump does not contain it. */
  readonly sdp: string | undefined;
}

/** A call of setLocalDescription or setRemoteDescription that has not completed yet. */
interface Call {
  readonly description: Description | undefined;
  /** The description that the one in the result is compressed against. */
  readonly base: Description | undefined;
}

/** Maximum pending calls per connection. Browsers run these calls one after the other, so real dumps have few. */
const MAX_CALLS = 32;

/**
 * Restores the parts of session descriptions that the client left out. Pass it every event in order.
 *
 * The client compares a description with a base, section by section, and replaces a section that did not change by a
 * bare `v=` or `m=`. The base is the `localDescription` or `remoteDescription` of the same type. For the first
 * `setLocalDescription` of a connection it is the offer or answer created last. To know the base, this class follows
 * the state machine of JSEP (RFC 8829, section 3.2): a call takes effect when it succeeds; an offer is pending until an
 * answer arrives or it is rolled back.
 *
 * Browsers add gathered candidates to their local description. These are not restored; they are in `onicecandidate`. If
 * the dump does not contain the content of a section, the bare line stays.
 */
export class DescriptionDecompressor {
  readonly #connections = new Map<string | null, Negotiation>();

  /** Returns the value of the event: with the complete SDP if it is a session description, otherwise unchanged. */
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

/** Applies an event to the negotiation. Returns its description in full, if it has one. */
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

/** The descriptions of one peer connection. */
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
    // Without an SDP, the browser applies the description that it created last.
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
        // This rolls back a pending offer of the other peer.
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

/**
 * The key of a pending call. Calls have a correlation id (`6-0`), except in dumps made by Chromium, where only one call
 * of a kind is pending at a time.
 */
function callKey(side: Side, id: unknown): string {
  return typeof id === 'string' ? `${side} ${id}` : side;
}

/** Replaces bare sections of `description` by those of `base`. */
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

/** The session section and the media sections, without trailing line breaks. */
function sections(sdp: string): string[] {
  return sdp.split(/\n(?=m=)/).map((section) => section.trimEnd());
}

function readDescription(value: unknown): Description | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, sdp } = value as { type?: unknown; sdp?: unknown };
  if (typeof type !== 'string' || (sdp !== undefined && typeof sdp !== 'string')) return undefined;
  return { type, sdp };
}
