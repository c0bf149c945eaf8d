import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { stripVTControlCharacters } from 'node:util';
import { printedBy, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import { CheckpointJob } from '../audit/checkpoint-job.ts';
import { openCatalog } from '../catalog/open.ts';
import { createConfig } from '../config/config.ts';
import { run } from './audit.ts';

const cwd = temporaryDirectory();
let data: string;

beforeEach(() => {
  data = join(cwd, `data-${Math.random()}`);
  mkdirSync(data);
});

/** Records entries as a gateway does, and signs them if asked. */
async function record(entries: number, options: { sign: boolean } = { sign: true }): Promise<void> {
  const catalog = await openCatalog(createConfig({ dataDirectory: data }));
  const log = new CatalogAuditLog(catalog.audit);
  for (let count = 0; count < entries; count++) {
    const persons = [`u-${count}`];
    await log.record({ action: 'dump.read', actor: 'anna', outcome: 'done', target: `s-${count}`, persons });
  }
  if (options.sign) {
    await new CheckpointJob({ audit: catalog.audit, dataDirectory: data, log: pino({ level: 'silent' }) }).run();
  }
  await catalog.close();
}

async function audit(...args: string[]): Promise<{ code: number | undefined; stdout: string }> {
  let code: number | undefined;
  const printed = await printedBy(async () => {
    code = await run([...args, '--data', data]);
  });
  return { code, stdout: stripVTControlCharacters(printed) };
}

function tamper(statements: string): void {
  const database = new DatabaseSync(join(data, 'catalog.sqlite'));
  database.exec(statements);
  database.close();
}

const checkpointFile = (): string => join(data, 'audit', 'checkpoint');

describe('audit', () => {
  it('lists entries, newest first', async () => {
    await record(3);
    const { code, stdout } = await audit('--utc', '--limit', '2');
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().split(/ {2,}/)),
    ).toEqual([
      ['#', 'TIME (UTC)', 'WHO', 'WHAT', 'OUTCOME', 'TARGET', 'DETAILS'],
      ['2', expect.any(String), 'anna', 'dump.read', 'done', 's-2', '-'],
      ['1', expect.any(String), 'anna', 'dump.read', 'done', 's-1', '-'],
    ]);
    const json = JSON.parse((await audit('--json')).stdout) as { entries: unknown[] };
    expect(json.entries[2]).toMatchObject({ position: 0, target: 's-0', persons: ['u-0'], erased: 0, details: null });
  });

  it('lists all entries since a time, and those about an action', async () => {
    await record(3);
    expect(JSON.parse((await audit('--since', '2020-01-01', '--json')).stdout).entries).toHaveLength(3);
    expect(await audit('--since', '2999-01-01')).toEqual({ code: 0, stdout: '' });
    expect(JSON.parse((await audit('--action', 'sign-in', '--json')).stdout).entries).toEqual([]);
  });

  it('says what was erased', async () => {
    await record(1);
    const catalog = await openCatalog(createConfig({ dataDirectory: data }));
    await new CatalogAuditLog(catalog.audit).forget(['u-0']);
    await catalog.close();
    expect((await audit()).stdout).toContain('(erased)');
    expect((await audit('--verify')).code).toBe(0);
  });
});

