import type { Scope } from '../observations/observation.ts';
import type { DigestInput } from './contract.ts';

/** Ids of connections by rtcstats and by webrtc-internals. Applications can use any other text. */
const PLAIN_ID = /^(PC_\d{1,6}|\d{1,6}-\d{1,6})$/;

/** Short names for connections and tracks, whose ids may be texts of the application. */
export class Names {
  readonly #connections = new Map<string, string>();
  readonly #tracks = new Map<string, string>();

  /** Numbers everything in the order of the analysis, so that the same analysis gives the same names. */
  constructor({ features, setup, observations }: DigestInput) {
    for (const { id } of features.connections) this.connection(id);
    for (const { id } of setup) this.connection(id);
    for (const { connection, id } of features.tracks) this.track(connection, id);
    for (const { scope } of observations) this.place(scope);
  }

  /** `PC_0`, or `connection-2` if the id has another form. */
  connection(id: string): string {
    let name = this.#connections.get(id);
    if (name === undefined) {
      name = PLAIN_ID.test(id) ? id : `connection-${this.#connections.size + 1}`;
      this.#connections.set(id, name);
    }
    return name;
  }

  /** `track-3` */
  track(connection: string | undefined, id: string): string {
    const key = JSON.stringify([connection, id]);
    let name = this.#tracks.get(key);
    if (name === undefined) {
      name = `track-${this.#tracks.size + 1}`;
      this.#tracks.set(key, name);
    }
    return name;
  }

  /** Where something was observed: `PC_0`, `track-3 of PC_0`, `the client`. */
  place(scope: Scope): string {
    if (scope.type === 'client') return 'the client';
    if (scope.type === 'connection') return this.connection(scope.connection);
    const { connection, track } = scope;
    const of = connection === undefined ? '' : ` of ${this.connection(connection)}`;
    return `${this.track(connection, track)}${of}`;
  }
}
