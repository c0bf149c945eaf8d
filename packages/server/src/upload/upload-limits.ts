import { GatewayError } from '../errors/gateway-error.ts';

/** Real statistics compress less than this; deflate can expand one byte to 1032. */
const MAX_RATIO = 200;
/** Up to this size, any ratio is accepted. */
const ALLOWANCE_BYTES = 4 * 1024 * 1024;

/** Bounds the decompressed size of an upload, absolutely and relative to the received bytes (gzip bombs). */
export class UploadLimits {
  readonly #maxBytes: number;
  #received = 0;
  #decompressed = 0;

  /** @param maxBytes largest decompressed size */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Passes the received bytes through and counts them. */
  async *received(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      this.#received += chunk.length;
      yield chunk;
    }
  }

  /** Passes the decompressed bytes through and counts them. @throws GatewayError DUMP_TOO_LARGE */
  async *decompressed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      this.#decompressed += chunk.length;
      if (this.#decompressed > this.#maxBytes) throw new GatewayError('DUMP_TOO_LARGE');
      if (this.#decompressed > ALLOWANCE_BYTES && this.#decompressed > this.#received * MAX_RATIO) {
        throw new GatewayError('DUMP_TOO_LARGE', 'The upload expands too much when it is decompressed');
      }
      yield chunk;
    }
  }
}