describe('audit --verify', () => {
  it('exits with 0 when nothing is wrong, and says what the log was compared with', async () => {
    await record(2);
    await record(1, { sign: false });
    const { code, stdout } = await audit('--verify', '--checkpoint', checkpointFile());
    expect({ code, lines: stdout.trimEnd().split('\n').slice(1) }).toEqual({
      code: 0,
      lines: [
        'Entries     3',
        expect.stringMatching(/^Root {8}\S{44}$/),
        'Compared    with 3 signed checkpoints, the last one before entry 2',
        'Result      nothing was changed, removed, moved or cut off',
      ],
    });
  });

  it.each([
    [
      'changed',
      `update audit_entries set body = replace(body, 'anna', 'bert') where position = 1`,
      'Entry 1 was changed',
    ],
    ['removed', 'delete from audit_entries where position = 1', 'Entry 1 was removed'],
    [
      'reordered',
      `update audit_entries set position = 9 where position = 1; update audit_entries set position = 1
       where position = 2; update audit_entries set position = 2 where position = 9`,
      'Entry 1 was moved here from position 2',
    ],
    ['cut off', 'delete from audit_entries where position = 3', 'Entry 3 was cut off at the end'],
  ])('exits with 1 and names an entry that was %s', async (_, statements, line) => {
    await record(4, { sign: false });
    tamper(statements);
    const { code, stdout } = await audit('--verify');
    expect(code).toBe(1);
    expect(stdout).toContain(`WRONG       ${line}\n`);
    expect(JSON.parse((await audit('--verify', '--json')).stdout)).toMatchObject({ verified: false });
  });

  it('names what was cut off together with the state of the log, with a checkpoint kept elsewhere', async () => {
    await record(2);
    const database = new DatabaseSync(join(data, 'catalog.sqlite'));
    const before = database.prepare('select * from audit_log').get() as { tree: string };
    database.close();
    await record(1);
    const copy = join(cwd, 'copy.txt');
    writeFileSync(copy, readFileSync(checkpointFile()));
    const key = (await audit('--print-key')).stdout.trim();
    tamper(`delete from audit_entries where position = 2; delete from audit_links where position = 2;
      delete from audit_checkpoints where size = 3; update audit_log set size = 2, tree = '${before.tree}'`);
    // Somebody who can write to the data directory as well.
    writeFileSync(checkpointFile(), '');
    const found = await audit('--verify', '--checkpoint', copy, '--public-key', key);
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`Entry 2 was cut off at the end: ${copy} states 3 entries, the log has 2`);
  });

  it('uses only the keys that are given', async () => {
    await record(1);
    const other = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    const { code, stdout } = await audit('--verify', '--public-key', other);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Compared {4}with 0 signed checkpoints\nNot used {4}checkpoints of 1 other key: [0-9a-f]{8}/,
    );
    expect((await audit('--verify', '--public-key', other, '--checkpoint', checkpointFile())).code).toBe(1);
  });
});

describe('audit --print-key', () => {
  it('prints the public key of the gateway', async () => {
    await record(1);
    expect((await audit('--print-key')).stdout).toMatch(
      /^rtcstats-server\/audit\/[0-9a-f]{32}\+[0-9a-f]{8}\+\S{44}\n$/,
    );
  });

  it('fails where there is none', async () => {
    await expect(run(['--print-key', '--data', data])).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });
});

it.each([
  [['x'], 'audit takes no "x"'],
  [['--checkpoint', 'f'], 'the list takes no --checkpoint'],
  [['--verify', '--since', '2026-01-01'], '--verify takes no --since'],
  [['--print-key', '--verify'], '--print-key takes no --verify'],
  [['--action', 'x'], '--action must be one of dump.read, '],
  [['--since', 'x'], '--since must be a date or time'],
  [['--limit', '0'], '--limit must be an integer'],
  [['--verify', '--public-key', 'x'], '--public-key must be a key'],
  [['--verify', '--checkpoint', '/nonexistent'], '/nonexistent cannot be read (ENOENT)'],
])('rejects %j', async (args, message) => {
  await expect(run([...args, '--data', data])).rejects.toMatchObject({ message: expect.stringContaining(message) });
});

it('needs a key for a checkpoint', async () => {
  writeFileSync(join(cwd, 'note'), 'x');
  const verifying = run(['--verify', '--checkpoint', join(cwd, 'note'), '--data', data]);
  await expect(verifying).rejects.toMatchObject({
    message: expect.stringContaining('--checkpoint needs --public-key'),
  });
});
