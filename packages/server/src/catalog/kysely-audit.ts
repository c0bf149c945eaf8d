import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import {
  type Audit,
  type AuditHead,
  type AuditQuery,
  type AuditRow,
  type AuditRowWithKeys,
  type CheckpointRow,
  type ComposeCut,
  type ComposedEntry,
  type ComposeEntry,
  PERSON_KEY_BYTES,
} from './audit.ts';
import { checkpointFromTable, entryFromTable, headFromTable, toBase64, toTreeText } from './audit-rows.ts';
import type { Engine, RunQuery } from './engine.ts';
import { toText } from './rows.ts';
import type { CatalogTables } from './schema.ts';

type Db = Kysely<CatalogTables>;

/** Persons per statement, because the number of parameters is limited. */
const PERSONS_PER_STATEMENT = 500;
/** Between gateways that share a catalog; more than that is a fault. */
const MAX_CLOCK_DIFFERENCE_MS = 3_600_000;
/** Links per transaction, which then takes some milliseconds. */
const LINKS_PER_TRANSACTION = 1000;

/** The audit log in tables of the catalog, the same for every engine. */
export class KyselyAudit implements Audit {
  readonly #db: Db;
  readonly #engine: Engine;
  readonly #query: RunQuery;

  constructor(db: Db, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  async append(persons: readonly string[], compose: ComposeEntry): Promise<number> {
    return await this.#locked(async (db, head) => {
      const entry = compose({ position: head.size, tree: head.tree, keys: await keysOf(db, persons) });
      await insert(db, head.size, entry);
      await db
        .updateTable('audit_log')
        .set({ size: head.size + 1, tree: toTreeText(entry.tree) })
        .execute();
      return head.size;
    });
  }

  async forget(persons: readonly string[]): Promise<number> {
    const entries = new Set<number>();
    const names = [...new Set(persons.map(toText))];
    for (let at = 0; at < names.length; at += PERSONS_PER_STATEMENT) {
      const some = names.slice(at, at + PERSONS_PER_STATEMENT);
      // The keys first: from then on, nobody can read what was encrypted with them.
      const size = await this.#locked(async (db, head) => {
        await db.deleteFrom('audit_persons').where('person', 'in', some).execute();
        return head.size;
      });
      await this.#unlink(some, size, entries);
    }
    return entries.size;
  }

  /** Deletes the links of entries before a position; an entry that is appended meanwhile has a new key. */
  async #unlink(persons: readonly string[], before: number, entries: Set<number>): Promise<void> {
    for (let found = LINKS_PER_TRANSACTION; found === LINKS_PER_TRANSACTION; ) {
      found = await this.#locked(async (db) => {
        const links = await db
          .selectFrom('audit_links')
          .select('position')
          .where('person', 'in', persons)
          .where('position', '<', before)
          .limit(LINKS_PER_TRANSACTION)
          .execute();
        if (links.length === 0) return 0;
        const positions = [...new Set(links.map(({ position }) => Number(position)))];
        for (const position of positions) entries.add(position);
        await db.deleteFrom('audit_links').where('position', 'in', positions).where('person', 'in', persons).execute();
        return links.length;
      });
    }
  }

  async drop(time: string, limit: number, compose: ComposeCut): Promise<number> {
    return await this.#locked(async (db, head) => {
      const oldest = await db
        .selectFrom('audit_entries')
        .select(['time', 'leaf'])
        .where('position', '>=', head.first)
        .orderBy('position')
        .limit(limit)
        .execute();
      const end = oldest.findIndex((row) => row.time >= time);
      const dropped = end < 0 ? oldest : oldest.slice(0, end);
      if (dropped.length === 0) return 0;
      const first = head.first + dropped.length;
      const leaves = dropped.map(({ leaf }) => Buffer.from(leaf, 'base64'));
      const state = { position: head.size, tree: head.tree, keys: new Map<string, Uint8Array>() };
      const { firstTree, entry } = compose({ firstTree: head.firstTree, leaves, first }, state);
      await removeBefore(db, first);
      await insert(db, head.size, entry);
      await db
        .updateTable('audit_log')
        .set({ size: head.size + 1, tree: toTreeText(entry.tree), first, first_tree: toTreeText(firstTree) })
        .execute();
      return dropped.length;
    });
  }

  async head(): Promise<AuditHead> {
    return headFromTable(
      await this.#query(() => this.#db.selectFrom('audit_log').selectAll().executeTakeFirstOrThrow()),
    );
  }

  async read({ from, limit }: { readonly from: number; readonly limit: number }): Promise<readonly AuditRow[]> {
    const rows = await this.#query(() =>
      this.#db
        .selectFrom('audit_entries')
        .selectAll()
        .where('position', '>=', from)
        .orderBy('position')
        .limit(limit)
        .execute(),
    );
    return rows.map(entryFromTable);
  }

  async list({ limit, before, since, action }: AuditQuery): Promise<readonly AuditRowWithKeys[]> {
    let select = this.#db.selectFrom('audit_entries').selectAll();
    if (before !== undefined) select = select.where('position', '<', before);
    if (since !== undefined) {
      select = select.where('time', '>=', since).where('position', '>=', await this.#positionBefore(since));
    }
    if (action !== undefined) select = select.where('action', '=', action);
    const rows = await this.#query(() => select.orderBy('position', 'desc').limit(limit).execute());
    const [newest, oldest] = [rows[0], rows.at(-1)];
    if (newest === undefined || oldest === undefined) return [];
    const links = await this.#query(() =>
      this.#db
        .selectFrom('audit_links')
        .innerJoin('audit_persons', 'audit_persons.person', 'audit_links.person')
        .select(['audit_links.position', 'audit_links.slot', 'audit_links.person', 'audit_persons.key'])
        .where('audit_links.position', '>=', oldest.position)
        .where('audit_links.position', '<=', newest.position)
        .execute(),
    );
    return rows.map((row) => {
      const keys = links.filter(({ position }) => Number(position) === Number(row.position));
      return {
        ...entryFromTable(row),
        keys: keys.map(({ slot, person, key }) => ({ slot, person, key: Buffer.from(key, 'base64') })),
      };
    });
  }

  /**
   * A position before all entries of a time, so that not the whole log is read for the last ones. Times do not decrease
   * from entry to entry, except by the difference of the clocks of gateways.
   */
  async #positionBefore(time: string): Promise<number> {
    const earlier = new Date(Date.parse(time) - MAX_CLOCK_DIFFERENCE_MS).toISOString();
    let { first, size } = await this.head();
    while (first < size) {
      const middle = Math.floor((first + size) / 2);
      const row = await this.#query(() =>
        this.#db
          .selectFrom('audit_entries')
          .select('time')
          .where('position', '>=', middle)
          .orderBy('position')
          .limit(1)
          .executeTakeFirst(),
      );
      if (row !== undefined && row.time < earlier) first = middle + 1;
      else size = middle;
    }
    return first;
  }

  async addCheckpoint({ size, keyId, tree, note, createdAt }: CheckpointRow): Promise<void> {
    const row = { size, key_id: keyId, tree: toTreeText(tree), note, created_at: createdAt };
    await this.#query(() =>
      this.#db
        .insertInto('audit_checkpoints')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async checkpoints(query: { readonly afterSize: number; readonly limit: number }): Promise<readonly CheckpointRow[]> {
    const rows = await this.#query(() =>
      this.#db
        .selectFrom('audit_checkpoints')
        .selectAll()
        .where('size', '>', query.afterSize)
        .orderBy('size')
        .orderBy('key_id')
        .limit(query.limit)
        .execute(),
    );
    return rows.map(checkpointFromTable);
  }

  async lastCheckpoint(keyId: string): Promise<CheckpointRow | undefined> {
    const row = await this.#query(() =>
      this.#db
        .selectFrom('audit_checkpoints')
        .selectAll()
        .where('key_id', '=', keyId)
        .orderBy('size', 'desc')
        .limit(1)
        .executeTakeFirst(),
    );
    return row && checkpointFromTable(row);
  }

  /** Runs `work` in a transaction that has the log locked. */
  async #locked<T>(work: (db: Db, head: AuditHead) => Promise<T>): Promise<T> {
    return await this.#query(() =>
      this.#engine.durableTransaction(this.#db, async (db) => {
        const select = db.selectFrom('audit_log').selectAll();
        // A transaction of SQLite has the whole file locked.
        const locking = this.#engine.name === 'postgres' ? select.forUpdate() : select;
        return await work(db, headFromTable(await locking.executeTakeFirstOrThrow()));
      }),
    );
  }
}

