import { methodCode, PROTOCOL } from '@rtcstats-server/dump';
import { StatsDelta } from './stats-delta.ts';

const STATS_INTERVAL_MS = 1000;
/** Methods of a connection whose calls are recorded, with their first argument and their outcome. */
const METHODS = [
  'createOffer',
  'createAnswer',
  'setLocalDescription',
  'setRemoteDescription',
  'addIceCandidate',
] as const;
const STATES = {
  signalingstatechange: 'signalingState',
  iceconnectionstatechange: 'iceConnectionState',
  connectionstatechange: 'connectionState',
  icegatheringstatechange: 'iceGatheringState',
} as const satisfies Record<string, keyof RTCPeerConnection>;

/**
 * Records the peer connections of this page and sends events to a gateway as they happen, like rtcstats-js: one message
 * `[method, scope, value, …extra, delta]` for each call and event.
 */
export class Recorder {
  readonly #socket: WebSocket;
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #last = 0;
  #pending: string[] = [];
  #calls = 0;
  /** Number of messages so far. */
  sent = 0;
  /** Resolves to the close code. */
  readonly closed: Promise<number>;

  constructor(url: string) {
    this.#socket = new WebSocket(url, PROTOCOL);
    this.closed = new Promise((resolve) => {
      this.#socket.addEventListener('close', ({ code }) => resolve(code));
    });
    this.#socket.addEventListener('open', () => {
      for (const message of this.#pending) this.#socket.send(message);
      this.#pending = [];
    });
  }

  /** Records one event. Messages are buffered until the socket is open. */
  record(method: string, scope: string | null, value: unknown, ...extra: unknown[]): void {
    const now = Date.now();
    const message = JSON.stringify([methodCode(method), scope, value ?? null, ...extra, now - this.#last]);
    this.#last = now;
    this.sent += 1;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
    else if (this.#socket.readyState === WebSocket.CONNECTING) this.#pending.push(message);
  }

  /** Records a call of an asynchronous function, and its result or error. */
  async call<T>(method: string, value: unknown, make: () => Promise<T>, outcome: (result: T) => unknown): Promise<T> {
    const id = this.#callId();
    this.record(method, null, value, id);
    try {
      const result = await make();
      this.record(`${method}OnSuccess`, null, outcome(result), id);
      return result;
    } catch (error) {
      this.record(`${method}OnFailure`, null, String(error), id);
      throw error;
    }
  }

  /** Records the calls and events of a connection. Call it before using the connection. */
  watch(connection: RTCPeerConnection, scope: string, configuration: RTCConfiguration): void {
    this.record('create', scope, configuration);
    for (const method of METHODS) this.#wrap(connection, scope, method);
    this.#watchTracks(connection, scope);
    for (const [event, state] of Object.entries(STATES)) {
      connection.addEventListener(event, () => this.record(`on${event}`, scope, connection[state]));
    }
    connection.addEventListener('icecandidate', ({ candidate }) => this.record('onicecandidate', scope, candidate));
    connection.addEventListener('icecandidateerror', ({ url, errorCode, errorText, address, port }) =>
      this.record('onicecandidateerror', scope, { url, errorCode, errorText, address, port }),
    );
    connection.addEventListener('negotiationneeded', () => this.record('onnegotiationneeded', scope, null));
    const close = connection.close.bind(connection);
    connection.close = () => {
      this.record('close', scope, null);
      close();
    };
    this.#watchStats(connection, scope);
  }

  /** Closes the socket. Resolves to the close code after the gateway has received all messages. */
  async end(): Promise<number> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#socket.close(1000);
    return await this.closed;
  }

  #wrap(connection: RTCPeerConnection, scope: string, method: (typeof METHODS)[number]): void {
    const original = connection[method].bind(connection) as (...parameters: unknown[]) => Promise<unknown>;
    const recorded = async (...parameters: unknown[]): Promise<unknown> => {
      const id = this.#callId();
      this.record(method, scope, parameters[0], id);
      try {
        const result = await original(...parameters);
        this.record(`${method}OnSuccess`, scope, method.startsWith('create') ? result : null, id);
        return result;
      } catch (error) {
        this.record(`${method}OnFailure`, scope, String(error), id);
        throw error;
      }
    };
    Object.assign(connection, { [method]: recorded });
  }

  #watchTracks(connection: RTCPeerConnection, scope: string): void {
    const addTrack = connection.addTrack.bind(connection);
    connection.addTrack = (track, ...streams) => {
      this.record('addTrack', scope, describeTrack(track, ...streams));
      return addTrack(track, ...streams);
    };
    connection.addEventListener('track', ({ track, streams }) =>
      this.record('ontrack', scope, describeTrack(track, ...streams)),
    );
  }

  #watchStats(connection: RTCPeerConnection, scope: string): void {
    const delta = new StatsDelta();
    const take = async (): Promise<void> => {
      // Like rtcstats-js: there is nothing to see before the connection works or has failed.
      if (['new', 'connecting', 'closed'].includes(connection.connectionState)) return;
      const stats = await connection.getStats();
      this.record('getStats', scope, delta.next([...stats.entries()]));
    };
    this.#timers.push(setInterval(() => void take(), STATS_INTERVAL_MS));
  }

  #callId(): string {
    this.#calls += 1;
    return `call-${this.#calls}`;
  }
}

/** A track in the format of the protocol: `[kind, id, label, ...streams]`. */
export function describeTrack(track: MediaStreamTrack, ...streams: readonly MediaStream[]): string[] {
  return [track.kind, track.id, track.label, ...streams.map(({ id }) => id)];
}
