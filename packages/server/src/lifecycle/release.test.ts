import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import { type Policy, parsePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AnalysisRow } from '../catalog/analyses.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { createConfig } from '../config/config.ts';
import { VerifierThreads } from '../finish/verifier-threads.ts';
import { LocalStorage } from '../storage/local.ts';
import { dumpPlaces } from '../storage/place.ts';
import { releaseSession } from './release.ts';

const DUMP = `RTCStatsDump\n{"fileFormat":3}\n[":a",null,"203.0.113.77",1]\n${'["b",null,1,1]\n'.repeat(20_000)}`;
const standard = presetPolicy('standard');
/** The policy after the operator found that these are addresses of their own servers. */
const fixed = parsePolicy({ ipAddresses: { method: 'mask', keepNetworks: ['203.0.113.0/24'] } });

let directory: string;
let analyzed: AnalysisRow[];
let catalog: Catalog;
let storage: LocalStorage;
let quarantine: LocalStorage;

beforeEach(async () => {
  analyzed = [];
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-release-'));
  storage = await LocalStorage.open(join(directory, 'dumps'));
  quarantine = await LocalStorage.open(join(directory, 'quarantine'));
  catalog = openSqliteCatalog(':memory:');
  await catalog.migrate();
  const file = join(directory, 'file');
  await writeFile(file, gzipSync(DUMP));
  await quarantine.put('kept.gz', file);
  const row = sessionRow('kept', { state: 'quarantined', storageKey: null });
  await catalog.sessions.put({ ...row, receipt: { ...row.receipt, findings: 1, findingsByClass: { ipAddresses: 1 } } });
  await catalog.sessions.put(sessionRow('stored'));
  await catalog.sessions.put(sessionRow('elsewhere', { state: 'quarantined', storageKey: null, host: 'gateway-2' }));
});
afterEach(async () => {
  await catalog.close();
  await rm(directory, { recursive: true, force: true });
});

async function release(id: string, policy: Policy, threads?: VerifierThreads) {
  const createVerifier = (_: string, analyze: boolean) =>
    threads?.verifier(policy, undefined, analyze) ?? new Verifier(policy);
  return await releaseSession(id, {
    catalog: catalog.sessions,
    storage,
    quarantine,
    dataDirectory: directory,
    host: 'gateway-1',
    placeOf: dumpPlaces(createConfig({ dataDirectory: directory })),
    createVerifier,
    analyzes: threads !== undefined,
    onAnalyzed: (analysis) => analyzed.push(analysis),
  });
}

it('keeps a dump in quarantine while the verifier finds something', async () => {
  await expect(release('kept', standard)).rejects.toMatchObject({ code: 'STILL_NOT_CLEAN' });
  expect((await catalog.sessions.get('kept'))!.state).toBe('quarantined');
  await expect(storage.get('2026/03/01/kept.gz')).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
  expect(await readdir(join(directory, 'release'))).toEqual([]);
});

it('stores a dump unchanged once the verifier finds nothing', async () => {
  const released = await release('kept', fixed);
  expect(released).toMatchObject({
    state: 'stored',
    storageKey: '2026/03/01/kept.gz',
    receipt: { verified: true, findings: 0 },
  });
  expect(await catalog.sessions.get('kept')).toEqual(released);
  expect(released.receipt.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(await text((await storage.get(released.storageKey!)).pipe(createGunzip()))).toBe(DUMP);
  await expect(quarantine.get('kept.gz')).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
  expect(await readdir(join(directory, 'release'))).toEqual([]);
});

it('stores the analysis with a dump that is released', async () => {
  await release('kept', fixed, new VerifierThreads());
  expect(await catalog.analyses.get('kept')).toMatchObject({ verdict: 'notJudged', failure: null });
  await expect(release('kept', fixed, new VerifierThreads())).rejects.toMatchObject({ code: 'NOT_QUARANTINED' });
  expect(analyzed).toMatchObject([{ verdict: 'notJudged' }]);
});

it('releases a dump whose analysis ends the thread', async () => {
  const crashing = new URL('../finish/testing/analysis-crashes.ts', import.meta.url);
  await expect(release('kept', fixed, new VerifierThreads(undefined, crashing))).resolves.toMatchObject({
    state: 'stored',
  });
  expect(await catalog.analyses.get('kept')).toBeUndefined();
});

it.each([
  ['stored', 'NOT_QUARANTINED'],
  ['unknown', 'SESSION_NOT_FOUND'],
  ['elsewhere', 'DUMP_NOT_FOUND'],
])('rejects a session that is %s', async (id, code) => {
  await expect(release(id, fixed)).rejects.toMatchObject({ code });
});

it('leaves a damaged dump in quarantine', async () => {
  await writeFile(join(directory, 'file'), gzipSync(DUMP).subarray(0, 100));
  await quarantine.put('kept.gz', join(directory, 'file'));
  await expect(release('kept', fixed)).rejects.toThrow();
  expect((await catalog.sessions.get('kept'))!.state).toBe('quarantined');
  expect(await readdir(join(directory, 'release'))).toEqual([]);
});
