import type { Peer } from './contract.ts';
import type { ConvertingClient } from './converting-client.ts';
import { parseMessage } from './parse.ts';
import { type Protocol, protocolOfMessage } from './protocols.ts';

/** The session of a client of this protocol. */
export interface OwnSession {
  message(raw: Uint8Array): void;
  binary(raw: Uint8Array): void;
  readonly busy: Promise<void> | undefined;
  /** Does not reject. */
  close(closeCode: number): Promise<unknown>;
}

/** What a client turns out to be. */
export interface Recognized {
  /** Creates the session of a client with this protocol; called once at most. */
  begin(protocol: Protocol): OwnSession | ConvertingClient;
  /** Called once at most, with a client that is none of them, before it is closed. */
  refused(): void;
}

/**
 * A client without a known subprotocol: its first message decides. It has no session before, and none at all if it is
 * refused.
 *
 *     waiting ──message()──▶ session
 *        └──message(), binary()──▶ refused
 */
export class UnknownClient {
  readonly #peer: Pick<Peer, 'end'>;
  #recognized: Recognized | null;
  #session: OwnSession | ConvertingClient | undefined;

  constructor(peer: Pick<Peer, 'end'>, recognized: Recognized) {
    this.#peer = peer;
    this.#recognized = recognized;
  }

  message(raw: Uint8Array): void {
    if (this.#recognized !== null) this.#recognize(this.#recognized, raw);
    this.#session?.message(raw);
  }

  #recognize(recognized: Recognized, raw: Uint8Array): void {
    const parsed = parseMessage(raw);
    const protocol = parsed.dropped === undefined ? protocolOfMessage(parsed.value) : undefined;
    if (protocol === undefined) this.#refuse();
    else this.#session = recognized.begin(protocol);
    this.#recognized = null;
  }

  #refuse(): void {
    this.#recognized?.refused();
    this.#recognized = null;
    this.#peer.end('CLIENT_NOT_SUPPORTED');
  }

  /** No supported client begins with a binary message. */
  binary(raw: Uint8Array): void {
    if (this.#recognized === null) this.#session?.binary(raw);
    else this.#refuse();
  }

  get busy(): Promise<void> | undefined {
    return this.#session?.busy;
  }

  async close(closeCode: number): Promise<void> {
    this.#recognized = null;
    await this.#session?.close(closeCode);
  }
}
