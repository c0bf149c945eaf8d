import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GatewayError } from '../errors/gateway-error.ts';
import { chunksOf } from './chunks.ts';
import { CHUNK_BYTES, type Delivered, type ForwardTarget } from './target.ts';

/** A stored dump, whose bytes are sent unchanged. */
export interface DumpToSend {
  readonly fileName: string;
  readonly bytes: number;
  open(): Promise<Readable>;
  /** SHA-256 of the bytes that were verified, in hex; `null` for dumps of versions that did not record it. */
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
  const expected = await sha256Of(await dump.open());
  if (dump.sha256 !== null && dump.sha256 !== expected) throw new GatewayError('DUMP_CHANGED');
  await steps.begin(expected);

  const transfer = { id: randomUUID(), fileName: dump.fileName };
  const total = Math.max(1, Math.ceil(dump.bytes / CHUNK_BYTES));
  const hash = createHash('sha256');
  let index = 0;
  for await (const bytes of chunksOf(await dump.open(), CHUNK_BYTES)) {
    signal.throwIfAborted();
    hash.update(bytes);
    await target.sendChunk({ ...transfer, index, total, bytes }, signal);
    if (!(await steps.sent(bytes.length))) return undefined;
    index += 1;
  }
  if (hash.digest('hex') !== expected) throw new GatewayError('DUMP_CHANGED');
  if (!(await steps.assemble())) return undefined;
  // Without the signal: a stop must not abort it, because it costs a credit and is answered once.
  return await target.assemble(transfer);
}

async function sha256Of(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
