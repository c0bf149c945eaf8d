import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runUnprivileged } from '@rtcstats-server/testing/unprivileged';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFilePrivate, makePrivateDirectory, makePrivateFile, restrictAccess } from './private-files.ts';

let scratch: string;
let data: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rtcstats-private-'));
  data = join(scratch, 'data');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o7777).toString(8);
}

it('makes directories and files private, whether they exist or not', async () => {
  makePrivateDirectory(join(data, 'spool'));
  makePrivateFile(join(data, 'lock'));
  expect([await modeOf(data), await modeOf(join(data, 'spool')), await modeOf(join(data, 'lock'))]).toEqual([
    '700',
    '700',
    '600',
  ]);
  await chmod(data, 0o755);
  await chmod(join(data, 'lock'), 0o664);
  makePrivateDirectory(data);
  makePrivateFile(join(data, 'lock'));
  expect([await modeOf(data), await modeOf(join(data, 'lock'))]).toEqual(['700', '600']);
  makeFilePrivate(join(data, 'missing'));
});

it('restricts a day of dumps that an interrupted start left open, and files in directories that are private', async () => {
  const day = join(data, 'dumps/2026/01/02');
  await mkdir(day, { recursive: true, mode: 0o755 });
  await mkdir(join(data, 'keys'), { mode: 0o700 });
  for (const path of [join(day, 'a.gz'), join(data, 'keys/pseudonyms.key')]) await writeFile(path, '', { mode: 0o644 });
  await chmod(join(data, 'dumps'), 0o700);
  expect(restrictAccess(data)).toEqual([]);
  expect(await modeOf(join(day, 'a.gz'))).toBe('600');
  expect(await modeOf(join(data, 'keys/pseudonyms.key'))).toBe('600');
});

it('leaves targets of symbolic links alone', async () => {
  await mkdir(join(data, 'spool'), { recursive: true });
  await mkdir(join(scratch, 'elsewhere'));
  await chmod(join(scratch, 'elsewhere'), 0o755);
  await symlink(join(scratch, 'elsewhere'), join(data, 'dumps'));
  await symlink(join(scratch, 'elsewhere'), join(data, 'spool', 'link'));
  expect(restrictAccess(data)).toEqual([]);
  expect(await modeOf(join(scratch, 'elsewhere'))).toBe('755');
});

it('reports a directory in which everybody may create files instead of taking it away from them', async () => {
  await mkdir(data);
  await chmod(data, 0o1777);
  makePrivateDirectory(data);
  expect(restrictAccess(data)).toEqual([data]);
  expect(await modeOf(data)).toBe('1777');
});

it('opens its own directories to itself, and reports what belongs to others instead of failing', async () => {
  await chmod(scratch, 0o777);
  const module = JSON.stringify(import.meta.resolve('./private-files.ts'));
  const result = await runUnprivileged({
    imports: `import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
      import { restrictAccess } from ${module};`,
    body: `
      const data = ${JSON.stringify(data)};
      mkdirSync(data + '/spool', { recursive: true });
      writeFileSync(data + '/spool/a.open', '');
      chmodSync(data + '/spool/a.open', 0o644);
      chmodSync(data + '/spool', 0o444);
      chmodSync(data, 0o755);
      const own = restrictAccess(data);
      const mode = statSync(data + '/spool/a.open').mode & 0o777;
      let others;
      try {
        others = restrictAccess('/usr').length;
      } catch (error) {
        others = String(error);
      }
      return { own, mode, others };`,
  });
  // `/usr` is not writable for an ordinary user.
  expect(result).toEqual({ own: [], mode: 0o600, others: 1 });
});
