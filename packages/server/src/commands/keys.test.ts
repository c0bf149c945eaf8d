import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanNames, presetPolicy } from '@rtcstats-server/privacy';
import { printedBy, runOnTerminal, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { createConfig } from '../config/config.ts';
import { keyFile, tombstoneKeyFile } from '../keys/key-file.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import * as audit from './audit.ts';
import * as hold from './hold.ts';
import * as keys from './keys.ts';
import * as pseudonym from './pseudonym.ts';

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

async function command(args: readonly string[], stdin = '') {
  return await runProgram([...args, '--data', data], { cwd, stdin });
}

/** A command in this process, which is faster. */
async function printed(
  { run }: { run(args: readonly string[]): Promise<unknown> },
  ...args: string[]
): Promise<string> {
  return await printedBy(() => run([...args, '--data', data]));
}

async function keysCommand(...args: string[]): Promise<string> {
  return await printed(keys, ...args);
}

async function states(): Promise<string[]> {
  return (await keysCommand('list')).split('\n').slice(1, -1);
}

it('asks on a terminal, and destroys nothing without the right answer', async () => {
  const before = readFileSync(keyFile(data));
  const args = ['keys', 'destroy', ids[1]!, '--data', data];
  const { code, screen } = await runOnTerminal(args, { cwd, answer: [`type ${ids[1]}:`, 'yes\n'] });
  expect(screen).toContain('Nothing was destroyed.');
  expect(code).toBe(1);
  expect(readFileSync(keyFile(data)).equals(before)).toBe(true);
});

it('lists, destroys, rotates and imports', async () => {
  const master = readFileSync(keyFile(data));
  expect(await states()).toEqual([
    expect.stringMatching(new RegExp(`^${ids[0]} .* 1 +current$`)),
    expect.stringMatching(new RegExp(`^${ids[1]} .* 1 +kept$`)),
    expect.stringMatching(new RegExp(`^${ids[2]} .* 1 +kept$`)),
  ]);

  await expect(keysCommand('destroy', ids[0]!, '--yes')).rejects.toThrow('run `keys rotate` first');
  const destroyed = await command(['keys', 'destroy', ids[2]!, '--yes']);
  expect(destroyed).toMatchObject({ code: 0, stdout: `${ids[2]} destroyed\n` });
  expect(destroyed.stderr).toContain('- 1 session can no longer be found by the ids of the application');
  expect(JSON.parse(await keysCommand('destroy', ids[2]!, '--yes', '--json'))).toEqual({ destroyed: [] });
  expect(statSync(keyFile(data)).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(data, 'keys')).sort()).toEqual(['pseudonyms.key', 'tombstones.key']);
  expect(readFileSync(tombstoneKeyFile(data)).equals(tombstones)).toBe(true);

  const found = await command(['sessions', 'list', '--user', 'alice@example.com', '--json']);
  expect(JSON.parse(found.stdout).sessions.map(({ id }: { id: string }) => id)).toEqual(['s0', 's1']);
  expect(found.stderr).toContain('The keys of 1 epoch are destroyed');
  const names = await printed(pseudonym, '--user', 'alice@example.com', '--epochs', '3');
  expect(names.split('\n')[2]).toMatch(new RegExp(`^${ids[2]} .*\\(key destroyed\\)$`));
  const held = await printed(hold, 'add', '--user', 'alice@example.com', '--reason', 'x', '--json');
  expect(JSON.parse(held)).toMatchObject({ newlyHeldSessions: 2 });

  const turned = await command(['keys', 'rotate']);
  expect(turned).toMatchObject({ code: 0, stdout: `${ids[0]}.1 has begun\n` });
  expect(turned.stderr).toContain('Add 1 legal hold again');
  const holds = JSON.parse(await printed(hold, 'list', '--json'));
  expect(Date.parse(holds.holds[0].coversUntil)).toBeLessThanOrEqual(Date.now());
  const old = join(cwd, 'old.key');
  writeFileSync(old, master.toString('base64'));
  await expect(keysCommand('import', old)).rejects.toThrow(`destroyed epoch ${ids[2]}`);
  expect(await command(['keys', 'import'], `${'5'.repeat(64)}\n`)).toMatchObject({ stdout: `${ids[0]}.2 has begun\n` });
  expect(
    JSON.parse(await keysCommand('destroy', '--before', new Date().toISOString(), '--yes', '--json')),
  ).toMatchObject({
    destroyed: expect.arrayContaining([`${ids[0]}.1`, ids[0], ids[1]]),
  });
  expect((await states()).map((line) => line.split(/ +/).at(-1)).slice(0, 5)).toEqual([
    'current',
    'destroyed',
    'destroyed',
    'destroyed',
    'destroyed',
  ]);

  const stdout = await printed(audit, '--json');
  const actions = [...stdout.matchAll(/"action": ?"(key\.\w+)"/g)].map(([, action]) => action);
  expect(new Set(actions)).toEqual(new Set(['key.destroy', 'key.rotate', 'key.import']));
});

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
    [[], 'keys needs a subcommand'],
    [['list', '--yes'], 'keys list takes no --yes'],
    [['destroy'], 'keys destroy needs the ids of epochs'],
    [['destroy', 'e1'], 'needs --yes where nobody can be asked'],
    [['destroy', 'e1', '--yes'], 'There is no epoch'],
    [['import', import.meta.filename], 'This is not a key'],
    [['import', 'none'], 'none cannot be read (ENOENT)'],
    [['import', '7'.repeat(64)], 'other users see arguments'],
  ])('%j', async (args, message) => {
    const error = await keysCommand(...args).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(String(error)).not.toContain('777');
  });

  it('to change a key of the configuration', async () => {
    const file = join(cwd, 'configured.yaml');
    writeFileSync(file, `privacy: { key: "${'7'.repeat(64)}" }`);
    await expect(keysCommand('rotate', '--config', file)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });
});
