import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Verdict } from '@rtcstats-server/privacy';
import type { AnalysisRow } from '../catalog/analyses.ts';
import { type Compressed, compress, compressor } from '../dump-content/compression.ts';
import { PRIVATE_FILE_MODE } from '../files/private-files.ts';
import type { ClosedSession } from '../spool/record.ts';

/** The methods of the verifier (packages/privacy) that reading a dump needs, and the analysis of the same bytes. */
export interface DumpVerifier {
  readonly version: string;
  /** Reads the next bytes. The buffer may be reused once a promise that it returns has resolved. */
  push(chunk: Uint8Array): void | Promise<void>;
  end(): Verdict | Promise<Verdict>;
  /**
   * Reads a whole dump instead, and compresses it: in a thread, one message each way is much cheaper than chunks. Takes
   * the memory of the dump.
   */
  whole?(dump: Uint8Array<ArrayBuffer>): Promise<Compressed & { readonly verdict: Verdict }>;
  /** Known after `end` or `whole`; undefined if the dump was not to be analyzed, or the verifier has findings. */
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

/**
 * Bytes per read. Verifying, analyzing and compressing by turns is cheaper with fewer turns: 2 to 10 % for this instead
 * of a fourth of it. Reading and copying it delays the event loop by well under a millisecond.
 */
const CHUNK_BYTES = 256 * 1024;
/** Larger dumps are read in chunks. Calls of a minute have half of this. */
const MAX_WHOLE_BYTES = CHUNK_BYTES;

/**
 * Reads the dump of a closed session once, passes it through the verifier and writes it compressed (gzip, RFC 1952) to
 * `target`, which must not exist. Memory does not grow with the size of the dump.
 */
export async function pack(session: ClosedSession, target: string, verifier: DumpVerifier): Promise<Packed> {
  const { verdict, sha256 } =
    session.dumpEnd - session.dumpStart <= MAX_WHOLE_BYTES
      ? await packWhole(session, target, verifier)
      : await packChunks(session, target, verifier);
  return { verdict, analysis: verifier.analysis, sha256 };
}

/** One read, one write: for most dumps, streams would take longer than the work itself. */
async function packWhole(
  session: ClosedSession,
  target: string,
  verifier: DumpVerifier,
): Promise<Pick<Packed, 'verdict' | 'sha256'>> {
  const dump = await read(session);
  const { verdict, bytes, sha256 } = verifier.whole ? await verifier.whole(dump) : await verifyHere(dump, verifier);
  await writeFile(target, bytes, { flag: 'wx', mode: PRIVATE_FILE_MODE });
  return { verdict, sha256 };
}

async function verifyHere(dump: Uint8Array, verifier: DumpVerifier): Promise<Compressed & { verdict: Verdict }> {
  await verifier.push(dump);
  const verdict = await verifier.end();
  return { verdict, ...(await compress(dump)) };
}

async function read({ path, dumpStart, dumpEnd }: ClosedSession): Promise<Uint8Array<ArrayBuffer>> {
  const dump = new Uint8Array(dumpEnd - dumpStart);
  const file = await open(path, 'r');
  try {
    for (let done = 0; done < dump.length; ) {
      const { bytesRead } = await file.read(dump, done, dump.length - done, dumpStart + done);
      if (bytesRead === 0) return dump.slice(0, done);
      done += bytesRead;
    }
    return dump;
  } finally {
    await file.close();
  }
}

async function packChunks(
  session: ClosedSession,
  target: string,
  verifier: DumpVerifier,
): Promise<Pick<Packed, 'verdict' | 'sha256'>> {
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
    compressor(),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(target, { flags: 'wx', mode: PRIVATE_FILE_MODE }),
  );
  return { verdict: await verifier.end(), sha256: hash.digest('hex') };
}
