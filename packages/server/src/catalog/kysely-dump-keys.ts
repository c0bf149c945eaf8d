import type { Kysely } from 'kysely';
import type { DumpKey, DumpKeys } from './dump-keys.ts';
import type { Engine, RunQuery } from './engine.ts';
import type { CatalogTables, DumpKeysTable } from './schema.ts';

/** Far below the parameter limit of SQLite (32,766). */
const OBJECTS_PER_STATEMENT = 500;

/** A call of `keep` that waits for the next write. */
interface PendingKey {
  readonly key: DumpKey;
  readonly resolve: (recipient: string) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The keys in a table of the catalog, the same for every engine. Calls of `keep` during one write are written together
 * by the next, because each write waits for the disk.
 */
export class KyselyDumpKeys implements DumpKeys {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;
  #pending: PendingKey[] = [];
  #isWriting = false;

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  keep(key: DumpKey): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ key, resolve, reject });
      void this.#writePending();
    });
  }

  async add(key: DumpKey): Promise<void> {
    await this.#query(() =>
      this.#engine.durableTransaction(this.#db, async (db) => {
        await db.insertInto('dump_keys').values(toTable(key)).execute();
      }),
    );
  }

  async of(object: string): Promise<readonly Pick<DumpKey, 'recipient' | 'wrapped'>[]> {
    return await this.#query(() =>
      this.#db
        .selectFrom('dump_keys')
        .select(['recipient', 'wrapped'])
        .where('object', '=', object)
        .orderBy('created_at', 'desc')
        .orderBy('recipient')
        .execute(),
    );
  }

  async removeOthers(object: string, recipient: string): Promise<void> {
    await this.#query(() =>
      this.#db.deleteFrom('dump_keys').where('object', '=', object).where('recipient', '!=', recipient).execute(),
    );
  }

  async remove(objects: readonly string[]): Promise<void> {
    for (let start = 0; start < objects.length; start += OBJECTS_PER_STATEMENT) {
      const some = objects.slice(start, start + OBJECTS_PER_STATEMENT);
      await this.#query(() => this.#db.deleteFrom('dump_keys').where('object', 'in', some).execute());
    }
  }

  async #writePending(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    while (this.#pending.length > 0) {
      const some = this.#pending.splice(0, OBJECTS_PER_STATEMENT);
      try {
        const recipients = await this.#keep(some.map(({ key }) => key));
        for (const { key, resolve } of some) resolve(recipients.get(key.object)!);
      } catch (error) {
        for (const { reject } of some) reject(error);
      }
    }
    this.#isWriting = false;
  }

  /** @returns the recipient of the newest key of each object */
  async #keep(keys: readonly DumpKey[]): Promise<ReadonlyMap<string, string>> {
    const objects = [...new Set(keys.map(({ object }) => object))];
    return await this.#query(() =>
      this.#engine.durableTransaction(this.#db, async (db) => {
        const select = db.selectFrom('dump_keys').select(['object', 'recipient']).where('object', 'in', objects);
        const existing = await select.orderBy('created_at').orderBy('recipient', 'desc').execute();
        const recipients = new Map(existing.map(({ object, recipient }) => [object, recipient]));
        const added = keys.filter(({ object, recipient }) => {
          if (recipients.has(object)) return false;
          recipients.set(object, recipient);
          return true;
        });
        if (added.length > 0) await db.insertInto('dump_keys').values(added.map(toTable)).execute();
        return recipients;
      }),
    );
  }
}

function toTable({ object, sessionId, recipient, wrapped, createdAt }: DumpKey): DumpKeysTable {
  return { object, session_id: sessionId, recipient, wrapped, created_at: createdAt };
}

/**
 * Destroys all keys of sessions that have no dump any more: a dump that was verified twice may have been on its way to
 * the storage first and to the quarantine then.
 */
export async function removeKeysOf(db: Kysely<CatalogTables>, sessionIds: readonly string[]): Promise<void> {
  await db.deleteFrom('dump_keys').where('session_id', 'in', sessionIds).execute();
}
