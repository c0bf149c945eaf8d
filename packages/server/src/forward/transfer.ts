import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { chunksOf } from './chunks.ts';
import { CHUNK_BYTES, type Delivered, type ForwardTarget } from './target.ts';

/** What is sent: the bytes of a stored dump, as they are. */
export interface DumpToSend {
  readonly fileName: string;
  readonly bytes: number;
  open(): Promise<Readable>;
  /** SHA-256 of the bytes that were verified, hex; `null` for dumps of versions that did not note it. */
  readonly sha256: string | null;
}

/** Told between the steps of a transfer. Each may end it by throwing. */
export interface TransferSteps {
  /** The bytes are those that were verified; none has left. */
  begin(sha256: string): Promise<void>;
  sent(bytes: number): Promise<void>;
  /** Before the request that costs a credit. */
  assemble(): Promise<void>;
}

/** The stored bytes are not those that were verified. Nothing of them was assembled. */
export class DumpChanged extends Error {
  override readonly name = 'DumpChanged';
  constructor() {
    super('The stored dump is not the one that was verified');
  }
}

/**
 * Sends one dump. It is read twice, once before anything leaves: what is in the storage might not be what the verifier
 * found clean.
 */
export async function sendDump(
  dump: DumpToSend,
  target: ForwardTarget,
  steps: TransferSteps,
  signal: AbortSignal,
): Promise<Delivered> {
  const expected = await sha256Of(await dump.open());
  if (dump.sha256 !== null && dump.sha256 !== expected) throw new DumpChanged();
  await steps.begin(expected);

  const transfer = { id: randomUUID(), fileName: dump.fileName };
  const total = Math.max(1, Math.ceil(dump.bytes / CHUNK_BYTES));
  const hash = createHash('sha256');
  let index = 0;
  for await (const bytes of chunksOf(await dump.open(), CHUNK_BYTES)) {
    signal.throwIfAborted();
    hash.update(bytes);
    await target.sendChunk({ ...transfer, index, total, bytes }, signal);
    await steps.sent(bytes.length);
    index += 1;
  }
  if (hash.digest('hex') !== expected) throw new DumpChanged();
  await steps.assemble();
  // Not broken off, not even by a stop: it costs a credit, and its answer comes once.
  return await target.assemble(transfer);
}

async function sha256Of(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
