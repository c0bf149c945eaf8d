import { GatewayError } from '../errors/gateway-error.ts';

/** No statistics are as repetitive; deflate makes up to 1032 bytes of one. */
const MAX_RATIO = 200;
/** So much may come of anything. */
const ALLOWANCE_BYTES = 4 * 1024 * 1024;

/** Watches what is made of an upload when it is decompressed. */
export class UploadLimits {
  readonly #mostBytes: number;
  #received = 0;
  #decompressed = 0;

  /** @param mostBytes size of a dump */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Counts what is received. */
  async *received(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      this.#received += chunk.length;
      yield chunk;
    }
  }

  /** Counts what comes of it. @throws GatewayError DUMP_TOO_LARGE */
  async *decompressed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      this.#decompressed += chunk.length;
      if (this.#decompressed > this.#mostBytes) throw new GatewayError('DUMP_TOO_LARGE');
      if (this.#decompressed > ALLOWANCE_BYTES && this.#decompressed > this.#received * MAX_RATIO) {
        throw new GatewayError('DUMP_TOO_LARGE', 'The upload expands too much when it is decompressed');
      }
      yield chunk;
    }
  }
}
