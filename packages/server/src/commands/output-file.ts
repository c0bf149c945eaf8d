import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { printableStream } from '../terminal/printable-stream.ts';

type Chunks = AsyncIterable<Uint8Array> | Readable;
type Transforms = readonly NodeJS.ReadWriteStream[];

/**
 * Replaces a file atomically: writes a temporary file next to it (readable by its owner only), flushes it to the disk
 * and renames it. When anything fails or a signal ends the process, the old file stays and the temporary file is
 * removed.
 *
 * @throws GatewayError OUTPUT_UNWRITABLE; errors of the chunks are passed on
 */
export async function writeFileWhole(path: string, chunks: Chunks, transforms: Transforms = []): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  const forget = removeOnSignal(temporary);
  try {
    const file = await open(temporary, 'wx', 0o600);
    await pipeline([chunks, ...transforms, file.createWriteStream({ autoClose: true, flush: true })]);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw unwritable(error, path);
  } finally {
    forget();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes a file before a signal ends the process. @returns a function that ends this */
function removeOnSignal(path: string): () => void {
  const end = (signal: NodeJS.Signals): void => {
    forget();
    rmSync(path, { force: true });
    // Without a handler, the same signal ends the process, and the shell sees which one it was.
    process.kill(process.pid, signal);
  };
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, end);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return forget;
}

/** Writes text to standard output with back-pressure, and leaves it open. On a terminal, the text is made printable. */
export async function writeToStdout(chunks: Chunks, transforms: Transforms = []): Promise<void> {
  await pipeline([
    chunks,
    ...transforms,
    // Names in a dump are from clients, and could contain escape sequences.
    ...(process.stdout.isTTY ? [printableStream()] : []),
    async (source: AsyncIterable<Uint8Array>) => {
      for await (const chunk of source) {
        if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
      }
    },
  ]);
}

/** @throws GatewayError OUTPUT_UNWRITABLE when both paths lead to the same file, even through links */
export async function refuseSameFile(input: string, output: string): Promise<void> {
  const [from, to] = await Promise.all([input, output].map((path) => stat(path).catch(() => undefined)));
  if (from !== undefined && to !== undefined && from.dev === to.dev && from.ino === to.ino) {
    throw new GatewayError('OUTPUT_UNWRITABLE', `${output} is the input itself`, {
      todo: 'Give the output another name; the input is never overwritten.',
    });
  }
}

function unwritable(error: unknown, name: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (isGatewayError(error) || code === undefined || syscall === undefined) return error;
  return new GatewayError('OUTPUT_UNWRITABLE', `${name} cannot be written (${code})`, { cause: error });
}
