import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { parseKey } from '../keys/key-text.ts';
import { type KeyRing, ringOf } from '../pseudonyms/key-ring.ts';
import { parseRing } from '../pseudonyms/key-ring-file.ts';
import { usageError } from './arguments.ts';

/** Far more than a key file with thousands of epochs has. */
const MAX_BYTES = 4_194_304;

/**
 * A key from a file or standard input: 32 bytes, the same as text, or the key file of a gateway. Never from an
 * argument, because other users of the machine see the arguments of processes. Errors do not contain what was read.
 *
 * @param from undefined or `-`: standard input
 * @throws GatewayError USAGE, INPUT_UNREADABLE, KEY_UNUSABLE
 */
export async function readKeyInput(from: string | undefined): Promise<KeyRing> {
  if (from !== undefined && parseKey(from)) {
    throw usageError('keys import takes a file or standard input, because other users see arguments', 'keys');
  }
  const isStdin = from === undefined || from === '-';
  if (isStdin && process.stdin.isTTY) throw usageError('keys import needs a file, or a key on standard input', 'keys');
  const bytes = await readAll(isStdin ? process.stdin : createReadStream(from), isStdin ? 'standard input' : from);
  const text = parseKey(bytes.toString('latin1'));
  const ring = parseRing(bytes) ?? (text && ringOf(text));
  if (ring) return ring;
  throw new GatewayError('KEY_UNUSABLE', 'This is not a key', {
    todo: 'Give 32 bytes, the same as 64 hexadecimal digits or Base64, or keys/pseudonyms.key of another gateway.',
  });
}

async function readAll(stream: Readable, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new GatewayError('INPUT_UNREADABLE', `${name} cannot be read (${errorCode(cause)})`, { cause });
  }
  if (size > MAX_BYTES) throw new GatewayError('KEY_UNUSABLE', `${name} is too large to be a key`);
  return Buffer.concat(chunks);
}
