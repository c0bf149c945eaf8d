import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline as pipelineDone } from 'node:stream/promises';
import type { AnalysisRow } from '../catalog/analyses.ts';
import type { SessionRow, Sessions } from '../catalog/sessions.ts';
import { textOf } from '../dump-content/forms.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { makePrivateDirectory } from '../files/private-files.ts';
import type { DumpVerifier } from '../finish/pack.ts';
import { quarantineKey } from '../storage/open.ts';
import type { PlaceOf } from '../storage/place.ts';
import type { Storage } from '../storage/storage.ts';
import { quarantinedElsewhere } from './sessions.ts';

export interface ReleaseContext {
  readonly catalog: Pick<Sessions, 'get' | 'put'>;
  readonly storage: Pick<Storage, 'put'>;
  readonly quarantine: Pick<Storage, 'get' | 'delete'>;
  /** `dataDirectory` of this gateway, for a temporary copy between quarantine and storage. */
  readonly dataDirectory: string;
  /** `server.hostIdentifier`. Gateways that share a catalog may have separate quarantines. */
  readonly host: string;
  readonly placeOf: PlaceOf;
  /**
   * @param policy the name of the policy that the dump was recorded under
   * @param analyze whether the dump is analyzed as well
   */
  createVerifier(policy: string, analyze: boolean): DumpVerifier;
  /** Whether dumps are analyzed (`insights.enabled`). */
  readonly analyzes: boolean;
  /** Receives the analysis that was stored with the dump, for metrics. A session is released once. */
  onAnalyzed(analysis: AnalysisRow): void;
}

/** Removes what a gateway left that was killed during a release. Only at the start of the only gateway. */
export async function removeUnreleased(dataDirectory: string): Promise<void> {
  await rm(releaseDirectory(dataDirectory), { recursive: true, force: true });
}

function releaseDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'release');
}

/**
 * Moves a dump from quarantine to storage, unchanged, if the current verifier finds nothing in it: after a fix of the
 * verifier, or under a policy that now keeps what was found. The order makes the operation idempotent, so that it can
 * be repeated after a crash at any point: verify, store, update the row, and delete from quarantine last.
 *
 * The dump is analyzed in the same pass. If that fails together with the verifier, the analysis may be the reason, so
 * that it is tried once more without.
 *
 * @returns the updated row
 * @throws GatewayError SESSION_NOT_FOUND, NOT_QUARANTINED, DUMP_NOT_FOUND or STILL_NOT_CLEAN
 */
export async function releaseSession(id: string, context: ReleaseContext): Promise<SessionRow> {
  try {
    return await release(id, context, context.analyzes);
  } catch (error) {
    if (!context.analyzes || !isGatewayError(error, 'VERIFICATION_FAILED')) throw error;
    return await release(id, context, false);
  }
}

async function release(id: string, context: ReleaseContext, analyze: boolean): Promise<SessionRow> {
  const { catalog, storage, quarantine, dataDirectory } = context;
  const row = await catalog.get(id);
  if (!row) throw new GatewayError('SESSION_NOT_FOUND');
  if (row.state !== 'quarantined') throw new GatewayError('NOT_QUARANTINED');
  const directory = releaseDirectory(dataDirectory);
  makePrivateDirectory(directory);
  // Dumps in quarantine are gzip, whatever is configured (finish/pack.ts).
  const path = join(directory, `${id}.gz`);
  const verifier = context.createVerifier(row.receipt.policy, analyze);
  try {
    const sha256 = await copyAndVerify(await quarantined(row, context), path, verifier);
    const { clean } = await verifier.end();
    if (!clean) throw new GatewayError('STILL_NOT_CLEAN');
    const { key, url } = context.placeOf(id, new Date(row.startedAt), 'gzip');
    const storedBytes = await storage.put(key, path, { policy: row.receipt.policy, sha256 });
    const verification = {
      verified: true,
      findings: 0,
      findingsByClass: {},
      verifier: verifier.version,
      sha256,
      dictionary: null,
    };
    const released: SessionRow = {
      ...row,
      state: 'stored',
      storageKey: key,
      storageUrl: url,
      storedBytes,
      receipt: { ...row.receipt, ...verification },
    };
    await catalog.put(released, verifier.analysis);
    if (verifier.analysis) context.onAnalyzed(verifier.analysis);
    await quarantine.delete(quarantineKey(id));
    return released;
  } finally {
    verifier.close?.();
    await rm(path, { force: true });
  }
}

/** The dump in quarantine: in that of this gateway, or in one that all gateways share. */
async function quarantined(row: SessionRow, { quarantine, host }: ReleaseContext): Promise<Readable> {
  try {
    return await quarantine.get(quarantineKey(row.id));
  } catch (error) {
    throw isGatewayError(error, 'DUMP_NOT_FOUND') && row.host !== host ? quarantinedElsewhere(row) : error;
  }
}

/**
 * Copies a compressed dump to a file and feeds it to the verifier on the way, so that the bytes that are stored are the
 * bytes that were verified.
 *
 * @returns SHA-256 of the compressed bytes, in hexadecimal digits
 */
async function copyAndVerify(compressed: Readable, path: string, verifier: DumpVerifier): Promise<string> {
  const hash = createHash('sha256');
  const toDecompress = new PassThrough();
  const read = async (): Promise<void> => {
    for await (const chunk of textOf(toDecompress)) await verifier.push(chunk as Uint8Array);
  };
  const reading = read();
  try {
    await pipelineDone(
      compressed,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          if (!toDecompress.write(chunk))
            await Promise.race([new Promise((resolve) => toDecompress.once('drain', resolve)), reading]);
          yield chunk;
        }
      },
      createWriteStream(path, { mode: 0o600 }),
    );
    toDecompress.end();
  } catch (error) {
    toDecompress.destroy();
    await reading.catch(() => {});
    throw error;
  }
  await reading;
  return hash.digest('hex');
}
