import type { Audit, AuditHead, AuditRow, CheckpointRow } from '../catalog/audit.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { readBody } from './entry-body.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import type { NoteKey } from './signed-note.ts';

/** Rows per query. */
const BATCH = 500;
/** Further problems are not listed. */
const MAX_PROBLEMS = 20;

/** What is wrong with a log. */
export interface AuditProblem {
  /**
   * `changed`: the content is not what was recorded; `removed`: entries are missing; `moved`: an entry is not at its
   * place; `cutOff`: entries are missing at the end; `checkpoint`: a checkpoint is not of this log, or its signature is
   * wrong; `state`: the table with the state of the log was changed.
   */
  readonly kind: 'changed' | 'removed' | 'moved' | 'cutOff' | 'checkpoint' | 'state';
  /** The entries concerned, first and last; null if it is not about entries. */
  readonly from: number | null;
  readonly to: number | null;
  readonly message: string;
}

export interface Verification {
  readonly origin: string;
  /** Entries that were ever appended. */
  readonly size: number;
  /** Of these, the ones that retention has removed. */
  readonly first: number;
  /** Root of the tree, Base64. */
  readonly root: string;
  /** Checkpoints that the log was compared with. */
  readonly checkpoints: number;
  /** The size of the largest one that a known key has signed; 0 without any. */
  readonly signedSize: number;
  /** Ids of keys of checkpoints that were not compared, because the keys are not known. */
  readonly unknownKeys: readonly string[];
  /** At most `MAX_PROBLEMS`. */
  readonly problems: readonly AuditProblem[];
}

/** Where a checkpoint comes from, for messages, and its signed note. */
export interface GivenCheckpoint {
  readonly source: string;
  readonly note: string;
  /** Whether it is left out if it is not signed by a trusted key. */
  readonly optional?: boolean;
}

type Reads = Pick<Audit, 'head' | 'read' | 'checkpoints'>;

/**
 * Reads the whole log and compares it with the checkpoints in the catalog and with those that are given.
 *
 * Each entry is hashed again. An entry whose content does not fit its stored hash is named. If somebody has stored the
 * right hash of a changed entry, the tree does not fit the next checkpoint, and the entries between the last checkpoint
 * that fits and that one are named: about a minute of the log.
 *
 * Checkpoints are to be read before this is called, so that the log is not older than they are.
 *
 * @param keys whose signatures are trusted; checkpoints of other keys are not used
 */
export async function verifyLog(
  audit: Reads,
  keys: readonly NoteKey[],
  given: readonly GivenCheckpoint[],
): Promise<Verification> {
  for (;;) {
    // What is appended after this is not looked at.
    const head = await audit.head();
    const verification = await verifyUpTo(head, audit, keys, given);
    // If retention has removed entries meanwhile, some are missing that were there at first.
    if ((await audit.head()).first === head.first) return verification;
  }
}

async function verifyUpTo(
  head: AuditHead,
  audit: Reads,
  keys: readonly NoteKey[],
  given: readonly GivenCheckpoint[],
): Promise<Verification> {
  const run = new VerificationRun(head, keys);
  for (const checkpoint of given) run.addGiven(checkpoint);
  const stored = new StoredCheckpoints(audit);
  for (const row of await stored.upTo(head.first)) run.addStored(row);
  run.begin();
  for (let from = head.first; from < head.size; ) {
    const rows = (await audit.read({ from, limit: BATCH })).filter(({ position }) => position < head.size);
    const last = rows.at(-1);
    if (last === undefined) break;
    from = last.position + 1;
    for (const row of await stored.upTo(from)) run.addStored(row);
    for (const row of rows) run.entry(row);
  }
  for (const row of await stored.upTo(head.size)) run.addStored(row);
  const next = await stored.next();
  // A checkpoint of more entries than there were at first may have been added meanwhile.
  if (next !== undefined && next.size > (await audit.head()).size) run.addStored(next);
  return run.end();
}

/** Reads the checkpoints in the catalog piece by piece, in the order of their sizes. */
class StoredCheckpoints {
  readonly #audit: Pick<Audit, 'checkpoints'>;
  #page: CheckpointRow[] = [];
  #lastSize = 0;

  constructor(audit: Pick<Audit, 'checkpoints'>) {
    this.#audit = audit;
  }

  async upTo(size: number): Promise<readonly CheckpointRow[]> {
    const rows: CheckpointRow[] = [];
    for (let row = await this.next(); row !== undefined && row.size <= size; row = await this.next()) {
      rows.push(row);
      this.#page.shift();
    }
    return rows;
  }

  /** The next one, which stays the next one. */
  async next(): Promise<CheckpointRow | undefined> {
    if (this.#page.length === 0) {
      this.#page = [...(await this.#audit.checkpoints({ afterSize: this.#lastSize, limit: BATCH }))];
      this.#lastSize = this.#page.at(-1)?.size ?? this.#lastSize;
    }
    return this.#page[0];
  }
}

class VerificationRun {
  readonly #head: AuditHead;
  readonly #keys: readonly NoteKey[];
  readonly #tree: MerkleTree;
  /** By size. */
  readonly #checkpoints = new Map<number, (Checkpoint & { readonly source: string })[]>();
  readonly #unknownKeys = new Set<string>();
  readonly #problems: AuditProblem[] = [];
  #compared = 0;
  #signedSize = 0;
  /** The size up to which the tree is known to be right. */
  #confirmed: number;
  /** The position that comes next. */
  #next: number;
  /** Where retention said that it cut the log. */
  #cutAt = 0;
  /** Whether entries are missing, so that the tree cannot be computed further. */
  #incomplete = false;

