import { createHmac, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IDENTITY_FIELDS } from '@rtcstats-server/dump';
import { errorCode } from '../../errors/error-code.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import { PRIVATE_DIRECTORY_MODE, PRIVATE_FILE_MODE } from '../../files/private-files.ts';
import { makeKeyFile, readKeyFile, tombstoneKeyFile } from '../../keys/key-file.ts';
import type { PseudonymKeys } from '../../pseudonyms/pseudonym-keys.ts';
import type { SessionSubject } from '../../spool/record.ts';
import type { ErasedSubject, Subject } from './contract.ts';

/** Bytes of a hash: 96 bits, so that no two names share one by accident. */
const HASH_BYTES = 12;
const FILE = /^[\w-]{1,64}\.json$/;

/**
 * Keyed hashes of names: HMAC-SHA-256 with a key that only the gateway has. With the hash alone nobody can test whether
 * it is that of a name that they know.
 */
export class SubjectHashes {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /**
   * The hashes of a data directory. Their key is made from that of the pseudonyms, so that all gateways of a catalog
   * make the same one, and kept in a file, so that it outlives a change of that key.
   *
   * @param options.create whether to write the file if it is missing
   * @throws GatewayError KEY_UNUSABLE
   */
  static open(dataDirectory: string, keys: PseudonymKeys, options: { readonly create: boolean }): SubjectHashes {
    const path = tombstoneKeyFile(dataDirectory);
    const derived = keys.derive('tombstones');
    return new SubjectHashes(readKeyFile(path) ?? (options.create ? makeKeyFile(path, derived) : derived));
  }

  of({ kind, name }: Subject): string {
    // The catalog replaces the same characters (catalog/rows.ts).
    const text = name.replaceAll('\0', '\ufffd').toWellFormed();
    const hash = createHmac('sha256', this.#key).update(`${kind}\0${text}`).digest();
    return hash.subarray(0, HASH_BYTES).toString('base64url');
  }
}

/** The part of the configuration that says where tombstones are. */
export interface TombstoneConfig {
  /** Absolute. */
  readonly dataDirectory: string;
  readonly subjects: { readonly tombstones?: string | undefined };
}

/** The tombstones of a configuration. @param options as of `SubjectHashes.open` */
export async function openTombstones(
  { dataDirectory, subjects }: TombstoneConfig,
  keys: PseudonymKeys,
  options: { readonly create: boolean },
): Promise<Tombstones> {
  const directory = subjects.tombstones ?? join(dataDirectory, 'tombstones');
  return await Tombstones.open(directory, SubjectHashes.open(dataDirectory, keys, options));
}

/**
 * The subjects that were erased, in a directory with one small file per erasure. It is kept apart from the catalog,
 * because a restored backup of the catalog has the people again that were erased since: the gateway finds them by these
 * files and erases them again. One file per erasure, because then an older copy of the directory adds files but
 * replaces none. The files have keyed hashes only.
 */
export class Tombstones {
  readonly #directory: string;
  readonly hashes: SubjectHashes;
  readonly #byId = new Map<string, ErasedSubject>();
  /** By kind and hash. */
  readonly #byHash = new Map<string, ErasedSubject[]>();

  private constructor(directory: string, hashes: SubjectHashes) {
    this.#directory = directory;
    this.hashes = hashes;
  }

  /** Reads the directory, which need not exist. @throws GatewayError DATA_DIRECTORY_UNUSABLE */
  static async open(directory: string, hashes: SubjectHashes): Promise<Tombstones> {
    const tombstones = new Tombstones(directory, hashes);
    for (const name of await namesIn(directory)) {
      if (FILE.test(name)) tombstones.remember(await readTombstone(join(directory, name)));
    }
    return tombstones;
  }

  /** All of them, the oldest first. */
  get all(): readonly ErasedSubject[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Writes it to the disk, and remembers it. @throws GatewayError DATA_DIRECTORY_UNUSABLE */
  async add(subject: ErasedSubject): Promise<void> {
    const path = join(this.#directory, `${subject.id}.json`);
    const draft = join(this.#directory, `.${randomUUID()}.new`);
    try {
      await mkdir(this.#directory, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
      const file = await open(draft, 'wx', PRIVATE_FILE_MODE);
      try {
        const { id, kind, hashes, requestedAt } = subject;
        await file.writeFile(`${JSON.stringify({ id, kind, requestedAt, hashes })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (cause) {
      await rm(draft, { force: true }).catch(() => {});
      throw unusable(path, cause);
    }
    this.remember(subject);
  }

  /** For a process that does not write: another one of the same gateway has the file. */
  remember(subject: ErasedSubject): void {
    if (this.#byId.has(subject.id)) return;
    this.#byId.set(subject.id, subject);
    for (const hash of subject.hashes) {
      const key = `${subject.kind} ${hash}`;
      const others = this.#byHash.get(key);
      if (others) others.push(subject);
      else this.#byHash.set(key, [subject]);
    }
  }

  /** The erasures that concern a session: of a name that it has, and requested after it was recorded. */
  of(session: SessionSubject): readonly ErasedSubject[] {
    if (this.#byId.size === 0) return [];
    const found = new Set<ErasedSubject>();
    const names = IDENTITY_FIELDS.map((kind): [typeof kind, string | null] => [kind, session[kind]]);
    for (const [kind, name] of [...names, ['session', session.id] as const]) {
      if (name === null) continue;
      for (const erased of this.#byHash.get(`${kind} ${this.hashes.of({ kind, name })}`) ?? []) found.add(erased);
    }
    const recorded = recordedAt(session);
    return [...found].filter(({ requestedAt }) => recorded < Date.parse(requestedAt));
  }
}

/**
 * When the gateway began to record the session, in milliseconds: the time in its id, because an uploaded dump may be of
 * a much older call (UUID version 7, RFC 9562, section 5.7).
 */
function recordedAt({ id, startedAt }: SessionSubject): number {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id) ?? [];
  return high === undefined ? Date.parse(startedAt) : Number.parseInt(`${high}${low}`, 16);
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return [];
    throw unusable(directory, cause);
  }
}

async function readTombstone(path: string): Promise<ErasedSubject> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<ErasedSubject>;
    const { id, kind, hashes, requestedAt = '' } = value;
    if (typeof id === 'string' && kind && IDENTITY_FIELDS.includes(kind) && Array.isArray(hashes)) {
      if (!Number.isNaN(Date.parse(requestedAt))) return { id, kind, hashes, requestedAt };
    }
  } catch (cause) {
    throw unusable(path, cause);
  }
  throw unusable(path, undefined);
}

function unusable(path: string, cause: unknown): GatewayError {
  const reason = errorCode(cause) ?? 'not a tombstone';
  return new GatewayError('DATA_DIRECTORY_UNUSABLE', `${path} cannot be read or written (${reason})`, { cause });
}
