import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import type { Log } from '../log/log.ts';
import { CatalogAuditLog } from './catalog-audit-log.ts';
import { readCheckpointFile } from './checkpoint-file.ts';
import { CheckpointJob } from './checkpoint-job.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import type { NoteSigner } from './signed-note.ts';
import { openSigningKey } from './signing-key.ts';
import { type AuditDatabase, postgresDatabase, sqliteDatabase } from './testing/audit-catalogs.ts';
import { verifyLog } from './verification.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});

const databases: [string, () => Promise<AuditDatabase>][] = [
  ['SQLite', sqliteDatabase],
  ['PostgreSQL', () => postgresDatabase(postgres)],
];

interface Setup {
  readonly database: AuditDatabase;
  readonly catalog: Catalog;
  readonly log: CatalogAuditLog;
  readonly dataDirectory: string;
  readonly lines: { readonly msg: string; readonly problem?: string }[];
  /** A gateway that is started: it has signed nothing yet. */
  job(): CheckpointJob;
  key(): Promise<NoteSigner>;
}

async function setUp(create: () => Promise<AuditDatabase>, entries: number): Promise<Setup> {
  const database = await create();
  const catalog = await database.open();
  const log = new CatalogAuditLog(catalog.audit);
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rtcstats-checkpoints-'));
  onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }));
  const lines: Setup['lines'] = [];
  const line = (fields: object, msg: string): void => void lines.push({ ...fields, msg });
  const gatewayLog = { debug: line, info: line, warn: line, error: line, fatal: line } as unknown as Log;
  for (let count = 0; count < entries; count++) await record(log, count);
  return {
    database,
    catalog,
    log,
    dataDirectory,
    lines,
    job: () => new CheckpointJob({ audit: catalog.audit, dataDirectory, log: gatewayLog }),
    key: async () => openSigningKey(dataDirectory, (await catalog.audit.head()).origin, { create: false })!,
  };
}

async function record(log: CatalogAuditLog, count: number): Promise<void> {
  await log.record({ action: 'dump.read', actor: 'anna', outcome: 'done', target: `s-${count}`, persons: ['u-1'] });
}

/** Changes an entry and everything that is computed from it, as a manager of the database could. */
async function rewrite({ catalog, database }: Setup, position: number): Promise<void> {
  const rows = await catalog.audit.read({ from: 0, limit: 1000 });
  const tree = new MerkleTree();
  for (const row of rows) {
    const body = row.position === position ? row.body.replace('anna', 'bert') : row.body;
    tree.append(leafHash(body));
    const leaf = Buffer.from(leafHash(body)).toString('base64');
    await database.tamper(
      `update audit_entries set body = '${body}', leaf = '${leaf}' where position = ${row.position}`,
    );
  }
  const subtrees = JSON.stringify(tree.subtrees.map((hash) => Buffer.from(hash).toString('base64')));
  await database.tamper(`update audit_log set tree = '${subtrees}'`);
}

