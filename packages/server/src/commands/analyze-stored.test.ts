import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ANALYSIS_VERSION } from '@rtcstats-server/insights/verdict';
import { printedBy, RECORDINGS, startProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openCatalog } from '../catalog/open.ts';
import { createConfig } from '../config/config.ts';
import { openStorage } from '../storage/open.ts';
import { run } from './analyze.ts';

const cwd = temporaryDirectory();
const data = join(cwd, 'data');
const config = createConfig({ dataDirectory: data });
const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';
const call = HEAD + readFileSync(join(RECORDINGS, 'chromium-relay.raw'), 'utf8');

beforeEach(() => rm(data, { recursive: true, force: true }));

/** Stores sessions with the same dump, or with none. */
async function store(sessions: Readonly<Record<string, string | Uint8Array | null>>): Promise<void> {
  const storage = await openStorage(config);
  await withCatalog(async (catalog) => {
    for (const [id, dump] of Object.entries(sessions)) {
      const row = sessionRow(id, {
        startedAt: id === 'january' ? '2026-01-01T00:00:00.000Z' : sessionRow(id).startedAt,
      });
      await catalog.sessions.put(row);
      if (dump === null) continue;
      writeFileSync(join(cwd, 'packed.gz'), dump);
      await storage.put(row.storageKey!, join(cwd, 'packed.gz'));
    }
  });
  await storage.close();
}

async function withCatalog<T>(work: (catalog: Catalog) => Promise<T>): Promise<T> {
  const catalog = await openCatalog(config);
  try {
    return await work(catalog);
  } finally {
    await catalog.close();
  }
}

async function analyzeStored(...flags: string[]): Promise<{ code: number; report: Record<string, unknown> }> {
  let code = -1;
  const text = await printedBy(async () => {
    code = await run(['--stored', '--json', '--data', data, ...flags]);
  });
  return { code, report: JSON.parse(text) as Record<string, unknown> };
}

describe('analyze --stored', () => {
  it('analyzes what has no up-to-date analysis, once', async () => {
    const packed = gzipSync(call);
    await store({ a: packed, current: packed, older: packed, january: packed });
    await withCatalog(async ({ analyses }) => {
      await analyses.put('current', analysisRow({ analysisVersion: ANALYSIS_VERSION, experience: 11 }));
      await analyses.put('older', analysisRow({ analysisVersion: ANALYSIS_VERSION - 1, experience: 11 }));
    });
    expect(await analyzeStored('--since', '2026-02-01')).toEqual({
      code: 0,
      report: {
        ...{ analyzed: 2, withProblems: 0, failed: [], withoutDump: [] },
        verdicts: { good: 2, degraded: 0, bad: 0, failed: 0, notJudged: 0 },
      },
    });
    expect(await analyzeStored()).toMatchObject({ code: 0, report: { analyzed: 1 } });
    expect(await analyzeStored()).toMatchObject({ code: 0, report: { analyzed: 0 } });
    await withCatalog(async ({ analyses }) => {
      for (const id of ['a', 'older', 'january']) expect(await analyses.get(id)).toMatchObject({ verdict: 'good' });
      expect(await analyses.get('current')).toMatchObject({ experience: 11 });
    });
  });

  it('ends with 1 if there are problems', async () => {
    const recording = gunzipSync(readFileSync(join(RECORDINGS, 'faults', 'answer-never-arrives.a.raw.gz'))).toString();
    await store({ a: gzipSync(HEAD + recording), unreadable: gzipSync('no dump') });
    expect(await analyzeStored()).toMatchObject({
      code: 1,
      report: { analyzed: 1, withProblems: 1, verdicts: { failed: 1 }, failed: ['unreadable'] },
    });
  });

  it('ends with 2 if a dump is missing or unreadable, records that, and keeps an older result', async () => {
    await store({ missing: null, older: gzipSync('no dump'), unreadable: gzipSync('no dump') });
    await withCatalog(({ analyses }) => analyses.put('older', analysisRow({ analysisVersion: ANALYSIS_VERSION - 1 })));
    expect(await analyzeStored()).toMatchObject({
      code: 2,
      report: { analyzed: 0, failed: ['older', 'unreadable'], withoutDump: ['missing'] },
    });
    await withCatalog(async ({ analyses }) => {
      expect(await analyses.get('unreadable')).toMatchObject({ failure: 'unreadable', verdict: 'notJudged' });
      expect(await analyses.get('older')).toMatchObject({ failure: null, experience: 55 });
    });
  });

  it('continues after a kill -9, and loses and repeats nothing', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `s${index}`);
    const packed = gzipSync(call);
    await store(Object.fromEntries(ids.map((id) => [id, packed])));
    const program = startProgram(['analyze', '--stored', '--data', data], { cwd });
    const database = new DatabaseSync(join(data, 'catalog.sqlite'));
    const stored = (): number => Number(database.prepare('select count(*) as n from analyses').get()!['n']);
    await vi.waitFor(() => expect(stored()).toBeGreaterThan(2), { interval: 5 });
    program.kill('SIGKILL');
    await once(program, 'close');
    const before = stored();
    expect(before).toBeLessThan(ids.length);
    expect((await analyzeStored()).report).toMatchObject({ analyzed: ids.length - before });
    expect(stored()).toBe(ids.length);
    const perSession = 'select count(*) as n from observations group by session_id';
    expect(
      new Set(
        database
          .prepare(perSession)
          .all()
          .map((row) => row['n']),
      ).size,
    ).toBeLessThanOrEqual(1);
    expect(database.prepare('select count(*) as n from sessions').get()!['n']).toBe(ids.length);
    database.close();
  });

  it.each([
    [['--stored', 'a'], '--stored takes neither names'],
    [['--stored', '--digest'], '--stored takes neither names nor --digest'],
    [['--since', '2026-01-01'], '--since needs --stored'],
    [['--stored', '--since', 'yesterday'], '--since must be a date'],
  ])('rejects %j', async (args, message) => {
    await expect(run(args)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) });
  });
});
