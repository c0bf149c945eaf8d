import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { type AuditEntry, audited } from './audit-log.ts';
import { CatalogAuditLog } from './catalog-audit-log.ts';
import { type ReadableEntry, readBody } from './entry-body.ts';
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

const READ: AuditEntry = {
  action: 'dump.read',
  actor: 'anna',
  outcome: 'done',
  target: 's-1',
  persons: ['u-1', 'c-1'],
};

/** The whole log as it can be read, the oldest first. */
async function entriesOf({ audit }: Catalog): Promise<ReadableEntry[]> {
  const rows = await audit.list({ limit: 1000 });
  return rows.toReversed().map(({ body, keys }) => readBody(body, keys));
}

/** How many links of entries to keys there are. */
async function linksOf({ audit }: Catalog): Promise<number> {
  return (await audit.list({ limit: 1000 })).reduce((sum, { keys }) => sum + keys.length, 0);
}

describe.each(databases)('the audit log in %s', (_, create) => {
  it('records actions in their order', async () => {
    const catalog = await (await create()).open();
    const log = new CatalogAuditLog(catalog.audit, () => Date.parse('2026-03-01T10:00:00Z'));
    await log.record({ ...READ, details: { bytes: 12, gzip: true, format: 'text' } });
    await log.record({ action: 'sign-in', actor: 'bert', outcome: 'done' });
    await log.record({ action: 'hold.add', actor: 'bert', outcome: 'done', target: 'h-1' });
    await log.record({ action: 'policy.change', actor: 'gateway', outcome: 'done', details: { preset: 'strict' } });
    const time = '2026-03-01T10:00:00.000Z';
    const none = { target: null, persons: [], details: null, forgotten: 0 };
    const entries = await entriesOf(catalog);
    expect(entries).toMatchObject([
      {
        ...none,
        position: 0,
        time,
        actor: 'anna',
        action: 'dump.read',
        outcome: 'done',
        target: 's-1',
        details: { bytes: 12, gzip: true, format: 'text' },
        persons: expect.anything(),
      },
      { ...none, position: 1, time, actor: 'bert', action: 'sign-in', outcome: 'done' },
      { ...none, position: 2, time, actor: 'bert', action: 'hold.add', outcome: 'done', target: 'h-1' },
      { ...none, position: 3, time, actor: 'gateway', action: 'policy.change', details: { preset: 'strict' } },
    ]);
    expect(new Set(entries[0]!.persons)).toEqual(new Set(['u-1', 'c-1']));
    const [newest] = await catalog.audit.list({ limit: 1, before: 3, since: time });
    expect(newest).toMatchObject({ position: 2 });
    expect(await catalog.audit.list({ limit: 9, since: '2026-03-01T10:00:00.001Z' })).toEqual([]);
    expect(await catalog.audit.list({ limit: 9, action: 'sign-in' })).toMatchObject([{ position: 1 }]);
  });

  it('stores what is personal in encrypted form only', async () => {
    const catalog = await (await create()).open();
    await new CatalogAuditLog(catalog.audit).record({ ...READ, details: { reason: 'r-1' } });
    const [row] = await catalog.audit.read({ from: 0, limit: 1 });
    expect(row!.body).toMatch(/"actor":"anna","action":"dump.read","outcome":"done"/);
    const stored = JSON.stringify(await catalog.audit.list({ limit: 1 }));
    for (const text of ['s-1', 'u-1', 'c-1', 'r-1', 'reason']) expect(stored).not.toContain(text);
    const persons = ['a', 'x'.repeat(100)];
    await new CatalogAuditLog(catalog.audit).record({ ...READ, target: 's', persons, details: { a: 1 } });
    const [short] = await catalog.audit.read({ from: 1, limit: 1 });
    expect(short!.body).toHaveLength(row!.body.length);
  });

  it('forgets persons: what is about them alone, their names, and targets that are theirs as well', async () => {
    const catalog = await (await create()).open();
    const log = new CatalogAuditLog(catalog.audit);
    await log.record({ ...READ, details: { bytes: 1 } });
    await log.record({ ...READ, target: 's-2', persons: ['u-2', 'c-1'], details: { bytes: 2 } });
    await log.record({ ...READ, target: 's-3', persons: ['u-1'], details: { bytes: 3 } });
    await log.record({ ...READ, target: 's-4', persons: [], details: { bytes: 4 } });
    expect(await log.forget(['u-1', 'u-1', 'unknown'])).toBe(2);
    expect(await entriesOf(catalog)).toMatchObject([
      { target: null, persons: ['c-1'], details: { bytes: 1 }, forgotten: 1 },
      { target: 's-2', persons: expect.arrayContaining(['u-2', 'c-1']), details: { bytes: 2 }, forgotten: 0 },
      { target: null, persons: [], details: null, forgotten: 1, actor: 'anna', action: 'dump.read' },
      { target: 's-4', persons: [], details: { bytes: 4 }, forgotten: 0 },
    ]);
    expect(await linksOf(catalog)).toBe(4);
    expect(await log.forget(['u-1'])).toBe(0);
    expect(await log.forget(['s-4'])).toBe(1);
    expect((await entriesOf(catalog))[3]).toMatchObject({ target: null, details: null, forgotten: 1 });
    await log.record(READ);
    expect((await entriesOf(catalog))[4]).toMatchObject({ target: 's-1', forgotten: 0 });
    expect((await verifyLog(catalog.audit, [], [])).problems).toEqual([]);
  });

  it('forgets more persons than fit into a statement', async () => {
    const catalog = await (await create()).open();
    const log = new CatalogAuditLog(catalog.audit);
    const persons = Array.from({ length: 1200 }, (_, index) => `u-${index}`);
    for (let at = 0; at < persons.length; at += 60) {
      await log.record({ ...READ, persons: persons.slice(at, at + 60) });
    }
    expect(await log.forget(persons)).toBe(20);
    expect(await linksOf(catalog)).toBe(0);
  });

  it('keeps its order when several processes append and forget at the same time', async () => {
    const database = await create();
    const catalogs = await Promise.all([1, 2, 3, 4].map(() => database.open()));
    const logs = catalogs.map(({ audit }) => new CatalogAuditLog(audit));
    const appended = logs.map(async (log, index) => {
      for (let count = 0; count < 15; count++) {
        await log.record({ ...READ, actor: `a${index}`, persons: [`u-${count % 3}`], details: { count } });
        if (count % 5 === index) await log.forget(['u-0']);
      }
    });
    await Promise.all(appended);
    const entries = await entriesOf(catalogs[0]!);
    expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    for (const index of [0, 1, 2, 3]) {
      const own = entries.filter(({ actor, details }) => actor === `a${index}` && details !== null);
      const counts = own.map(({ details }) => Number(details!['count']));
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(counts.filter((count) => count % 3 !== 0)).toHaveLength(10);
    }
    expect(await verifyLog(catalogs[1]!.audit, [], [])).toMatchObject({ size: 60, problems: [] });
  });

  it('drops old entries, with the keys that only they needed, and still verifies', async () => {
    const catalog = await (await create()).open();
    let now = Date.parse('2026-01-01T00:00:00Z');
    const log = new CatalogAuditLog(catalog.audit, () => now);
    for (const person of ['u-1', 'u-2', 'u-2', 'u-3', 'u-2']) {
      await log.record({ ...READ, persons: [person], target: `s-of-${person}` });
      now += 86_400_000;
    }
    expect(await log.dropBefore('2025-01-01T00:00:00.000Z', 10)).toBe(0);
    expect(await catalog.audit.head()).toMatchObject({ size: 5, first: 0 });
    expect(await log.dropBefore('2026-01-05T00:00:00.000Z', 3)).toBe(3);
    expect(await log.dropBefore('2026-01-05T00:00:00.000Z', 3)).toBe(1);
    expect(await log.dropBefore('2026-01-05T00:00:00.000Z', 3)).toBe(0);
    expect(await entriesOf(catalog)).toMatchObject([
      { position: 4, target: 's-of-u-2', persons: ['u-2'] },
      { position: 5, action: 'retention.pass', actor: 'retention', details: { auditDropped: 3, auditFirst: 3 } },
      { position: 6, action: 'retention.pass', actor: 'retention', details: { auditDropped: 1, auditFirst: 4 } },
    ]);
    expect(await verifyLog(catalog.audit, [], [])).toMatchObject({ size: 7, first: 4, problems: [] });
    expect(await log.forget(['u-1', 'u-3'])).toBe(0);
    await log.record(READ);
    expect(await verifyLog(catalog.audit, [], [])).toMatchObject({ size: 8, first: 4, problems: [] });
  });

  it('finds the entries since a time in a long log', async () => {
    const catalog = await (await create()).open();
    let now = Date.parse('2026-01-01T00:00:00Z');
    const log = new CatalogAuditLog(catalog.audit, () => now);
    for (let hour = 0; hour < 30; hour++) {
      await log.record({ action: 'report', actor: 'anna', outcome: 'done' });
      // The clock of another gateway is ten minutes behind.
      now += hour % 2 === 0 ? -600_000 : 2 * 3_600_000 + 600_000;
    }
    for (const since of ['2025-12-31', '2026-01-01', '2026-01-01T10', '2026-01-02T03', '2027-01-01']) {
      const time = since.padEnd(13, 'T00').concat(':00:00.000Z');
      const rows = await catalog.audit.list({ limit: 100, since: time });
      const all = (await catalog.audit.list({ limit: 100 })).filter((row) => row.time >= time);
      expect(rows.map(({ position }) => position)).toEqual(all.map(({ position }) => position));
    }
  });

  it('takes texts that a database could not store, and cuts long ones', async () => {
    const catalog = await (await create()).open();
    const log = new CatalogAuditLog(catalog.audit);
    const details = { text: 'x'.repeat(1000), nul: 'a\0b', lone: '\ud800' };
    await log.record({ ...READ, actor: 'a\0', persons: ['u\0'], target: '\udc00', details });
    await log.record({ action: 'report', actor: 'a', outcome: 'done', details });
    const read = { text: 'x'.repeat(512), nul: 'a\ufffdb', lone: '\ufffd' };
    const entry = { actor: 'a\ufffd', persons: ['u\ufffd'], target: '\ufffd', details: read };
    expect(await entriesOf(catalog)).toMatchObject([entry, { details: read }]);
    expect((await verifyLog(catalog.audit, [], [])).problems).toEqual([]);
  });
});

