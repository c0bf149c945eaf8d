import { openEvents } from '@rtcstats-server/dump';
import { analyzeEvents, CallSeries, type DigestOptions } from '@rtcstats-server/insights';
import type { AdminApi } from './admin-api.ts';

/** A dump that is larger than this, in decompressed bytes, would keep the assistant waiting. */
const MAX_DUMP_BYTES = 256 * 1024 * 1024;

/**
 * The course of the statistics of a session, which its analysis does not have, from its dump. The dump is read here, so
 * nothing of it reaches the assistant but what is in the digest.
 *
 * @returns nothing if the dump cannot be read or is too large: the digest is useful without it
 */
export async function courseOf(path: string, api: AdminApi, signal: AbortSignal): Promise<DigestOptions> {
  try {
    const reader = await openEvents(limited(await api.download({ path, signal })), { badLines: 'skip' });
    const series = new CallSeries();
    await analyzeEvents(reader, undefined, series);
    return { metadata: reader.metadata, series };
  } catch {
    signal.throwIfAborted();
    return {};
  }
}

async function* limited(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > MAX_DUMP_BYTES) throw new Error('The dump is too large');
    yield chunk;
  }
}
