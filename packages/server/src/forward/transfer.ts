import { createHash, type Hash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { DumpError } from '@rtcstats-server/dump';
import { gzipOf } from '../dump-content/forms.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { chunksOf } from './chunks.ts';
import { CHUNK_BYTES, type Delivered, type ForwardTarget } from './target.ts';

/** A stored dump, which is sent as gzip: unchanged, unless it is compressed in another format. */
export interface DumpToSend {
  readonly fileName: string;
  /** The dump as it is stored. */
  open(): Promise<Readable>;
  /** SHA-256 of the stored bytes that were verified, in hex; `null` for dumps of versions that did not record it. */
  readonly sha256: string | null;
}

/**
 * Called between the steps of a transfer. An exception ends it, and so does `false`, which means that the claim is
 * lost.
 */
export interface TransferSteps {
  /** The stored bytes are those that were verified; nothing has been sent yet. */
  begin(sha256: string): Promise<void>;
  sent(bytes: number): Promise<boolean>;
  /** Before the request that costs a credit. */
  assemble(): Promise<boolean>;
}

/**
 * Sends one dump. The dump is read twice, once before anything is sent, because the storage might not hold the bytes
 * that the verifier found clean.
 *
 * @returns `undefined` when a step ended the transfer; the dump was not assembled then
 * @throws GatewayError DUMP_CHANGED when the stored bytes are not those that were verified; they were not assembled
 */
export async function sendDump(
  dump: DumpToSend,
  target: ForwardTarget,
  steps: TransferSteps,
  signal: AbortSignal,
): Promise<Delivered | undefined> {
  const expected = await checked(dump);
  await steps.begin(expected.sha256);

  const transfer = { id: randomUUID(), fileName: dump.fileName };
  const total = Math.max(1, Math.ceil(expected.bytes / CHUNK_BYTES));
  const hash = createHash('sha256');
  let index = 0;
  for await (const bytes of chunksOf(gzipOf(await dump.open()), CHUNK_BYTES)) {
    signal.throwIfAborted();
    hash.update(bytes);
    await target.sendChunk({ ...transfer, index, total, bytes }, signal);
    if (!(await steps.sent(bytes.length))) return undefined;
    index += 1;
  }
  if (hash.digest('hex') !== expected.sha256) throw new GatewayError('DUMP_CHANGED');
  if (!(await steps.assemble())) return undefined;
  // Without the signal: a stop must not abort it, because it costs a credit and is answered once.
  return await target.assemble(transfer);
}

/**
 * Reads the dump and compares it with what was verified.
 *
 * @returns SHA-256 and size of the bytes to send
 * @throws GatewayError DUMP_CHANGED
 */
async function checked({ open, sha256 }: DumpToSend): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const stored = createHash('sha256');
  const sent = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of gzipOf(Readable.from(hashed(await open(), stored)))) {
      sent.update(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).length;
    }
  } catch (error) {
    throw error instanceof DumpError ? new GatewayError('DUMP_CHANGED', undefined, { cause: error }) : error;
  }
  if (sha256 !== null && sha256 !== stored.digest('hex')) throw new GatewayError('DUMP_CHANGED');
  return { sha256: sent.digest('hex'), bytes };
}

async function* hashed(chunks: Readable, hash: Hash): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    yield chunk;
  }
}
