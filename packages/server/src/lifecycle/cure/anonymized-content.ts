import { DumpError, MAX_INTERNALS_BYTES } from '@rtcstats-server/dump';
import { type Anonymizer, anonymizeInternals, DumpAnonymizer } from '@rtcstats-server/privacy';

/** A dump as it is read from a file or an object, decompressed. */
export interface DumpContent {
  readonly kind: 'dump' | 'recording' | 'webrtc-internals';
  /** Can be iterated once. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * The anonymized dump. A webrtc-internals dump is held in memory, because it is one JSON text; others are not.
 *
 * @throws DumpError for a webrtc-internals dump that is too large or not one, and the errors of `content.bytes`
 */
export async function* anonymizedContent(
  { kind, bytes }: DumpContent,
  anonymizer: Anonymizer,
): AsyncGenerator<Uint8Array, void> {
  if (kind === 'webrtc-internals') {
    yield await anonymizeInternals(await wholeOf(bytes), anonymizer);
    return;
  }
  const dump = new DumpAnonymizer(anonymizer);
  for await (const chunk of bytes) yield* dump.push(chunk);
  yield* dump.end();
}

async function wholeOf(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > MAX_INTERNALS_BYTES) throw new DumpError('DUMP_TOO_LARGE');
    pieces.push(chunk);
  }
  return Buffer.concat(pieces);
}
