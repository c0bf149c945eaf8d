import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanNames, presetPolicy } from '@rtcstats-server/privacy';
import { runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { createConfig } from '../config/config.ts';
import { keyFile, tombstoneKeyFile } from '../keys/key-file.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';

const DAY = 86_400_000;
const cwd = temporaryDirectory();
const data = join(cwd, 'data');
const config = createConfig({ dataDirectory: data });
/** In the middle of the current epoch and of the two before. */
const times = [0, 1, 2].map((epochs) => (Math.floor(Date.now() / (30 * DAY)) - epochs + 0.001) * 30 * DAY);
let ids: string[];
let tombstones: Uint8Array;

beforeAll(async () => {
  mkdirSync(data, { mode: 0o700 });
  const keys = openPseudonymKeys(config, { create: true });
  tombstones = keys.derive('tombstones');
  const catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  ids = times.map((time) => keys.current(time).id);
  for (const [index, time] of times.entries()) {
    const [user] = cleanNames('user', 'alice@example.com', presetPolicy('standard'), keys.current(time));
    const row = sessionRow(`s${index}`, { startedAt: new Date(time).toISOString(), user: user! });
    await catalog.sessions.put({ ...row, receipt: { ...row.receipt, keyId: ids[index]! } });
  }
  await catalog.close();
});

async function command(args: readonly string[], input?: string) {
  return await runProgram([...args, '--data', data], { cwd, ...(input !== undefined && { input }) });
}

async function states(): Promise<string[]> {
  const { stdout } = await command(['keys', 'list']);
  return stdout.split('\n').slice(1, -1);
}

it('lists, destroys, rotates and imports', async () => {
  const master = readFileSync(keyFile(data));
  expect(await states()).toEqual([
    expect.stringMatching(new RegExp(`^${ids[0]} .* 1 +current$`)),
    expect.stringMatching(new RegExp(`^${ids[1]} .* 1 +kept$`)),
    expect.stringMatching(new RegExp(`^${ids[2]} .* 1 +kept$`)),
  ]);

  const refused = await command(['keys', 'destroy', ids[0]!, '--yes']);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('keys rotate') });
  const destroyed = await command(['keys', 'destroy', ids[2]!, '--yes']);
  expect(destroyed).toMatchObject({ code: 0, stdout: `${ids[2]} destroyed\n` });
  expect(destroyed.stderr).toContain('- 1 session can no longer be found by the ids of the application');
  expect(await command(['keys', 'destroy', ids[2]!, '--yes'])).toMatchObject({
    code: 0,
    stderr: 'There is nothing to destroy.\n',
  });
  expect(statSync(keyFile(data)).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(data, 'keys')).sort()).toEqual(['pseudonyms.key', 'tombstones.key']);
  expect(readFileSync(tombstoneKeyFile(data)).equals(tombstones)).toBe(true);

  const found = await command(['sessions', 'list', '--user', 'alice@example.com', '--json']);
  expect(JSON.parse(found.stdout).sessions.map(({ id }: { id: string }) => id)).toEqual(['s0', 's1']);
  expect(found.stderr).toContain('The keys of 1 epoch are destroyed');
  const names = await command(['pseudonym', '--user', 'alice@example.com', '--epochs', '3']);
  expect(names.stdout.split('\n')[2]).toMatch(new RegExp(`^${ids[2]} .*\\(key destroyed\\)$`));
  const held = await command(['hold', 'add', '--user', 'alice@example.com', '--reason', 'x', '--json']);
  expect(JSON.parse(held.stdout)).toMatchObject({ newlyHeldSessions: 2 });

  const turned = await command(['keys', 'rotate']);
  expect(turned).toMatchObject({ code: 0, stdout: `${ids[0]}.1 has begun\n` });
  expect(turned.stderr).toContain('Add 1 legal hold again');
  const back = await command(['keys', 'import'], master.toString('hex'));
  expect(back).toMatchObject({ code: 2, stderr: expect.stringContaining(`destroyed epoch ${ids[2]}`) });
  expect(await command(['keys', 'import'], `${'5'.repeat(64)}\n`)).toMatchObject({ stdout: `${ids[0]}.2 has begun\n` });
  expect((await states()).map((line) => line.split(/ +/).at(-1))).toEqual(
    ['current', 'kept', 'kept', 'kept', 'destroyed'],
  );

  const { stdout } = await command(['audit', '--json']);
  const actions = [...stdout.matchAll(/"action": ?"(key\.\w+)"/g)].map(([, action]) => action);
  expect(new Set(actions)).toEqual(new Set(['key.destroy', 'key.rotate', 'key.import']));
}, 30_000);

it('imports the key of another gateway before the first start', async () => {
  const key = join(cwd, 'other.key');
  writeFileSync(key, Buffer.alloc(32, 3));
  const other = join(cwd, 'other');
  expect(await runProgram(['keys', 'import', key, '--data', other], { cwd })).toMatchObject({ code: 0 });
  expect(readFileSync(keyFile(other)).equals(Buffer.alloc(32, 3))).toBe(true);
  expect(statSync(other).mode & 0o777).toBe(0o700);
});

describe('refuses', () => {
  it.each([
    [['keys'], '', 'keys needs a subcommand'],
    [['keys', 'list', '--yes'], '', 'keys list takes no --yes'],
    [['keys', 'destroy'], '', 'keys destroy needs the ids of epochs'],
    [['keys', 'destroy', 'e1'], '', 'needs --yes where nobody can be asked'],
    [['keys', 'destroy', 'e1', '--yes'], '', 'There is no epoch'],
    [['keys', 'import'], 'short', 'This is not a key'],
  ])('%j', async (args, input, message) => {
    expect(await command(args, input)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  it('a key as an argument, without repeating it', async () => {
    const { code, stderr } = await command(['keys', 'import', '7'.repeat(64)]);
    expect(code).toBe(2);
    expect(stderr).not.toContain('777');
  });

  it('to change a key of the configuration', async () => {
    const env = { RTCSTATS_PRIVACY_KEY: '7'.repeat(64) };
    const { stderr } = await runProgram(['keys', 'rotate', '--data', data], { cwd, env });
    expect(stderr).toContain('keys import');
  });
});
