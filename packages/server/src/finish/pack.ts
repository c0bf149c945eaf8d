import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Verdict } from '@rtcstats-server/privacy';
import type { AnalysisRow } from '../catalog/analyses.ts';
import type { ClosedSession } from '../spool/record.ts';

/** The methods of the verifier (packages/privacy) that reading a dump needs, and the analysis of the same bytes. */
export interface DumpVerifier {
  readonly version: string;
  /** Reads the next bytes. The buffer may be reused once a promise that it returns has resolved. */
  push(chunk: Uint8Array): void | Promise<void>;
  end(): Verdict | Promise<Verdict>;
  /** Known after `end`; undefined if the dump was not to be analyzed, or the verifier has findings. */
  readonly analysis?: AnalysisRow | undefined;
  /** Gives back what the verifier holds, such as a thread, after the end or an error. */
  close?(): void;
}

export interface Packed {
  /** The verifier's result for the whole dump. */
  readonly verdict: Verdict;
  /** As in `DumpVerifier`. */
  readonly analysis: AnalysisRow | undefined;
  /** SHA-256 of the compressed bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/** Bytes per read: small enough that the event loop serves the sockets between two reads. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Reads the dump of a closed session once, passes it through the verifier and writes it compressed (gzip, RFC 1952) to
 * `target`, which is overwritten. Memory does not grow with the size of the dump.
 */
export async function pack(session: ClosedSession, target: string, verifier: DumpVerifier): Promise<Packed> {
  const hash = createHash('sha256');
  await pipeline(
    createReadStream(session.path, {
      start: session.dumpStart,
      end: session.dumpEnd - 1,
      highWaterMark: CHUNK_BYTES,
    }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        await verifier.push(chunk);
        yield chunk;
      }
    },
    createGzip(),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(target, { mode: 0o600 }),
  );
  const verdict = await verifier.end();
  return { verdict, analysis: verifier.analysis, sha256: hash.digest('hex') };
}
