import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { pipeline as finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Catalog, SessionRow } from '../catalog/catalog.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DumpVerifier } from '../finish/pack.ts';
import { dumpKey } from '../storage/key.ts';
import { quarantineKey } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { quarantinedElsewhere } from './sessions.ts';

export interface ReleaseContext {
  readonly catalog: Pick<Catalog, 'get' | 'put'>;
  readonly storage: Pick<Storage, 'put'>;
  readonly quarantine: Pick<Storage, 'get' | 'delete'>;
  /** This gateway's own directory, for a copy on the way from one to the other. */
  readonly dataDirectory: string;
  /** `server.hostIdentifier`: gateways that share a catalog have a quarantine each. */
  readonly host: string;
  createVerifier(policy: string): DumpVerifier;
}

/**
 * Lets a dump out of the quarantine, unchanged, if the verifier of now finds nothing in it any more: after a fix of the
 * verifier, or under a policy that says that what was found may stay. In this order, so that it can be repeated from any point:
 * read and verify, store, row, and the copy in the quarantine last.
 *
 * @throws GatewayError SESSION_NOT_FOUND, NOT_QUARANTINED, DUMP_NOT_FOUND or STILL_NOT_CLEAN
 */
export async function releaseSession(id: string, context: ReleaseContext): Promise<SessionRow> {
  const { catalog, storage, quarantine, dataDirectory } = context;
  const row = await catalog.get(id);
  if (!row) throw new GatewayError('SESSION_NOT_FOUND');
  if (row.state !== 'quarantined') throw new GatewayError('NOT_QUARANTINED');
  if (row.host !== context.host) throw quarantinedElsewhere(row);
  const directory = join(dataDirectory, 'release');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${id}.gz`);
  try {
    const verifier = context.createVerifier(row.receipt.policy);
    const sha256 = await copyAndVerify(await quarantine.get(quarantineKey(id)), path, verifier);
    const { clean } = verifier.end();
    if (!clean) throw new GatewayError('STILL_NOT_CLEAN');
    const storageKey = dumpKey(id, new Date(row.startedAt));
    const storedBytes = await storage.put(storageKey, path, { policy: row.receipt.policy, sha256 });
    const proof = { verified: true, findings: 0, findingsByClass: {}, verifier: verifier.version, sha256 };
    const released: SessionRow = {
      ...row,
      state: 'stored',
      storageKey,
      storedBytes,
      receipt: { ...row.receipt, ...proof },
    };
    await catalog.put(released);
    await quarantine.delete(quarantineKey(id));
    return released;
  } finally {
    await rm(path, { force: true });
  }
}

/** @returns SHA-256 of the compressed bytes, hexadecimal */
async function copyAndVerify(packed: Readable, path: string, verifier: DumpVerifier): Promise<string> {
  const hash = createHash('sha256');
  const unpacked = new PassThrough();
  const read = async (): Promise<void> => {
    // The consumer sees an error of either stream when the pipe is cut.
    for await (const chunk of pipeline(unpacked, createGunzip(), () => {})) verifier.push(chunk as Uint8Array);
  };
  const reading = read();
  try {
    await finished(
      packed,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          if (!unpacked.write(chunk))
            await Promise.race([new Promise((resolve) => unpacked.once('drain', resolve)), reading]);
          yield chunk;
        }
      },
      createWriteStream(path, { mode: 0o600 }),
    );
    unpacked.end();
  } catch (error) {
    unpacked.destroy();
    await reading.catch(() => {});
    throw error;
  }
  await reading;
  return hash.digest('hex');
}
