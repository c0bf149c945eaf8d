import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Verdict } from '@rtcstats-server/privacy';
import type { ClosedSession } from '../spool/record.ts';

/** The independent reader, as far as finishing needs it. */
export interface DumpVerifier {
  readonly version: string;
  push(chunk: Uint8Array): void;
  end(): Verdict;
}

/** What came of a dump: what the verifier says of its content, and SHA-256 of its compressed bytes in hexadecimal digits. */
export interface Packed {
  readonly verdict: Verdict;
  readonly sha256: string;
}

/** Read at once; between two of them the event loop serves the sockets. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Reads a closed session's dump once, shows it to the verifier and writes it compressed (gzip, RFC 1952) to `target`, which is
 * replaced if it is there. Memory does not grow with the dump.
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
        verifier.push(chunk);
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
  return { verdict: verifier.end(), sha256: hash.digest('hex') };
}
