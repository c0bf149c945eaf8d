import { DescriptionDecompressor, type DumpEvent } from '@rtcstats-server/dump';
import { type MediaSection, mediaSections } from './media-sections.ts';

/** What both sides agreed on for a media section, seen from the recorded client. */
export interface NegotiatedSection {
  readonly kind: string;
  readonly mid: string | undefined;
  readonly sends: boolean;
  readonly receives: boolean;
  /** The answer rejected the section, which was never accepted before. */
  readonly isRejected: boolean;
  /** What the offer and the answer wanted to send, and whether they named a stream. */
  readonly local: MediaSection;
  readonly remote: MediaSection;
}

type Side = 'local' | 'remote';

/** A description whose sections are read on demand: that of a call matters only if its result has none. */
class Description {
  readonly type: string;
  readonly #sdp: unknown;
  #sections: readonly MediaSection[] | undefined;

  constructor(type: string, sdp: unknown) {
    this.type = type;
    this.#sdp = sdp;
  }

  get sections(): readonly MediaSection[] {
    this.#sections ??= typeof this.#sdp === 'string' ? mediaSections(this.#sdp) : [];
    return this.#sections;
  }
}

const CALLS: ReadonlyMap<string, Side> = new Map([
  ['setLocalDescription', 'local'],
  ['setRemoteDescription', 'remote'],
]);
const SUCCESSES: ReadonlyMap<string, Side> = suffixed('OnSuccess');
const FAILURES: ReadonlyMap<string, Side> = suffixed('OnFailure');

function suffixed(suffix: string): ReadonlyMap<string, Side> {
  return new Map(Array.from(CALLS, ([method, side]) => [method + suffix, side]));
}

/** A call of setLocalDescription or setRemoteDescription that failed, or succeeded. */
export interface DescriptionResult {
  readonly side: Side;
  /** `offer`, `answer`, `pranswer` or `rollback`; undefined if the dump does not say. */
  readonly type: string | undefined;
}

/** Follows the offers and answers of one connection (RFC 8829, section 3.2). */
export class Negotiation {
  /** The sections after the last answer. */
  sections: readonly NegotiatedSection[] = [];
  /** Whether a description had a section for audio or video. */
  hasMedia = false;
  /** The most candidates in a description of the remote peer. */
  remoteCandidates = 0;
  /** Time of the last answer that was applied. */
  settledAt: number | undefined;
  readonly #decompressor = new DescriptionDecompressor();
  readonly #calls: Partial<Record<Side, Description | undefined>> = {};
  readonly #applied: Partial<Record<Side, Description>> = {};
  /** `mid` of sections that were accepted once; a later port 0 means that they were stopped. */
  readonly #accepted = new Set<string>();

  /** Applies an event; returns what a completed call was about. */
  add(event: DumpEvent): DescriptionResult | undefined {
    const value = this.#decompressor.decompress(event);
    const side = CALLS.get(event.method);
    if (side !== undefined) {
      this.#calls[side] = descriptionOf(value);
      return undefined;
    }
    const failed = FAILURES.get(event.method);
    if (failed !== undefined) return { side: failed, type: this.#calls[failed]?.type };
    const succeeded = SUCCESSES.get(event.method);
    if (succeeded === undefined) return undefined;
    const description = descriptionOf(value) ?? this.#calls[succeeded];
    if (description !== undefined) this.#apply(succeeded, description, event.time);
    return { side: succeeded, type: description?.type };
  }

  #apply(side: Side, description: Description, time: number): void {
    if (description.type === 'rollback') return;
    this.#applied[side] = description;
    this.hasMedia ||= description.sections.some(({ kind }) => kind === 'audio' || kind === 'video');
    if (side === 'remote') {
      const count = description.sections.reduce((sum, { candidates }) => sum + candidates, 0);
      this.remoteCandidates = Math.max(this.remoteCandidates, count);
    }
    if (description.type !== 'answer') return;
    const { local, remote } = this.#applied;
    if (local === undefined || remote === undefined) return;
    this.settledAt = time;
    const count = Math.min(local.sections.length, remote.sections.length);
    this.sections = Array.from({ length: count }, (_, index) =>
      this.#negotiated(local.sections[index]!, remote.sections[index]!, side),
    );
  }

  #negotiated(local: MediaSection, remote: MediaSection, answerer: Side): NegotiatedSection {
    const answer = answerer === 'local' ? local : remote;
    const offer = answerer === 'local' ? remote : local;
    const key = offer.mid ?? answer.mid ?? '';
    const isRejected = answer.isPortZero && answer.kind !== '' && !this.#accepted.has(key);
    if (!answer.isPortZero) this.#accepted.add(key);
    return {
      kind: offer.kind || answer.kind,
      mid: offer.mid ?? answer.mid,
      sends: !answer.isPortZero && local.sends && remote.receives,
      receives: !answer.isPortZero && local.receives && remote.sends,
      isRejected,
      local,
      remote,
    };
  }
}

function descriptionOf(value: unknown): Description | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, sdp } = value as { type?: unknown; sdp?: unknown };
  if (typeof type !== 'string') return undefined;
  return new Description(type, sdp);
}