describe.each(databases)('verifying the log in %s', (_, create) => {
  it('finds nothing wrong in a log that is signed as it grows, also after persons were forgotten', async () => {
    const setup = await setUp(create, 3);
    const job = setup.job();
    await job.run();
    const kept = (await readCheckpointFile(setup.dataDirectory))!;
    for (let count = 0; count < 4; count++) await record(setup.log, count);
    await setup.log.forget(['u-1']);
    await job.run();
    const verification = await verifyLog(setup.catalog.audit, [await setup.key()], [{ source: 'a copy', note: kept }]);
    expect(verification).toMatchObject({ size: 7, signedSize: 7, checkpoints: 3, unknownKeys: [], problems: [] });
    expect(setup.lines.map(({ msg }) => msg)).toEqual(['audit checkpoint', 'audit checkpoint']);
    const path = join(setup.dataDirectory, 'audit', 'checkpoint');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toMatch(
      /^rtcstats-server\/audit\/[0-9a-f]{32}\n7\n\S{44}\n\n— rtcstats-server\/audit\/\S+ \S+\n$/,
    );
  });

  it.each([
    [
      'a changed entry',
      `update audit_entries set body = replace(body, 'anna', 'bert') where position = 2`,
      ['changed', 2, 2],
    ],
    [
      'a changed time',
      `update audit_entries set time = '2020-01-01T00:00:00.000Z' where position = 2`,
      ['changed', 2, 2],
    ],
    ['an entry that is not one', `update audit_entries set body = '[]' where position = 2`, ['changed', 2, 2]],
    ['a removed entry', 'delete from audit_entries where position = 2', ['removed', 2, 2]],
    ['removed entries', 'delete from audit_entries where position between 1 and 3', ['removed', 1, 3]],
    ['a removed first entry', 'delete from audit_entries where position = 0', ['removed', 0, 0]],
    ['a removed last entry', 'delete from audit_entries where position = 4', ['cutOff', 4, 4]],
    [
      'entries that changed places',
      `update audit_entries set position = 99 where position = 1;
       update audit_entries set position = 1 where position = 3;
       update audit_entries set position = 3 where position = 99`,
      ['moved', 1, 1],
    ],
    ['a state that is damaged', `update audit_log set tree = 'x'`, ['state', null, null]],
    ['a state that is changed', 'update audit_log set first = 3', ['state', null, null]],
  ])('names %s', async (_name, statements, [kind, from, to]) => {
    const { database, catalog } = await setUp(create, 5);
    await database.tamper(statements);
    const { problems } = await verifyLog(catalog.audit, [], []);
    expect(problems).toContainEqual({ kind, from, to, message: expect.any(String) });
  });

  it('names the entries of the time in which one was changed together with all hashes', async () => {
    const setup = await setUp(create, 2);
    const job = setup.job();
    await job.run();
    for (const count of [2, 3, 4]) await record(setup.log, count);
    await job.run();
    await record(setup.log, 5);
    await rewrite(setup, 3);
    expect((await verifyLog(setup.catalog.audit, [], [])).problems).toEqual([]);
    const { problems } = await verifyLog(setup.catalog.audit, [await setup.key()], []);
    expect(problems).toMatchObject([{ kind: 'changed', from: 2, to: 4 }]);
    expect(problems[0]!.message).toBe('Entries 2 to 4 were changed: a stored checkpoint of 5 entries has another root');
  });

  it('notices with a checkpoint kept elsewhere that the end was cut off and everything else adapted', async () => {
    const setup = await setUp(create, 5);
    const { catalog, database } = setup;
    const before = JSON.stringify(
      (await catalog.audit.head()).tree.map((hash) => Buffer.from(hash).toString('base64')),
    );
    await record(setup.log, 5);
    await record(setup.log, 6);
    await setup.job().run();
    const note = (await readCheckpointFile(setup.dataDirectory))!;
    await database.tamper(`delete from audit_entries where position >= 5; delete from audit_links where position >= 5;
      delete from audit_checkpoints;
      update audit_log set size = 5, tree = '${before}'`);
    const keys = [await setup.key()];
    expect((await verifyLog(catalog.audit, keys, [])).problems).toEqual([]);
    const { problems } = await verifyLog(catalog.audit, keys, [{ source: 'copy.txt', note }]);
    expect(problems).toEqual([
      {
        kind: 'cutOff',
        from: 5,
        to: 6,
        message: 'Entries 5 to 6 were cut off at the end: copy.txt states 7 entries, the log has 5',
      },
    ]);
    // The gateway notices it by its own copy, and does not sign.
    await setup.job().run();
    expect(setup.lines.at(-1)).toMatchObject({ problem: 'entries 5 to 6 were removed' });
    await record(setup.log, 5);
    await record(setup.log, 6);
    await record(setup.log, 7);
    await setup.job().run();
    expect(setup.lines.at(-1)).toMatchObject({ problem: 'the first 7 entries were changed' });
    expect(await readCheckpointFile(setup.dataDirectory)).toBe(note);
  });

  it('trusts only the keys that it is given', async () => {
    const setup = await setUp(create, 2);
    await setup.job().run();
    const note = (await readCheckpointFile(setup.dataDirectory))!;
    const other = openSigningKey(join(setup.dataDirectory, 'other'), (await setup.catalog.audit.head()).origin, {
      create: true,
    })!;
    const { problems, unknownKeys, checkpoints } = await verifyLog(
      setup.catalog.audit,
      [other],
      [{ source: 'copy.txt', note }],
    );
    expect(problems).toMatchObject([
      { kind: 'checkpoint', message: 'copy.txt is not signed by a key that is trusted here' },
    ]);
    expect({ unknownKeys, checkpoints }).toEqual({ unknownKeys: [(await setup.key()).id], checkpoints: 0 });
    await setup.database.tamper(`update audit_checkpoints set note = '${note.replace('\n2\n', '\n3\n')}'`);
    const changed = await verifyLog(setup.catalog.audit, [await setup.key()], [{ source: 'x', note: 'x' }]);
    expect(changed.problems).toMatchObject([
      { kind: 'checkpoint', message: 'x is not a checkpoint with a valid signature' },
      { kind: 'checkpoint', message: 'The stored checkpoint of size 2 was changed' },
    ]);
  });

  it('does not take entries as removed by retention of which retention did not say so', async () => {
    const setup = await setUp(create, 4);
    const rows = await setup.catalog.audit.read({ from: 0, limit: 2 });
    const tree = new MerkleTree();
    for (const { leaf } of rows) tree.append(leaf);
    const subtrees = JSON.stringify(tree.subtrees.map((hash) => Buffer.from(hash).toString('base64')));
    await setup.database.tamper(
      `delete from audit_entries where position < 2; update audit_log set first = 2, first_tree = '${subtrees}'`,
    );
    expect((await verifyLog(setup.catalog.audit, [], [])).problems).toEqual([
      { kind: 'removed', from: 0, to: 1, message: 'Entries 0 to 1 were removed, not by retention' },
    ]);
  });
});

