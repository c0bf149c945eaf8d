import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { RECORDINGS, runProgram, startProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { S3_CREDENTIALS, TestS3 } from '@rtcstats-server/testing/s3';
import { startServer } from '@rtcstats-server/testing/server';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { createClient } from '../storage/s3.ts';

const root = temporaryDirectory();
const START = Date.UTC(2025, 2, 3, 9, 30);

/** A dump as the other server writes it: the address of the client is in the metadata and in the events. */
function dump(): string {
  const metadata = {
    fileFormat: 3,
    url: '/room/interview?rtcstats-token=obfuscated',
    origin: 'https://meet.example.com',
    userAgent: 'Firefox',
    startTime: START,
    remoteAddresses: ['203.0.113.77'],
    clientProtocol: 'rtcstats#5.0',
  };
  const events = [
    `["publicIP",null,["203.0.113.77"],${START}]`,
    '[":note",null,"hello",60000]',
    '["close",null,1001,1500]',
  ];
  return ['RTCStatsDump', JSON.stringify(metadata), ...events, ''].join('\n');
}

interface Report {
  readonly imported: { readonly name: string; readonly session: string; readonly state: string }[];
  readonly done: number;
  readonly failed: { readonly name: string; readonly code: string }[];
}

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(root, 'import-'));
  mkdirSync(join(cwd, 'old/below'), { recursive: true });
  writeFileSync(join(cwd, 'old/4e3c1c.gz'), gzipSync(dump()));
  copyFileSync(join(RECORDINGS, 'chromium-loopback.rtcstats_dump.gz'), join(cwd, 'old/below/b.gz'));
});

async function importing(...args: readonly string[]): Promise<{ code: number | null; report: Report }> {
  const { code, stdout } = await runProgram(['import', ...args, '--json'], { cwd });
  return { code, report: JSON.parse(stdout) as Report };
}

async function sessions(): Promise<Record<string, unknown>[]> {
  const { stdout } = await runProgram(['sessions', 'list', '--json'], { cwd });
  return (JSON.parse(stdout) as { sessions: Record<string, unknown>[] }).sessions;
}

describe('import', () => {
  it('stores the dumps of a directory, anonymized, with the times of their calls', async () => {
    const { code, report } = await importing('old');
    expect({ code, done: report.done, failed: report.failed }).toEqual({ code: 0, done: 0, failed: [] });
    const rows = await sessions();
    expect(rows).toHaveLength(2);
    const { session: id } = report.imported.find(({ name }) => name === 'old/4e3c1c.gz')!;
    expect(rows.find((row) => row['id'] === id)).toMatchObject({
      state: 'stored',
      startedAt: '2025-03-03T09:30:00.000Z',
      endedAt: '2025-03-03T09:31:01.500Z',
      closeCode: 1001,
      origin: 'https://meet.example.com',
      storageKey: `2025/03/03/${id}.gz`,
    });
    const { stdout } = await runProgram(['sessions', 'dump', id], { cwd });
    expect(stdout).toContain('203.0.113.x');
    expect(stdout).not.toContain('203.0.113.77');
    expect((await runProgram(['verify', 'data'], { cwd })).code).toBe(0);
    const open = readdirSync(join(cwd, 'data'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => (statSync(join(cwd, 'data', name)).mode & 0o077) !== 0,
    );
    expect(open).toEqual([]);
  });

  it('works while a gateway runs in the same data directory, and imports nothing twice', async () => {
    const server = await startServer(join(cwd, 'data'));
    expect((await importing('old')).report.imported).toHaveLength(2);
    writeFileSync(join(cwd, 'old/c.gz'), gzipSync(dump()));
    const again = await importing('old');
    expect(again.report).toMatchObject({ imported: [{ name: 'old/c.gz' }], done: 2 });
    expect(await sessions()).toHaveLength(3);
    expect(await server.kill('SIGTERM')).toBe(0);
  });

  it('imports again what an interrupted run did not list', async () => {
    await importing('old');
    const journal = join(cwd, 'data/import/imported.jsonl');
    const lines = readFileSync(journal, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    // The process ended before the row of the last dump was written.
    writeFileSync(journal, `${lines[0]}\n${JSON.stringify({ ...JSON.parse(lines[1]!), session: 'not-listed' })}\n`);
    appendFileSync(journal, '{"source":"cut o');
    expect((await importing('old')).report).toMatchObject({ imported: [{}], done: 1 });
    expect((await importing('old')).report).toMatchObject({ imported: [], done: 2 });
  });

  it('reports what it cannot import, and imports the others', async () => {
    writeFileSync(join(cwd, 'old/cut.gz'), gzipSync(dump()).subarray(0, 60));
    writeFileSync(join(cwd, 'old/notes.txt'), 'no dump');
    writeFileSync(join(cwd, 'old/legacy.txt'), 'RTCStatsDump\n{"fileFormat":2}\n["a",null,1,1]\n');
    const { code, stderr } = await runProgram(['import', 'old'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('2 dumps imported, 3 not imported');
    expect(stderr).toMatch(/not imported {2}old\/cut\.gz: .*\[UPLOAD_TRUNCATED\]/);
    expect(stderr).toMatch(/not imported {2}old\/legacy\.txt: .*\[NOT_A_DUMP\]/);
  });

  it.each([[[]], [['missing']], [['s3://']]])('refuses %j', async (args) => {
    const { code, stderr } = await runProgram(['import', ...args], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('[USAGE]');
  });

  it('ends after the current dump when it is interrupted', async () => {
    mkdirSync(join(cwd, 'many'));
    for (let index = 0; index < 2000; index++) writeFileSync(join(cwd, `many/${index}.txt`), dump());
    const program = startProgram(['import', 'many', '--json'], { cwd });
    const output = program.stdout.toArray();
    const journal = (): number => readFileSync(join(cwd, 'data/import/imported.jsonl'), 'utf8').length;
    await expect.poll(journal).toBeGreaterThan(0);
    program.kill('SIGINT');
    const report = JSON.parse((await output).join('')) as Report;
    expect(report.imported.length).toBeGreaterThan(0);
    expect(report.imported.length).toBeLessThan(2000);
    expect(await sessions()).toHaveLength(Math.min(100, report.imported.length));
  });
});

describe('import from a bucket', () => {
  let s3: TestS3;
  beforeAll(async () => {
    s3 = await TestS3.start();
  });

  it('reads every object below a prefix', async () => {
    const bucket = await s3.createBucket();
    const connection = { endpoint: s3.endpoint, forcePathStyle: true, credentials: S3_CREDENTIALS };
    const client = createClient(createConfig({ storage: { s3: connection } }).storage.s3);
    for (const Key of ['dumps/a.gz', 'dumps/2025/b.gz', 'other/c.gz']) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: gzipSync(dump()) }));
    }
    client.destroy();
    writeFileSync(join(cwd, 'rtcstats.yaml'), JSON.stringify({ storage: { s3: connection } }));
    const { code, report } = await importing(`s3://${bucket}/dumps/`);
    expect(code).toBe(0);
    expect(report.imported.map(({ name }) => name).sort()).toEqual(
      ['2025/b.gz', 'a.gz'].map((key) => `s3://${bucket}/dumps/${key}`),
    );
    expect((await sessions())[0]).toMatchObject({ startedAt: '2025-03-03T09:30:00.000Z' });
    expect((await importing(`s3://${bucket}/dumps/`)).report).toMatchObject({ imported: [], done: 2 });
    const { stderr } = await runProgram(['import', 's3://missing-bucket/'], { cwd });
    expect(stderr).toContain('[STORAGE_MISCONFIGURED]');
  });
});
