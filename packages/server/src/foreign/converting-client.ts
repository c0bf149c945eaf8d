import type { Conversion, EventSession, Peer } from './contract.ts';
import { parseMessage } from './parse.ts';

const ENCODER = new TextEncoder();

/** Stands between a connection and its session, and converts what the client sends. */
export class ConvertingClient {
  readonly #session: EventSession;
  readonly #conversion: Conversion;
  readonly #peer: Pick<Peer, 'send'>;

  constructor(session: EventSession, conversion: Conversion, peer: Pick<Peer, 'send'>) {
    this.#session = session;
    this.#conversion = conversion;
    this.#peer = peer;
    if (conversion.greeting !== undefined) peer.send(conversion.greeting);
  }

  message(raw: Uint8Array): void {
    const parsed = parseMessage(raw);
    if (parsed.dropped === undefined) this.#convert(parsed.value, raw.length);
    else this.#session.drop(parsed.dropped);
  }

  #convert(message: unknown, bytes: number): void {
    const { events = [], dropped, answer } = this.#conversion.convert(message, bytes);
    if (dropped !== undefined) this.#session.drop(dropped);
    for (const event of events) this.#session.message(ENCODER.encode(JSON.stringify(event)));
    if (answer !== undefined) this.#peer.send(answer);
  }

  binary(): void {
    this.#session.drop('binary');
  }

  get busy(): Promise<void> | undefined {
    return this.#session.busy;
  }

  close(closeCode: number): Promise<unknown> {
    return this.#session.close(closeCode);
  }
}
