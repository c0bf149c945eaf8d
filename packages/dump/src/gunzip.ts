import { DumpError } from './errors.ts';

/**
 * Compressed bytes handed over at a time. By the Compression Streams specification everything that comes of one write
 * is queued at once; deflate makes at most 1032 times as much, so this bounds the queue at 17 MB for the worst input.
 */
const PIECE = 16 * 1024;

/**
 * Decompresses one gzip member. Input is read only while output is wanted, so a slow consumer holds back the source and
 * nothing is in flight between two values. Throws `DUMP_TRUNCATED` or `DUMP_DAMAGED`; errors of the source pass
 * through.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const pieces = cut(chunks);
  const decompressor = new DecompressionStream('gzip');
  const writer = decompressor.writable.getWriter();
  const reader = decompressor.readable.getReader();
  // The reader reports every failure of the decompressor; these say the same once more.
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

/** A `TypeError` by the specification, which does not say more; Node names zlib's reason in `code`. */
function describe(error: unknown, ended: boolean): DumpError {
  const code = (error as { code?: unknown } | null)?.code;
  const truncated = typeof code === 'string' ? code === 'Z_BUF_ERROR' : ended;
  return truncated ? new DumpError('DUMP_TRUNCATED', 'its gzip data breaks off') : new DumpError('DUMP_DAMAGED');
}

async function* cut(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += PIECE) {
      // No stream of either platform hands out shared memory, the only buffer that may not be written.
      yield chunk.subarray(start, start + PIECE) as Uint8Array<ArrayBuffer>;
    }
  }
}

function ignore(): void {}
