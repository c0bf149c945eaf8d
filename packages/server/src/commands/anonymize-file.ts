import type { Transform } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { MAX_INTERNALS_BYTES } from '@rtcstats-server/dump';
import {
  Anonymizer,
  anonymizeInternals,
  type CompiledPolicy,
  DumpAnonymizer,
  type Receipt,
} from '@rtcstats-server/privacy';
import { compressor } from '../dump-content/compression.ts';
import { type DumpFormat, EXTENSIONS } from '../storage/format.ts';
import { type DumpInput, inputError, openDumpInput, tooLarge } from './dump-input.ts';
import { writeFileWhole, writeToStdout } from './output-file.ts';

/**
 * Anonymizes one dump.
 *
 * @param file path, or `-` for standard input
 * @param output path; undefined: standard output
 * @param onOpen called with the open input; the function that it returns is called when the input has been read
 * @throws GatewayError INPUT_UNREADABLE, NOT_A_DUMP, UNSUPPORTED_FORMAT or OUTPUT_UNWRITABLE
 */
export async function anonymizeFile(
  file: string,
  output: string | undefined,
  compiled: CompiledPolicy,
  onOpen: (input: DumpInput) => () => void,
): Promise<Receipt> {
  const input = await openDumpInput(file);
  const anonymizer = new Anonymizer(compiled, { keepsDerived: true });
  const done = onOpen(input);
  try {
    // A terminal cannot show compressed bytes.
    const format = output === undefined ? (process.stdout.isTTY ? null : input.format) : formatOf(output, input);
    const transforms = format === null ? [] : [compressorOf(format)];
    const clean =
      input.kind === 'webrtc-internals'
        ? anonymizedInternals(input, anonymizer)
        : anonymized(input, new DumpAnonymizer(anonymizer));
    if (output === undefined) await writeToStdout(clean, transforms);
    else await writeFileWhole(output, clean, transforms);
  } finally {
    done();
    input.close();
  }
  return anonymizer.receipt();
}

/** By the name of the file, or as the input is compressed if the name does not say. */
function formatOf(output: string, { format }: DumpInput): DumpFormat | null {
  if (output.endsWith(EXTENSIONS.gzip)) return 'gzip';
  return output.endsWith(EXTENSIONS.zstd) ? 'zstd' : format;
}

function compressorOf(format: DumpFormat): Transform {
  if (format === 'gzip') return createGzip({ level: constants.Z_DEFAULT_COMPRESSION });
  return compressor({ format, dictionary: false });
}

async function* anonymized(input: DumpInput, anonymizer: DumpAnonymizer): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of input.bytes) {
    const pieces = anonymizer.push(chunk);
    if (pieces.length > 0) yield pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }
  const rest = anonymizer.end();
  if (rest.length > 0) yield Buffer.concat(rest);
}

/** Reads the whole dump into memory, because it is one JSON text. */
async function* anonymizedInternals(input: DumpInput, anonymizer: Anonymizer): AsyncGenerator<Uint8Array, void> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input.bytes) {
    length += chunk.length;
    if (length > MAX_INTERNALS_BYTES) throw tooLarge(input.name);
    pieces.push(chunk);
  }
  try {
    yield await anonymizeInternals(Buffer.concat(pieces), anonymizer);
  } catch (error) {
    throw inputError(error, input.name);
  }
}