/** The keys of persons; makes those that are missing. */
async function keysOf(db: Db, persons: readonly string[]): Promise<Map<string, Uint8Array>> {
  if (persons.length === 0) return new Map();
  const names = persons.map(toText);
  const rows = await db.selectFrom('audit_persons').selectAll().where('person', 'in', names).execute();
  const known = new Map<string, Uint8Array>(rows.map(({ person, key }) => [person, Buffer.from(key, 'base64')]));
  const made = [...new Set(names)].filter((name) => !known.has(name));
  for (const name of made) known.set(name, randomBytes(PERSON_KEY_BYTES));
  if (made.length > 0) {
    const values = made.map((person) => ({ person, key: toBase64(known.get(person)!) }));
    await db.insertInto('audit_persons').values(values).execute();
  }
  return new Map(persons.map((person) => [person, known.get(toText(person))!]));
}

async function insert(db: Db, position: number, { time, action, body, leaf, links }: ComposedEntry): Promise<void> {
  await db
    .insertInto('audit_entries')
    .values({ position, time, action, body, leaf: toBase64(leaf) })
    .execute();
  if (links.length === 0) return;
  const values = links.map((person, slot) => ({ position, slot, person: toText(person) }));
  await db.insertInto('audit_links').values(values).execute();
}

/** Removes the entries before a position, and what only they needed. */
async function removeBefore(db: Db, first: number): Promise<void> {
  const links = await db.selectFrom('audit_links').select('person').distinct().where('position', '<', first).execute();
  await db.deleteFrom('audit_links').where('position', '<', first).execute();
  const persons = links.map(({ person }) => person);
  for (let at = 0; at < persons.length; at += PERSONS_PER_STATEMENT) {
    await db
      .deleteFrom('audit_persons')
      .where('person', 'in', persons.slice(at, at + PERSONS_PER_STATEMENT))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(selectFrom('audit_links').select('slot').whereRef('audit_links.person', '=', 'audit_persons.person')),
        ),
      )
      .execute();
  }
  await db.deleteFrom('audit_entries').where('position', '<', first).execute();
  await db.deleteFrom('audit_checkpoints').where('size', '<', first).execute();
}
