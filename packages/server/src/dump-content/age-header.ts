import { DumpError } from '@rtcstats-server/dump';

/** The first line of an age file (https://c2sp.org/age, "Header"). */
export const AGE_MAGIC = 'age-encryption.org/v1\n';

/** Headers of dumps have one recipient and 200 bytes. */
const MAX_HEADER_BYTES = 16 * 1024;

/** The header of an age file, and the rest of it. */
export interface AgeFile {
  readonly header: Uint8Array;
  readonly payload: AsyncIterable<Uint8Array>;
}

/** Splits an age file. @throws DumpError DUMP_TRUNCATED or DUMP_DAMAGED if its header does not end */
export async function splitAgeFile(chunks: AsyncIterator<Uint8Array>): Promise<AgeFile> {
  let seen = Buffer.alloc(0);
  for (;;) {
    const end = endOfHeader(seen);
    if (end !== undefined) return { header: seen.subarray(0, end), payload: resumed(seen.subarray(end), chunks) };
    if (seen.length > MAX_HEADER_BYTES) throw new DumpError('DUMP_DAMAGED', 'its encryption header was changed');
    const { done, value } = await chunks.next();
    if (done) throw new DumpError('DUMP_TRUNCATED', 'its encryption header is incomplete');
    seen = Buffer.concat([seen, value]);
  }
}

/** A header ends with the line that begins with `---`. */
function endOfHeader(bytes: Buffer): number | undefined {
  const start = bytes.indexOf('\n---');
  if (start < 0) return undefined;
  const end = bytes.indexOf('\n', start + 1);
  return end < 0 ? undefined : end + 1;
}

async function* resumed(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield start;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
