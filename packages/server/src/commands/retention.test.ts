import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, expect, it } from 'vitest';
import { openSqliteCatalog } from '../catalog/sqlite.ts';

const DAY = 86_400_000;
const cwd = temporaryDirectory();
const data = join(cwd, 'data');

beforeAll(async () => {
  mkdirSync(data, { mode: 0o700 });
  const catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  for (const days of [1, 31, 32, 91]) {
    const startedAt = new Date(Date.now() - days * DAY).toISOString();
    await catalog.sessions.put(sessionRow(`s${days}`, { startedAt, user: days === 32 ? 'user-0123456789' : null }));
  }
  await catalog.close();
});

async function command(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return await runProgram([...args, '--data', data], { cwd });
}

it('holds what it is told, lists what would go next, and removes it', async () => {
  const added = await command('hold', 'add', '--user', 'user-0123456789', '--reason', 'Case 17', '--json');
  const { id, newlyHeldSessions } = JSON.parse(added.stdout);
  expect(newlyHeldSessions).toBe(1);

  const plan = await command('retention', '--dry-run', '--utc');
  expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('1 legal hold, 1 session held') });
  expect(plan.stdout).toMatch(/^dumps +30d +2 +1\.8 kB/m);
  expect(plan.stdout).toMatch(/^sessions +90d +1 /m);

  expect(await command('retention')).toMatchObject({ code: 0, stdout: 'dumps: 2, sessions: 1\n1 session held\n' });
  const listed = await command('hold', 'list', '--utc');
  expect(listed.stdout).toMatch(new RegExp(`${id} +user +user-0123456789 .* Case 17`));
  expect(await command('hold', 'remove', id)).toMatchObject({ code: 0 });
  const again = await command('hold', 'remove', id);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('HOLD_NOT_FOUND') });
});

it.each([
  [['hold', 'add', '--reason', 'x'], 'hold add needs one of --user, --conference and --session'],
  [['hold', 'add', '--user', 'a'], 'hold add needs a --reason'],
  [['retention', 'now'], 'retention takes no "now"'],
])('rejects %j', async (args, message) => {
  expect(await command(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});
