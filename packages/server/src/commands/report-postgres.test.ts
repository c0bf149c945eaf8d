import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printedBy, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, expect, it } from 'vitest';
import { openCatalog } from '../catalog/open.ts';
import { createConfig } from '../config/config.ts';
import { run } from './report.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});

it('writes the reports from a catalog in PostgreSQL, without the password of the database', async () => {
  const cwd = temporaryDirectory();
  const connectionString = await postgres.createDatabase();
  const settings = { catalog: { type: 'postgres', postgres: { connectionString, ssl: 'disable' } } };
  const config = join(cwd, 'rtcstats.yaml');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(settings));
  const catalog = await openCatalog(createConfig(settings, cwd));
  await catalog.migrate();
  for (const id of ['s-1', 's-2']) {
    await catalog.sessions.put(sessionRow(id, { user: `user-${id}`, country: 'DE' }), analysisRow());
  }
  const held = { name: 'user-s-1', names: ['user-s-1'], coversUntil: null, createdAt: '2026-03-02T00:00:00.000Z' };
  await catalog.holds.add({ id: 'hold-1', kind: 'user', reason: 'Lawsuit 7', ...held });
  await catalog.close();

  for (const kind of ['processing', 'dpia', 'breach']) {
    const text = await printedBy(() => run(['--config', config, '--data', join(cwd, 'data'), '--kind', kind]));
    expect(text).toContain('| `hold-1` | a user | Lawsuit 7 |');
    expect(text).toContain('This machine does not have the key');
    expect(text).not.toContain(postgres.password);
    if (kind !== 'breach') expect(text).toContain('2 of 2 sampled dumps verified without findings');
  }
});
