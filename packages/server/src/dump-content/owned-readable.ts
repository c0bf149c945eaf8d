import { Readable } from 'node:stream';

/**
 * A stream of chunks that are made from `source`, which is destroyed together with it.
 *
 * Not `Readable.from`: before it is destroyed, it waits for the next chunk, which a source that hangs never gives.
 */
export function ownedReadable(source: Readable, chunks: AsyncIterator<Uint8Array>): Readable {
  // Between two reads nothing listens, and an error without a listener would end the process.
  source.on('error', () => {});
  return new Readable({
    read() {
      chunks.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, callback) {
      source.destroy();
      chunks.return?.().catch(() => {});
      callback(error);
    },
  });
}