  constructor(head: AuditHead, keys: readonly NoteKey[]) {
    this.#head = head;
    this.#keys = keys;
    this.#next = head.first;
    this.#confirmed = head.first;
    this.#tree = treeOf(head.first, head.firstTree) ?? new MerkleTree();
    if (this.#tree.size !== head.first) this.#report('state', null, null, 'The state of the log is damaged');
  }

  addGiven({ source, note, optional }: GivenCheckpoint): void {
    const checkpoint = openCheckpoint(note, this.#keys);
    if (optional && checkpoint?.signed === 'unknownKey') return;
    if (checkpoint === undefined) {
      this.#report('checkpoint', null, null, `${source} is not a checkpoint with a valid signature`);
    } else if (checkpoint.origin !== this.#head.origin) {
      this.#report('checkpoint', null, null, `${source} is of another log, ${checkpoint.origin}`);
    } else if (checkpoint.signed === 'unknownKey') {
      this.#report('checkpoint', null, null, `${source} is not signed by a key that is trusted here`);
    } else this.#add(source, checkpoint);
  }

  addStored({ size, keyId, note }: CheckpointRow): void {
    const checkpoint = openCheckpoint(note, this.#keys);
    if (checkpoint?.signed === 'unknownKey') this.#unknownKeys.add(keyId);
    else if (checkpoint === undefined || checkpoint.size !== size || checkpoint.origin !== this.#head.origin) {
      this.#report('checkpoint', null, null, `The stored checkpoint of size ${size} was changed`);
    } else this.#add('a stored checkpoint', checkpoint);
  }

  #add(source: string, checkpoint: Checkpoint): void {
    const { size } = checkpoint;
    const { size: logSize, first } = this.#head;
    this.#signedSize = Math.max(this.#signedSize, size);
    if (size > logSize) {
      this.#report(
        'cutOff',
        logSize,
        size - 1,
        `${entries(logSize, size - 1)} cut off at the end: ${source} states ${size} entries, the log has ${logSize}`,
      );
    } else if (size < first) {
      this.#report('checkpoint', null, null, `${source} is of ${size} entries, all of which retention has removed`);
    } else this.#checkpoints.set(size, [...(this.#checkpoints.get(size) ?? []), { ...checkpoint, source }]);
  }

  begin(): void {
    this.#compare();
  }

  entry(row: AuditRow): void {
    if (row.position > this.#next) this.#missing(row.position - 1);
    this.#next = row.position + 1;
    this.#checkEntry(row);
    if (this.#incomplete) return;
    this.#tree.append(row.leaf);
    this.#compare();
  }

  end(): Verification {
    const { origin, size, first, tree } = this.#head;
    if (this.#next < size) this.#missing(size - 1);
    if (first > this.#cutAt) {
      this.#report('removed', this.#cutAt, first - 1, `${entries(this.#cutAt, first - 1)} removed, not by retention`);
    }
    const stated = treeOf(size, tree)?.root();
    if (!this.#incomplete && (stated === undefined || Buffer.compare(stated, this.#tree.root()) !== 0)) {
      this.#report('state', null, null, 'The entries do not fit the state of the log');
    }
    return {
      origin,
      size,
      first,
      root: Buffer.from(this.#tree.root()).toString('base64'),
      checkpoints: this.#compared,
      signedSize: this.#signedSize,
      unknownKeys: [...this.#unknownKeys],
      problems: this.#problems,
    };
  }

  #missing(last: number): void {
    const atEnd = last === this.#head.size - 1;
    const how = atEnd ? 'cut off at the end' : 'removed';
    this.#report(atEnd ? 'cutOff' : 'removed', this.#next, last, `${entries(this.#next, last)} ${how}`);
    this.#incomplete = true;
  }

  #checkEntry({ position, time, action, body, leaf }: AuditRow): void {
    const content = contentOf(body);
    if (content === undefined || Buffer.compare(leafHash(body), leaf) !== 0) {
      this.#report('changed', position, position, `Entry ${position} was changed`);
      return;
    }
    if (content.position !== position) {
      this.#report('moved', position, position, `Entry ${position} was moved here from position ${content.position}`);
    } else if (content.time !== time || content.action !== action) {
      this.#report('changed', position, position, `Entry ${position} was changed: its time or action`);
    }
    const cutAt = content.action === 'retention.pass' ? content.details?.['auditFirst'] : undefined;
    if (typeof cutAt === 'number') this.#cutAt = Math.max(this.#cutAt, cutAt);
  }

  /** Compares the tree with the checkpoints of its size. */
  #compare(): void {
    const { size } = this.#tree;
    const checkpoints = this.#checkpoints.get(size) ?? [];
    if (checkpoints.length === 0) return;
    this.#checkpoints.delete(size);
    const root = this.#tree.root();
    for (const checkpoint of checkpoints) {
      this.#compared++;
      if (Buffer.compare(root, checkpoint.root) === 0) this.#confirmed = size;
      else {
        this.#report(
          'changed',
          this.#confirmed,
          size - 1,
          `${entries(this.#confirmed, size - 1)} changed: ${checkpoint.source} of ${size} entries has another root`,
        );
      }
    }
  }

  #report(kind: AuditProblem['kind'], from: number | null, to: number | null, message: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ kind, from, to, message });
  }
}

function entries(from: number, to: number): string {
  return from === to ? `Entry ${from} was` : `Entries ${from} to ${to} were`;
}

function treeOf(size: number, subtrees: readonly Uint8Array[]): MerkleTree | undefined {
  try {
    return new MerkleTree(size, subtrees);
  } catch {
    return undefined;
  }
}

function contentOf(body: string): ReturnType<typeof readBody> | undefined {
  try {
    return readBody(body);
  } catch {
    return undefined;
  }
}
