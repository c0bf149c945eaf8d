import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, unlink, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Verdict } from '@rtcstats-server/privacy';
import type { AnalysisRow } from '../catalog/analyses.ts';
import {
  type Compressed,
  type Compression,
  compress,
  compressor,
  GZIP,
  MAX_SMALL_BYTES,
} from '../dump-content/compression.ts';
import { PRIVATE_FILE_MODE } from '../files/private-files.ts';
import type { ClosedSession } from '../spool/record.ts';
import type { DumpFormat } from '../storage/format.ts';

/** The methods of the verifier (packages/privacy) that reading a dump needs, and the analysis of the same bytes. */
export interface DumpVerifier {
  readonly version: string;
  /** Reads the next bytes. The buffer may be reused once a promise that it returns has resolved. */
  push(chunk: Uint8Array): void | Promise<void>;
  end(): Verdict | Promise<Verdict>;
  /**
   * Reads a whole dump instead, and compresses it, one with findings as gzip: in a thread, one message each way is much
   * cheaper than chunks. Takes the memory of the dump.
   */
  whole?(dump: Uint8Array<ArrayBuffer>, compression: Compression): Promise<Compressed & { readonly verdict: Verdict }>;
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
  readonly format: DumpFormat;
  /** Id of the dictionary that reading needs; null if none. */
  readonly dictionary: number | null;
}

/** What compressing and verifying give; the analysis is known to the verifier. */
type Written = Omit<Packed, 'analysis'>;

/**
 * Bytes per read. Verifying, analyzing and compressing by turns is cheaper with fewer turns: 2 to 10 % for this instead
 * of a fourth of it. Reading and copying it delays the event loop by well under a millisecond.
 */
const CHUNK_BYTES = 256 * 1024;

/**
 * Reads the dump of a closed session once, passes it through the verifier and writes it compressed to `target`, which
 * must not exist. Memory does not grow with the size of the dump.
 *
 * A dump with findings is written as gzip, whatever is configured: the quarantine finds dumps by name alone, and the
 * few dumps in it do not have to be small.
 */
export async function pack(
  session: ClosedSession,
  target: string,
  verifier: DumpVerifier,
  compression: Compression,
): Promise<Packed> {
  const written =
    session.dumpEnd - session.dumpStart <= MAX_SMALL_BYTES
      ? await packWhole(session, target, verifier, compression)
      : await packChunks(session, target, verifier, compression);
  return { ...written, analysis: verifier.analysis };
}

/** One read, one write: for most dumps, streams would take longer than the work itself. */
async function packWhole(
  session: ClosedSession,
  target: string,
  verifier: DumpVerifier,
  compression: Compression,
): Promise<Written> {
  const dump = await read(session);
  const { bytes, ...written } = verifier.whole
    ? await verifier.whole(dump, compression)
    : await verifyHere(dump, verifier, compression);
  await writeFile(target, bytes, { flag: 'wx', mode: PRIVATE_FILE_MODE });
  return written;
}

async function verifyHere(
  dump: Uint8Array,
  verifier: DumpVerifier,
  compression: Compression,
): Promise<Compressed & { verdict: Verdict }> {
  await verifier.push(dump);
  const verdict = await verifier.end();
  return { verdict, ...(await compress(dump, verdict.clean ? compression : GZIP)) };
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
  compression: Compression,
): Promise<Written> {
  const sha256 = await writeChunks(session, target, compression, async (chunk) => verifier.push(chunk));
  const verdict = await verifier.end();
  if (verdict.clean || compression.format === 'gzip') {
    return { verdict, sha256, format: compression.format, dictionary: null };
  }
  await unlink(target);
  return { verdict, sha256: await writeChunks(session, target, GZIP), format: 'gzip', dictionary: null };
}

/** @returns SHA-256 of the compressed bytes */
async function writeChunks(
  session: ClosedSession,
  target: string,
  compression: Compression,
  see?: (chunk: Buffer) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(
    createReadStream(session.path, {
      start: session.dumpStart,
      end: session.dumpEnd - 1,
      highWaterMark: CHUNK_BYTES,
    }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        await see?.(chunk);
        yield chunk;
      }
    },
    compressor(compression),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(target, { flags: 'wx', mode: PRIVATE_FILE_MODE }),
  );
  return hash.digest('hex');
}