describe('the checkpoints of a gateway', () => {
  it('go on after a restart, and begin where retention has cut if the gateway was stopped for that long', async () => {
    const setup = await setUp(sqliteDatabase, 3);
    await setup.job().run();
    await setup.job().run();
    for (const count of [3, 4]) await record(setup.log, count);
    await setup.log.dropBefore('2999-01-01T00:00:00.000Z', 4);
    await setup.job().run();
    const verification = await verifyLog(setup.catalog.audit, [await setup.key()], []);
    expect(verification).toMatchObject({ size: 6, first: 4, signedSize: 6, checkpoints: 1, problems: [] });
    expect(setup.lines.map(({ msg }) => msg)).toEqual(['audit checkpoint', 'audit checkpoint']);
  });

  it('set the checkpoint of another log aside', async () => {
    const setup = await setUp(sqliteDatabase, 1);
    await setup.job().run();
    await setup.database.tamper(`update audit_log set origin = 'rtcstats-server/audit/other'`);
    await setup.job().run();
    expect(setup.lines.map(({ msg }) => msg)).toEqual([
      'audit checkpoint',
      'the last checkpoint in the data directory is not of this audit log or key',
      'audit checkpoint',
    ]);
    expect(await readCheckpointFile(setup.dataDirectory)).toMatch(/^rtcstats-server\/audit\/other\n1\n/);
  });

  it('are signed later when the catalog is away', async () => {
    const setup = await setUp(sqliteDatabase, 1);
    const { audit } = setup.catalog;
    let away = true;
    const head = (): ReturnType<typeof audit.head> => (away ? Promise.reject(new Error('away')) : audit.head());
    const lines: string[] = [];
    const line = (_: object, msg: string): void => void lines.push(msg);
    const log = { info: line, warn: line, error: line } as unknown as Log;
    const reads = {
      head,
      read: audit.read.bind(audit),
      lastCheckpoint: audit.lastCheckpoint.bind(audit),
      addCheckpoint: audit.addCheckpoint.bind(audit),
    };
    const job = new CheckpointJob({ audit: reads, dataDirectory: setup.dataDirectory, log });
    await job.run();
    await job.run();
    away = false;
    await job.run();
    await job.run();
    expect(lines).toEqual(['the audit log cannot be signed; trying again', 'audit checkpoint']);
  });
});
