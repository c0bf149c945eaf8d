import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeAnalyses } from '@rtcstats-server/testing/contracts/analyses';
import { describeCatalog } from '@rtcstats-server/testing/contracts/catalog';
import { describeDeliveries } from '@rtcstats-server/testing/contracts/deliveries';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KyselyCatalog } from './kysely-catalog.ts';
import { openThreadedSqliteCatalog } from './sqlite.ts';

let scratch: string;
let file: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rtcstats-catalog-'));
  file = join(scratch, 'catalog.sqlite');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function open(): Promise<KyselyCatalog> {
  const catalog = await openThreadedSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
}

describeCatalog('SQLite in a thread', open);
describeDeliveries('SQLite in a thread', open);
describeAnalyses('SQLite in a thread', open);

it('waits for the file while another process writes', async () => {
  const catalog = await open();
  const holder = new DatabaseSync(file);
  holder.exec('begin immediate');
  const written = catalog.sessions.put(sessionRow('a'));
  setTimeout(() => holder.exec('commit'), 100);
  await written;
  holder.close();
  await catalog.close();
});

it('says that a file cannot be opened', async () => {
  await expect(openThreadedSqliteCatalog(join(scratch, 'missing', 'catalog.sqlite'))).rejects.toMatchObject({
    code: 'CATALOG_UNAVAILABLE',
  });
});
