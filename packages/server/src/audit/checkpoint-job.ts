import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Audit, AuditHead } from '../catalog/audit.ts';
import { errorFields, type Log } from '../log/log.ts';
import { checkpointText, openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { readCheckpointFile, setCheckpointFileAside, writeCheckpointFile } from './checkpoint-file.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import { type NoteSigner, signNote } from './signed-note.ts';
import { openSigningKey } from './signing-key.ts';

/** Entries per query. */
const BATCH = 500;

interface CheckpointJobParts {
  readonly audit: Pick<Audit, 'head' | 'read' | 'lastCheckpoint' | 'addCheckpoint'>;
  readonly dataDirectory: string;
  readonly log: Log;
}

/**
 * Signs checkpoints of the audit log. A checkpoint goes to the catalog, to a file in the data directory and to the log
 * of the gateway, which is where operators collect copies that a manager of the database cannot change.
 *
 * The job signs only what continues its last checkpoint: it hashes the entries that came after it by itself. When they
 * do not fit, the log was tampered with or an older copy of the database was restored. It then says so at every
 * run and signs nothing, because two checkpoints that contradict each other would make both worthless.
 */
export class CheckpointJob {
  readonly #parts: CheckpointJobParts;
  #signer: NoteSigner | undefined;
  /** What was signed last; undefined until it was read. */
  #tree: MerkleTree | undefined;
  #failed = false;

  constructor(parts: CheckpointJobParts) {
    this.#parts = parts;
  }

  /** Signs the log if it has grown. Never rejects: the next run tries again. One run at a time. */
  async run(): Promise<void> {
    const { audit, dataDirectory, log } = this.#parts;
    try {
      const head = await audit.head();
      this.#signer ??= openSigningKey(dataDirectory, head.origin, { create: true })!;
      const file = this.#tree === undefined ? await this.#lastInFile(head, this.#signer) : undefined;
      const tree = new MerkleTree(...(await this.#start(head, this.#signer)));
      const problem = await this.#extend(tree, head, file);
      this.#failed = false;
      if (problem !== undefined) {
        log.error({ size: head.size, problem }, 'the audit log does not continue its last checkpoint; not signed');
        return;
      }
      if (tree.size > (this.#tree?.size ?? file?.size ?? 0)) await this.#sign(tree, this.#signer);
      this.#tree = tree;
    } catch (error) {
      // Once per outage.
      if (!this.#failed) log.warn(errorFields(error), 'the audit log cannot be signed; trying again');
      this.#failed = true;
    }
  }

  /** Size and subtrees of what was signed last. */
  async #start(head: AuditHead, signer: NoteSigner): Promise<[number, readonly Uint8Array[]]> {
    const last = this.#tree ?? (await this.#lastInCatalog(signer)) ?? new MerkleTree();
    // Retention has removed entries that this gateway never saw: it was stopped for that long, or is new.
    return last.size < head.first ? [head.first, head.firstTree] : [last.size, last.subtrees];
  }

  async #lastInCatalog(signer: NoteSigner): Promise<MerkleTree | undefined> {
    const row = await this.#parts.audit.lastCheckpoint(signer.id);
    const signed = row && openCheckpoint(row.note, [signer]);
    if (row === undefined || signed?.signed !== 'verified' || signed.size !== row.size) return undefined;
    const tree = new MerkleTree(row.size, row.tree);
    return Buffer.compare(tree.root(), signed.root) === 0 ? tree : undefined;
  }

  async #lastInFile(head: AuditHead, signer: NoteSigner): Promise<SignedCheckpoint | undefined> {
    const { dataDirectory, log } = this.#parts;
    const note = await readCheckpointFile(dataDirectory);
    if (note === undefined) return undefined;
    const checkpoint = openCheckpoint(note, [signer]);
    if (checkpoint?.origin === head.origin && checkpoint.signed === 'verified') return checkpoint;
    log.warn({ origin: head.origin }, 'the last checkpoint in the data directory is not of this audit log or key');
    await setCheckpointFileAside(dataDirectory);
    return undefined;
  }

  /** Adds the entries up to the head. @returns what does not fit */
  async #extend(tree: MerkleTree, head: AuditHead, file: SignedCheckpoint | undefined): Promise<string | undefined> {
    const size = Math.max(tree.size, file?.size ?? 0);
    if (head.size < size) return `entries ${head.size} to ${size - 1} were removed`;
    const differs = (): boolean => tree.size === file?.size && Buffer.compare(tree.root(), file.root) !== 0;
    if (differs()) return `the first ${tree.size} entries were changed`;
    while (tree.size < head.size) {
      for (const { position, body, leaf } of await this.#parts.audit.read({ from: tree.size, limit: BATCH })) {
        if (position !== tree.size) return `entry ${tree.size} was removed`;
        if (Buffer.compare(leafHash(body), leaf) !== 0) return `entry ${position} was changed`;
        tree.append(leaf);
        if (differs()) return `the first ${tree.size} entries were changed`;
        if (tree.size === head.size) break;
      }
      if (tree.size < head.size) await nextTurn();
    }
    const root = new MerkleTree(head.size, head.tree).root();
    return Buffer.compare(root, tree.root()) === 0 ? undefined : `one of the first ${head.size} entries was changed`;
  }

  async #sign(tree: MerkleTree, signer: NoteSigner): Promise<void> {
    const { audit, dataDirectory, log } = this.#parts;
    const note = signNote(checkpointText({ origin: signer.name, size: tree.size, root: tree.root() }), signer);
    const createdAt = new Date().toISOString();
    await audit.addCheckpoint({ size: tree.size, keyId: signer.id, tree: tree.subtrees, note, createdAt });
    await writeCheckpointFile(dataDirectory, note);
    log.info({ size: tree.size, checkpoint: note }, 'audit checkpoint');
  }
}
