import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { createConfig } from '../config/config.ts';
import type { Catalog } from './catalog.ts';
import { openPostgresCatalog } from './postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});

function open(connectionString: string): Catalog {
  const settings = { connectionString, ssl: 'disable' };
  const config = createConfig({ catalog: { type: 'postgres', postgres: settings } });
  const catalog = openPostgresCatalog(config.catalog.postgres);
  onTestFinished(() => catalog.close());
  return catalog;
}

it('shows what the table of the rtcstats server would hold', async () => {
  const database = await postgres.createDatabase();
  const catalog = open(database);
  await catalog.sessions.put(sessionRow('a', { user: 'anna', conference: 'weekly', session: 's-1' }));
  const rows = await postgres.query(database, 'select * from rtcstats_server');
  expect(rows).toEqual([
    {
      created_at: new Date('2026-03-01T10:00:00.000Z'),
      session_start: new Date('2026-03-01T10:00:00.000Z'),
      session_end: new Date('2026-03-01T10:05:00.250Z'),
      blob_url: '2026/03/01/a.gz',
      metadata: {
        state: 'stored',
        origin: 'https://meet.example.com',
        userAgent: 'Mozilla/5.0',
        closeCode: 1000,
        messages: 12,
        bytes: 5_000_000_000,
        storedBytes: 900,
      },
      id: 'a',
      rtcstats_user: 'anna',
      rtcstats_conference: 'weekly',
      rtcstats_session: 's-1',
      host_identifier: 'gateway-1',
    },
  ]);
});

it('offers a dump to the feature extractor once, whatever is written to the session afterwards', async () => {
  const database = await postgres.createDatabase();
  const catalog = open(database);
  const recording = { state: 'recording', storageKey: null, storageUrl: null } as const;
  await catalog.sessions.put(sessionRow('a', recording));
  await catalog.sessions.put(sessionRow('quarantined', { ...recording, state: 'quarantined' }));
  const offered = `select id, blob_url from "rtcstats-server"
    where blob_url is not null and features_processing_start is null`;
  expect(await postgres.query(database, offered)).toEqual([]);
  await catalog.sessions.put(sessionRow('a'));
  const [row] = await postgres.query(database, offered);
  expect(row).toEqual({ id: expect.stringMatching(/^\d+$/), blob_url: sessionRow('a').storageUrl });
  const take = 'update "rtcstats-server" set features_processing_start = now() where id = $1';
  await postgres.query(database, take, [row!['id']]);
  await catalog.sessions.put(sessionRow('a', { country: 'DE' }));
  expect(await postgres.query(database, offered)).toEqual([]);
  expect(await postgres.query(database, 'select id from "rtcstats-server" where id = $1', [row!['id']])).toHaveLength(
    1,
  );
  expect(await catalog.sessions.get('a')).toEqual(sessionRow('a', { country: 'DE' }));
});
