import type { DumpEvent } from '@rtcstats-server/dump';
import { CandidateAddresses } from './candidate-addresses.ts';
import { type IceServers, iceServersOf, isTurn, NO_SERVERS } from './ice-servers.ts';
import { type DescriptionResult, Negotiation } from './negotiation.ts';

/** Times of a connection in milliseconds since the epoch; undefined for what did not happen. */
export interface Milestones {
  /** First event of the connection. */
  first: number;
  offer: number | undefined;
  /** First time that both descriptions were set. */
  negotiated: number | undefined;
  gatheringStarted: number | undefined;
  gatheringComplete: number | undefined;
  checking: number | undefined;
  iceConnected: number | undefined;
  connected: number | undefined;
  firstMedia: number | undefined;
  failed: number | undefined;
  closed: number | undefined;
  last: number;
}

/** An error of a STUN or TURN server (`icecandidateerror`). */
export interface ServerError {
  readonly isTurn: boolean;
  /** Code of STUN (RFC 8489, section 14.8), or 701 if the server could not be reached. */
  readonly code: number;
  readonly time: number;
}

/** Candidates by type, counted. */
export interface CandidateCounts {
  host: number;
  srflx: number;
  prflx: number;
  relay: number;
}

const MAX_SERVER_ERRORS = 64;
const MAX_TRACKS = 1000;

/** What happened to one connection, from its events. */
export class ConnectionFacts {
  readonly id: string;
  readonly times: Milestones;
  servers: IceServers = NO_SERVERS;
  signaling = 'stable';
  ice = 'new';
  connection = 'new';
  readonly addresses = new CandidateAddresses();
  readonly local: CandidateCounts = { host: 0, srflx: 0, prflx: 0, relay: 0 };
  readonly serverErrors: ServerError[] = [];
  readonly negotiation = new Negotiation();
  /** Kinds of local tracks that were added and not removed, by track id. */
  readonly localTracks = new Map<string, string>();
  /** Kinds of remote tracks, by track id. */
  readonly remoteTracks = new Map<string, string>();
  /** Ids of tracks by the ids of their senders. */
  readonly #senders = new Map<string, string>();
  #lastTrack: string | undefined;
  /** What the event that was added last completed. */
  completed: DescriptionResult | undefined;
  restarts = 0;
  #trickled = 0;

  constructor(id: string, time: number) {
    this.id = id;
    this.times = {
      first: time,
      offer: undefined,
      negotiated: undefined,
      gatheringStarted: undefined,
      gatheringComplete: undefined,
      checking: undefined,
      iceConnected: undefined,
      connected: undefined,
      firstMedia: undefined,
      failed: undefined,
      closed: undefined,
      last: time,
    };
  }

  /** Number of candidates of the remote peer, trickled or in its description. */
  get remoteCandidates(): number {
    return this.#trickled + this.negotiation.remoteCandidates;
  }

  /** Whether media can flow: browsers without `connectionState` only report ICE. */
  get isConnected(): boolean {
    return (
      this.connection === 'connected' ||
      (this.connection === 'new' && (this.ice === 'connected' || this.ice === 'completed'))
    );
  }

  add(event: DumpEvent): void {
    const { method, value, time } = event;
    const { times } = this;
    times.last = Math.max(times.last, time);
    this.completed = this.negotiation.add(event);
    if (this.negotiation.settledAt !== undefined) times.negotiated ??= this.negotiation.settledAt;
    switch (method) {
      case 'create':
      case 'setConfiguration':
        this.servers = iceServersOf(value);
        break;
      case 'createOffer':
        times.offer ??= time;
        break;
      case 'setLocalDescription':
      case 'setRemoteDescription':
        times.offer ??= time;
        break;
      case 'onicecandidate':
        this.#localCandidate(value);
        this.addresses.add('local', candidateOf(value), event.extra);
        break;
      case 'addIceCandidate':
        this.addresses.add('remote', candidateOf(value), event.extra);
        if (candidateOf(value) !== '') this.#trickled += 1;
        break;
      case 'onicecandidateerror':
        this.#serverError(value, time);
        break;
      case 'restartIce':
        this.restarts += 1;
        break;
      case 'addTrack':
      case 'addTransceiver':
        this.#track(Array.isArray(value) && Array.isArray(value[0]) ? value[0] : value);
        break;
      case 'addTrackOnSuccess':
        if (typeof event.extra[0] === 'string' && this.#lastTrack) this.#senders.set(event.extra[0], this.#lastTrack);
        break;
      case 'removeTrack':
        if (typeof value === 'string') this.localTracks.delete(this.#senders.get(value) ?? '');
        break;
      case 'ontrack':
        remember(this.remoteTracks, value);
        break;
      case 'replaceTrack':
        this.#replace(value);
        break;
      case 'close':
        times.closed ??= time;
        break;
      default:
        this.#state(method, value, time);
    }
  }

  #state(method: string, value: unknown, time: number): void {
    if (typeof value !== 'string') return;
    // Chromium itself writes quoted states.
    const state = value.replaceAll('"', '');
    const { times } = this;
    switch (method) {
      case 'onsignalingstatechange':
        this.signaling = state;
        break;
      case 'oniceconnectionstatechange':
        this.ice = state;
        if (state === 'checking') times.checking ??= time;
        if (state === 'connected' || state === 'completed') times.iceConnected ??= time;
        if (state === 'failed') times.failed ??= time;
        break;
      case 'onconnectionstatechange':
        this.connection = state;
        if (state === 'connected') times.connected ??= time;
        if (state === 'failed') times.failed ??= time;
        break;
      case 'onicegatheringstatechange':
        if (state === 'gathering') times.gatheringStarted ??= time;
        if (state === 'complete') times.gatheringComplete ??= time;
        break;
    }
  }

  #localCandidate(value: unknown): void {
    const type = /\btyp (host|srflx|prflx|relay)\b/.exec(candidateOf(value))?.[1];
    if (type !== undefined) this.local[type as keyof CandidateCounts] += 1;
  }

  #serverError(value: unknown, time: number): void {
    if (typeof value !== 'object' || value === null || this.serverErrors.length >= MAX_SERVER_ERRORS) return;
    const { url, errorCode } = value as { url?: unknown; errorCode?: unknown };
    if (typeof errorCode !== 'number') return;
    // Without a URL, as in some anonymized dumps, the configuration tells which kind of server it can be.
    const known = typeof url === 'string' && url !== '' ? isTurn(url) : this.servers.hasTurn;
    this.serverErrors.push({ isTurn: known, code: errorCode, time });
  }

  #track(value: unknown): void {
    this.#lastTrack = remember(this.localTracks, value) ?? this.#lastTrack;
  }

  #replace(value: unknown): void {
    if (!Array.isArray(value)) return;
    const [before, after] = value as unknown[];
    if (Array.isArray(before) && typeof before[1] === 'string') this.localTracks.delete(before[1]);
    this.#track(after);
  }
}

function candidateOf(value: unknown): string {
  const candidate = (value as { candidate?: unknown } | null | undefined)?.candidate;
  return typeof candidate === 'string' ? candidate : '';
}

/** Notes a track, which is `[kind, id, label, ...streams]`; returns its id. */
function remember(tracks: Map<string, string>, value: unknown): string | undefined {
  if (!Array.isArray(value) || tracks.size >= MAX_TRACKS) return undefined;
  const [kind, id] = value as unknown[];
  if (typeof kind !== 'string' || typeof id !== 'string') return undefined;
  tracks.set(id, kind);
  return id;
}
