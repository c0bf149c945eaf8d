import { DumpError } from './errors.ts';

/**
 * Number of compressed bytes per write. The Compression Streams specification queues all output of a write at once;
 * deflate expands by at most a factor of 1032, so this limits the queue to 17 MB.
 */
const BYTES_PER_WRITE = 16 * 1024;

/**
 * Decompresses one gzip member. Reads input only when output is requested, so that a slow consumer applies
 * back-pressure, and nothing is pending between two values. Throws `DUMP_TRUNCATED` or `DUMP_DAMAGED`; errors of the
 * source are passed on.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const pieces = cut(chunks);
  const decompressor = new DecompressionStream('gzip');
  const writer = decompressor.writable.getWriter();
  const reader = decompressor.readable.getReader();
  // Avoid unhandled rejections: `reader.read()` reports every failure of the decompressor.
  writer.closed.catch(ignore);
  reader.closed.catch(ignore);
  let writing: Promise<void> = Promise.resolve();
  let ended = false;
  try {
    for (;;) {
      let arrived = false;
      const arrive = () => {
        arrived = true;
      };
      const output = reader.read();
      const arrival = output.then(arrive, arrive);
      while (!arrived && !ended) {
        await Promise.race([writing, arrival]);
        if (arrived) break;
        const next = await pieces.next();
        ended = next.done === true;
        const written = next.done === true ? writer.close() : writer.write(next.value);
        writing = written.catch(ignore);
      }
      const { done, value } = await output.catch((error: unknown) => {
        throw describe(error, ended);
      });
      if (done) return;
      yield value as Uint8Array;
    }
  } finally {
    await reader.cancel().catch(ignore);
    await pieces.return();
  }
}

/**
 * Converts the error of the decompressor. By the specification it is a `TypeError` without details; Node adds zlib's
 * reason as `code`.
 */
function describe(error: unknown, ended: boolean): DumpError {
  const code = (error as { code?: unknown } | null)?.code;
  const truncated = typeof code === 'string' ? code === 'Z_BUF_ERROR' : ended;
  return truncated ? new DumpError('DUMP_TRUNCATED', 'its gzip data is incomplete') : new DumpError('DUMP_DAMAGED');
}

async function* cut(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += BYTES_PER_WRITE) {
      // The cast is safe: neither platform's streams return shared memory, the only kind of buffer that may not be
      // written.
      yield chunk.subarray(start, start + BYTES_PER_WRITE) as Uint8Array<ArrayBuffer>;
    }
  }
}

function ignore(): void {}
