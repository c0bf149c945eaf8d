import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DumpError, KIND_BYTES, kindOf, peekBytes } from '@rtcstats-server/dump';
import type { Anonymizer, Verdict } from '@rtcstats-server/privacy';
import type { AnalysisRow } from '../../catalog/analyses.ts';
import { type Compression, compressorFor } from '../../dump-content/compression.ts';
import { textChunksOf } from '../../dump-content/forms.ts';
import { PRIVATE_FILE_MODE } from '../../files/private-files.ts';
import type { DumpVerifier } from '../../finish/pack.ts';
import { anonymizedContent, type DumpContent } from './anonymized-content.ts';
import { ContentHash } from './content-hash.ts';

/** What reading a dump again has shown. Nothing is written. */
export interface Inspection {
  /** The verifier's result for the dump as it is. */
  readonly verdict: Verdict;
  /** The verifier found something, or the anonymizer replaces something that it did not replace before. */
  readonly isOutdated: boolean;
}

/** A dump that was anonymized again, in a file. */
export interface Rewritten {
  /** The verifier's result for the new dump. */
  readonly verdict: Verdict;
  /** Undefined if the verifier does not analyze. */
  readonly analysis: AnalysisRow | undefined;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
  /** Id of the dictionary that it was compressed with; null if none. */
  readonly dictionary: number | null;
  /** Bytes of the dump before compression. */
  readonly bytes: number;
}

/** Reads a dump with the verifier and the anonymizer, in one pass. */
export async function inspect(
  { kind, bytes }: DumpContent,
  anonymizer: Anonymizer,
  verifier: DumpVerifier,
): Promise<Inspection> {
  const before = new ContentHash(kind);
  const after = new ContentHash(kind);
  async function* verified(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of bytes) {
      before.push(chunk);
      await verifier.push(chunk);
      yield chunk;
    }
  }
  try {
    for await (const chunk of anonymizedContent({ kind, bytes: verified() }, anonymizer)) after.push(chunk);
    const verdict = await verifier.end();
    return { verdict, isOutdated: !verdict.clean || before.end() !== after.end() };
  } finally {
    verifier.close?.();
  }
}

/**
 * Anonymizes a dump into a file, and verifies and analyzes what is written there.
 *
 * @param target a file that does not exist, how it is compressed (null: not at all), and the size of the dump, if known
 */
export async function rewrite(
  content: DumpContent,
  anonymizer: Anonymizer,
  verifier: DumpVerifier,
  target: { readonly path: string; readonly compression: Compression | null; readonly bytes?: number },
): Promise<Rewritten> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* verified(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of anonymizedContent(content, anonymizer)) {
      bytes += chunk.length;
      await verifier.push(chunk);
      yield chunk;
    }
  }
  async function* hashed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  }
  try {
    const file = createWriteStream(target.path, { flags: 'wx', mode: PRIVATE_FILE_MODE, flush: true });
    const packing = target.compression && (await compressorFor(target.bytes, target.compression));
    await pipeline([verified(), ...(packing === null ? [] : [packing.stream]), hashed, file]);
    const verdict = await verifier.end();
    const dictionary = packing?.dictionary ?? null;
    return { verdict, analysis: verifier.analysis, sha256: hash.digest('hex'), dictionary, bytes };
  } finally {
    verifier.close?.();
  }
}

/** A stored dump as text, with size and SHA-256 of its packed bytes, which are known after its end. */
export class StoredContent implements DumpContent {
  readonly kind = 'dump';
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly #hash = createHash('sha256');
  #storedBytes = 0;

  constructor(stream: Readable) {
    this.bytes = checked(textChunksOf(this.#counted(stream)));
  }

  /** To be called once, after the end. */
  proof(): { readonly storedBytes: number; readonly sha256: string } {
    return { storedBytes: this.#storedBytes, sha256: this.#hash.digest('hex') };
  }

  async *#counted(stream: Readable): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of stream) {
      this.#storedBytes += chunk.length;
      this.#hash.update(chunk);
      yield chunk;
    }
  }
}

/** @throws DumpError for content that is not a dump, in which the verifier would find nothing */
async function* checked(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const { start, chunks } = await peekBytes(bytes, KIND_BYTES);
  if (kindOf(start) !== 'dump') {
    await chunks.return?.();
    throw new DumpError('DUMP_NOT_A_DUMP');
  }
  yield* chunks;
}