describe('audited', () => {
  const recording = (): { log: Pick<CatalogAuditLog, 'record' | 'forget'>; outcomes: unknown[] } => {
    const outcomes: unknown[] = [];
    const record = async ({ outcome, details }: AuditEntry): Promise<void> => void outcomes.push([outcome, details]);
    return { log: { record, forget: () => Promise.resolve(0) }, outcomes };
  };
  const entry = { action: 'session.delete', actor: 'anna' } as const;

  it('records begun and done', async () => {
    const { log, outcomes } = recording();
    expect(await audited(log, entry, () => Promise.resolve(7))).toBe(7);
    expect(outcomes).toEqual([
      ['begun', undefined],
      ['done', undefined],
    ]);
  });

  it('records why the work failed, and rejects with its error', async () => {
    const { log, outcomes } = recording();
    const error = Object.assign(new Error('secret'), { code: 'SESSION_ACTIVE' });
    await expect(audited(log, { ...entry, details: { a: 1 } }, () => Promise.reject(error))).rejects.toBe(error);
    expect(outcomes).toEqual([
      ['begun', { a: 1 }],
      ['failed', { a: 1, error: 'SESSION_ACTIVE' }],
    ]);
  });

  it('does not begin the work if the log cannot be written', async () => {
    const record = (): Promise<void> => Promise.reject(new Error('disk full'));
    const work = vi.fn(() => Promise.resolve());
    await expect(audited({ record, forget: () => Promise.resolve(0) }, entry, work)).rejects.toThrow('disk full');
    expect(work).not.toHaveBeenCalled();
  });
});
