import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { openSqliteCatalog } from '../catalog/sqlite.ts';

const PROGRAM = join(import.meta.dirname, 'testing/counting-process.ts');
const DAY = { granularity: 'day', from: '2026-03-01', to: '2026-03-02' } as const;
const ROUNDS = 3;

it('counts every call once, although processes are killed while they count', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-rollups-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'catalog.sqlite');
  const catalog = openSqliteCatalog(file);
  onTestFinished(() => catalog.close());
  await catalog.migrate();
  for (let round = 0; round < ROUNDS; round++) {
    const child = spawn(process.execPath, [PROGRAM, file, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    let progress = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      progress += chunk.length;
      if (progress > round + 1) break;
    }
    child.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
  }
  while ((await catalog.rollups.fold(100, '2026-03-02T00:00:00.000Z')) > 0);
  const database = new DatabaseSync(file, { readOnly: true });
  const verdicts = database.prepare('select verdict, count(*) as calls from analyses group by verdict').all();
  database.close();
  const expected = Object.fromEntries(verdicts.map(({ verdict, calls }) => [verdict, calls]));
  const [counted] = await catalog.rollups.byPeriod(DAY);
  expect(counted?.verdicts).toMatchObject({ good: expected['good'], bad: expected['bad'] ?? 0 });
  expect(counted?.calls).toBeGreaterThan(ROUNDS * 5);
});
