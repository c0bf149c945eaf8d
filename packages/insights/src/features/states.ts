import type { DumpEvent } from '@rtcstats-server/dump';
import { present, stateOf } from './values.ts';

/** The time from one state to another, once. */
class Transition {
  readonly #from: string;
  readonly #to: string;
  #start: number | undefined;
  duration: number | undefined;
  reached = false;

  constructor(from: string, to: string) {
    this.#from = from;
    this.#to = to;
  }

  add(state: string | undefined, time: number): void {
    if (state === this.#from) this.#start ??= time;
    if (state !== this.#to) return;
    this.reached = true;
    if (this.#start !== undefined) this.duration ??= time - this.#start;
  }
}

/** Features of a connection that come from the number and the time of its events, and from its states. */
export class States {
  readonly #start: number;
  #end: number;
  #closed = false;
  #events = 0;
  #getStats = 0;
  #negotiations = 0;
  #signalingState: string | undefined;
  readonly #connection = new Transition('connecting', 'connected');
  readonly #ice = new Transition('checking', 'connected');

  constructor(start: number) {
    this.#start = start;
    this.#end = start;
  }

  /** Time of the first event of the connection. */
  get start(): number {
    return this.#start;
  }

  /** Whether the connection state has been `connected`. */
  get connected(): boolean {
    return this.#connection.reached;
  }

  add(event: DumpEvent): void {
    // The value of statistics is not touched, because it may have to be parsed first.
    const { method, time } = event;
    this.#end = time;
    this.#closed = method === 'close';
    this.#events += 1;
    switch (method) {
      case 'getStats':
        this.#getStats += 1;
        break;
      case 'onconnectionstatechange':
        this.#connection.add(stateOf(event.value), time);
        break;
      case 'oniceconnectionstatechange':
        this.#ice.add(stateOf(event.value), time);
        break;
      case 'onsignalingstatechange':
        this.#signaling(stateOf(event.value));
        break;
    }
  }

  #signaling(state: string | undefined): void {
    if (state === 'stable') this.#negotiations += 1;
    if (state !== undefined && state !== 'closed') this.#signalingState = state;
  }

  result() {
    return present({
      startTime: this.#start,
      duration: this.#end - this.#start,
      closed: this.#closed,
      numberOfEvents: this.#events,
      numberOfEventsNotGetStats: this.#events - this.#getStats,
      numberOfNegotiations: this.#negotiations,
      pendingNegotiationAtEnd: this.#signalingState === undefined ? undefined : this.#signalingState !== 'stable',
      connected: this.#connection.reached,
      connectionTime: this.#connection.duration,
      iceConnected: this.#ice.reached,
      iceConnectionTime: this.#ice.duration,
    });
  }
}
