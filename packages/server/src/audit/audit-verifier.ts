import type { Audit } from '../catalog/audit.ts';
import { openCheckpoint } from './checkpoint.ts';
import { checkpointFile, readCheckpointFile } from './checkpoint-file.ts';
import { formatVerifierKey, type NoteKey } from './signed-note.ts';
import { openSigningKey } from './signing-key.ts';
import { type GivenCheckpoint, type Verification, verifyLog } from './verification.ts';

/** The last checkpoint that a gateway has signed. */
export interface LastCheckpoint {
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** ISO 8601 in UTC. */
  readonly signedAt: string;
  /** The key as text, for tools. */
  readonly publicKey: string;
  /** The signed note. */
  readonly note: string;
}

export interface DatedVerification extends Verification {
  /** When it began, ISO 8601 in UTC. */
  readonly verifiedAt: string;
}

/** Verifies the log with the key of this gateway, for the admin API. */
export class AuditVerifier {
  readonly #audit: Pick<Audit, 'head' | 'read' | 'checkpoints' | 'lastCheckpoint'>;
  readonly #dataDirectory: string;
  #running: Promise<DatedVerification> | undefined;
  /** The end of the last run with a checkpoint that was given. */
  #lastGiven: Promise<unknown> = Promise.resolve();

  constructor(audit: Pick<Audit, 'head' | 'read' | 'checkpoints' | 'lastCheckpoint'>, dataDirectory: string) {
    this.#audit = audit;
    this.#dataDirectory = dataDirectory;
  }

  /** @returns undefined before the first checkpoint */
  async lastCheckpoint(): Promise<LastCheckpoint | undefined> {
    const key = await this.#key();
    const row = key && (await this.#audit.lastCheckpoint(key.id));
    const checkpoint = row && openCheckpoint(row.note, [key]);
    if (key === undefined || checkpoint?.signed !== 'verified') return undefined;
    return {
      size: checkpoint.size,
      root: Buffer.from(checkpoint.root).toString('base64'),
      signedAt: row!.createdAt,
      publicKey: formatVerifierKey(key),
      note: row!.note,
    };
  }

  /**
   * Reads the whole log. Calls during a run get the result of that run. Those with a checkpoint wait for each other, so
   * that the log is read at most twice at the same time.
   *
   * @param given the signed note of a checkpoint that was kept elsewhere
   */
  async verify(given?: string): Promise<DatedVerification> {
    if (given !== undefined) {
      const run = this.#lastGiven.then(() => this.#verify([{ source: 'The given checkpoint', note: given }]));
      this.#lastGiven = run.catch(() => undefined);
      return await run;
    }
    this.#running ??= this.#verify([]).finally(() => {
      this.#running = undefined;
    });
    return await this.#running;
  }

  async #verify(given: readonly GivenCheckpoint[]): Promise<DatedVerification> {
    const verifiedAt = new Date().toISOString();
    const [key, file] = await Promise.all([this.#key(), readCheckpointFile(this.#dataDirectory)]);
    const source = checkpointFile(this.#dataDirectory);
    const all = file === undefined ? given : [...given, { source, note: file, optional: true }];
    return { ...(await verifyLog(this.#audit, key === undefined ? [] : [key], all)), verifiedAt };
  }

  /** Read each time, because the gateway creates it after the start, and a command may replace it. */
  async #key(): Promise<NoteKey | undefined> {
    const { origin } = await this.#audit.head();
    return openSigningKey(this.#dataDirectory, origin, { create: false });
  }
}
