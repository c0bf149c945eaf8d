import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { z } from 'zod';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { makeKeyFile, syncParent, writeDurably } from '../keys/key-file.ts';
import { KEY_BYTES } from '../keys/key-text.ts';
import { type KeyRing, ringOf } from './key-ring.ts';

/** Its keys are overwritten before it is removed. */
const discarded = (path: string): string => `${path}.discarded`;
const draft = (path: string): string => `${path}.changed`;

const keySchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((text): Uint8Array => Buffer.from(text, 'hex'));
const wholeNumber = z.int().min(0);
const ringSchema = z.strictObject({
  version: z.literal(1),
  generations: z
    .array(
      z.strictObject({
        from: wholeNumber,
        master: keySchema.nullable(),
        kept: z.array(
          z.strictObject({
            rotation: wholeNumber.nullable(),
            until: wholeNumber,
            keys: z
              .record(z.string().regex(/^\d{1,15}$/), keySchema)
              .transform((keys) => new Map(Object.entries(keys).map(([number, key]) => [Number(number), key]))),
          }),
        ),
      }),
    )
    .min(1),
  destroyed: z.array(z.strictObject({ id: z.string(), at: z.iso.datetime(), check: z.string() })),
});

/** The ring in the text of a key file; `undefined` for something else. A master key alone is a ring as well. */
export function parseRing(bytes: Uint8Array): KeyRing | undefined {
  if (bytes.length === KEY_BYTES) return ringOf(bytes);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  const { success, data } = ringSchema.safeParse(value);
  if (!success) return undefined;
  const { generations, destroyed } = data;
  const isOrdered = generations.every(({ from }, index) =>
    index === 0 ? from === 0 : from > generations[index - 1]!.from,
  );
  return isOrdered && generations.at(-1)!.master !== null ? { generations, destroyed } : undefined;
}

export function ringText({ generations, destroyed }: KeyRing): string {
  const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');
  const written = generations.map(({ from, master, kept }) => ({
    from,
    master: master && hex(master),
    kept: kept.map(({ rotation, until, keys }) => ({
      rotation,
      until,
      keys: Object.fromEntries([...keys].map(([number, key]) => [number, hex(key)])),
    })),
  }));
  return `${JSON.stringify({ version: 1, generations: written, destroyed })}\n`;
}

/** The ring in a file, or `undefined` without the file. @throws GatewayError KEY_UNUSABLE */
export function readRing(path: string): KeyRing | undefined {
  // Twice, because a change overwrites the old file after it was replaced.
  for (const isLast of [false, true]) {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return undefined;
      throw new GatewayError('KEY_UNUSABLE', `${path} cannot be read (${errorCode(cause)})`, { cause });
    }
    const ring = parseRing(bytes);
    if (ring) return ring;
    if (isLast) throw new GatewayError('KEY_UNUSABLE', `${path} is not a key: ${bytes.length} bytes, not ${KEY_BYTES}`);
  }
  return undefined;
}

/** Writes the first ring. @throws GatewayError KEY_UNUSABLE if there is a file by now, or it cannot be written */
export function createRingFile(path: string, ring: KeyRing): void {
  const [only] = ring.generations;
  const isMaster = ring.generations.length === 1 && ring.destroyed.length === 0 && only!.kept.length === 0;
  const bytes = isMaster ? only!.master! : Buffer.from(ringText(ring));
  if (!Buffer.from(makeKeyFile(path, bytes)).equals(bytes)) {
    throw new GatewayError('KEY_UNUSABLE', `${path} exists by now`);
  }
}

/** Changes with the content of the file; `undefined` if it cannot be said. */
export function ringVersion(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}

/**
 * Replaces the file by a new one, and overwrites the old one. A process that is killed leaves the old ring or the new
 * one; what is left of the other is removed by `finishChange`. Only one process may do this at a time.
 *
 * @throws GatewayError KEY_UNUSABLE
 */
export function replaceRing(path: string, ring: KeyRing): void {
  finishChange(path);
  try {
    writeDurably(draft(path), Buffer.from(ringText(ring)));
    // The old content stays reachable, so that it can still be overwritten after a kill -9.
    linkSync(path, discarded(path));
    syncParent(path);
    renameSync(draft(path), path);
    syncParent(path);
  } catch (cause) {
    throw new GatewayError('KEY_UNUSABLE', `${path} cannot be changed (${errorCode(cause)})`, { cause });
  }
  finishChange(path);
}

/**
 * Ends a change that was interrupted: removes a draft, and overwrites and removes an old ring.
 *
 * @throws GatewayError KEY_UNUSABLE
 */
export function finishChange(path: string): void {
  try {
    rmSync(draft(path), { force: true });
    const old = statSync(discarded(path), { throwIfNoEntry: false });
    if (old === undefined) return;
    const present = statSync(path, { throwIfNoEntry: false });
    // Somebody moved the key file away, so this may be the only copy of the keys.
    if (present === undefined) return;
    // The same file: the change was interrupted before the new ring took its name.
    if (old.ino !== present.ino) overwrite(discarded(path));
    rmSync(discarded(path), { force: true });
    syncParent(path);
  } catch (cause) {
    throw new GatewayError('KEY_UNUSABLE', `${path} cannot be changed (${errorCode(cause)})`, { cause });
  }
}

function overwrite(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    writeSync(file, randomBytes(size), 0, size, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
