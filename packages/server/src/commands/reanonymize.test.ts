import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { findingsReport } from '@rtcstats-server/api';
import { Anonymizer, compilePolicy, DumpAnonymizer, policyName, presetPolicy } from '@rtcstats-server/privacy';
import { printedBy, RECORDINGS, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openCatalog } from '../catalog/open.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import { createConfig } from '../config/config.ts';
import { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { openStorage } from '../storage/open.ts';
import { run } from './reanonymize.ts';

const cwd = temporaryDirectory();
const data = join(cwd, 'data');
const archive = join(cwd, 'archive');
/** A pseudonym. */
const PERSON = 'user-0123456789';
const KEY = '07'.repeat(32);
const config = createConfig({ dataDirectory: data });
const standard = presetPolicy('standard');
const key = new PseudonymKeys(Buffer.from(KEY, 'hex'), config.pseudonyms.rotation).epochOf('e684')!.key!;
const PLANTED = ['203.0.113.77', 'anna.lindqvist@example.org'];
const LEFT = PLANTED.map((value) => `["note",null,"${value}",1]\n`).join('');
const RAW = `RTCStatsDump\n{"fileFormat":3,"startTime":1795800000000}\n${readFileSync(join(RECORDINGS, 'chromium-mdns.raw'), 'utf8')}`;
const CLEAN = anonymized(RAW);

beforeEach(async () => {
  await rm(data, { recursive: true, force: true });
  await rm(archive, { recursive: true, force: true });
  mkdirSync(join(data, 'keys'), { recursive: true, mode: 0o700 });
  mkdirSync(join(archive, 'below'), { recursive: true });
  writeFileSync(join(data, 'keys', 'pseudonyms.key'), Buffer.from(KEY, 'hex'), { mode: 0o600 });
});

function anonymized(dump: string): string {
  const pass = new DumpAnonymizer(new Anonymizer(compilePolicy(standard, key)));
  return Buffer.concat([...pass.push(Buffer.from(dump)), ...pass.end()]).toString();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function withCatalog<T>(work: (catalog: Catalog) => Promise<T>): Promise<T> {
  const catalog = await openCatalog(config);
  try {
    return await work(catalog);
  } finally {
    await catalog.close();
  }
}

/** Stores dumps as clean, with receipts of an earlier verifier. */
async function store(dumps: Readonly<Record<string, string>>, changes: Partial<SessionRow> = {}): Promise<void> {
  const storage = await openStorage(config);
  await withCatalog(async (catalog) => {
    for (const [id, dump] of Object.entries(dumps)) {
      const packed = gzipSync(dump);
      writeFileSync(join(cwd, 'packed.gz'), packed);
      const row = sessionRow(id, { user: PERSON, bytes: dump.length, ...changes });
      const receipt = { policy: policyName(standard), verifier: 'rtcstats-verifier/0', sha256: sha256(packed) };
      const analysis = analysisRow({ analysisVersion: 1 });
      await catalog.sessions.put({ ...row, receipt: { ...row.receipt, ...receipt } }, analysis);
      await storage.put(row.storageKey!, join(cwd, 'packed.gz'));
    }
  });
  await storage.close();
}

async function stored(id: string): Promise<{ row: SessionRow; bytes: Buffer; dump: string }> {
  return await withCatalog(async (catalog) => {
    const row = (await catalog.sessions.get(id))!;
    const bytes = readFileSync(join(data, 'dumps', row.storageKey ?? ''));
    return { row, bytes, dump: gunzipSync(bytes).toString() };
  });
}

async function reanonymize(...args: string[]) {
  let code = -1;
  const printed = await printedBy(async () => {
    code = await run(['--json', '--data', data, ...args]);
  });
  return { code, report: findingsReport.parse(JSON.parse(printed)) };
}

describe('stored dumps', () => {
  it('are rewritten where something was left, and stay byte for byte where not', async () => {
    await store({ clean: CLEAN, anna: CLEAN + LEFT, ben: CLEAN + LEFT });
    await withCatalog(async (catalog) => {
      await catalog.deliveries.add([{ sessionId: 'anna', by: 'sample', createdAt: '2026-03-01T11:00:00.000Z' }]);
      const claim = { id: 'c', now: '2026-03-01T11:00:00.000Z', until: '2026-03-01T12:00:00.000Z' };
      const delivery = (await catalog.deliveries.claim({ ...claim, sends: true, budget: null }))!;
      await catalog.deliveries.beginAssembly(delivery, claim.now, claim.until);
      const end = { at: claim.now, state: 'delivered', nextAttemptAt: null } as const;
      await catalog.deliveries.settle(delivery, end);
    });
    const before = await stored('clean');
    const file = join(cwd, 'findings.json');
    const { code, report } = await reanonymize('-o', file);
    expect(code).toBe(1);
    expect(report).toMatchObject({ read: 3, unreadable: 0, policy: policyName(standard) });
    expect(report.dumps.map(({ session }) => session).toSorted()).toEqual(['anna', 'ben']);
    expect(report.dumps.find(({ session }) => session === 'anna')).toEqual({
      session: 'anna',
      findings: { ipAddresses: 1, contact: 1 },
      outcome: 'rewritten',
      user: PERSON,
      conference: null,
      startedAt: before.row.startedAt,
      storedAt: before.row.endedAt,
      forwarded: [{ target: config.forward.endpoint, at: '2026-03-01T11:00:00.000Z', withdrawn: false }],
    });
    expect(findingsReport.parse(JSON.parse(readFileSync(file, 'utf8')))).toEqual(report);

    const after = await stored('clean');
    expect(after.bytes).toEqual(before.bytes);
    expect(after.row.receipt).toMatchObject({ verifier: 'rtcstats-verifier/1', sha256: sha256(before.bytes) });
    const anna = await stored('anna');
    for (const value of PLANTED) expect(anna.dump).not.toContain(value);
    // Pseudonyms and everything else stay the same.
    expect(anna.dump.split('\n').slice(2)).toEqual(expect.arrayContaining(CLEAN.split('\n').slice(2)));
    expect(anna.row).toMatchObject({ state: 'stored', bytes: anna.dump.length, storedBytes: anna.bytes.length });
    expect(anna.row.receipt).toMatchObject({ findings: 0, verified: true, sha256: sha256(anna.bytes) });
    const analysis = await withCatalog((catalog) => catalog.analyses.get('anna'));
    expect(analysis!.analyzedAt).not.toBe(analysisRow().analyzedAt);
    expect(readdirSync(join(data, 'reanonymize'))).toEqual(['lock']);

    // They are not read again.
    expect(await reanonymize()).toMatchObject({ code: 0, report: { read: 0, dumps: [] } });
    expect(await reanonymize('--all')).toMatchObject({ code: 0, report: { read: 3, dumps: [] } });
    expect((await stored('anna')).bytes).toEqual(anna.bytes);
  });

  it('are not changed by a dry run', async () => {
    await store({ anna: CLEAN + LEFT });
    const before = await stored('anna');
    const { code, report } = await reanonymize('--dry-run');
    expect(code).toBe(1);
    expect(report.dumps).toMatchObject([{ session: 'anna', outcome: 'pending' }]);
    expect(await stored('anna')).toEqual(before);
  });

  it('are rewritten under another policy, with the names in their rows', async () => {
    await store({ clean: CLEAN }, { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.7339.16 Safari/537.36' });
    const { code, report } = await reanonymize('--preset', 'strict');
    expect(report.policy).toMatch(/^strict@/);
    expect(code).toBe(report.dumps.length > 0 ? 1 : 0);
    const { row, dump } = await stored('clean');
    expect(row.receipt.policy).toBe(report.policy);
    expect(dump).toContain('"policy":"strict"');
    expect(row.userAgent).not.toContain('7339');
  });

  it('are left alone before --since, and reported if they are damaged or missing', async () => {
    await store({ old: CLEAN + LEFT }, { startedAt: '2026-01-01T00:00:00.000Z' });
    await store({ missing: CLEAN });
    const { row } = await stored('missing');
    writeFileSync(join(data, 'dumps', row.storageKey!), 'no gzip');
    const { code, report } = await reanonymize('--since', '2026-02-01');
    expect({ code, ...report }).toMatchObject({ code: 2, read: 0, unreadable: 1, dumps: [] });
    expect((await stored('old')).dump).toContain(PLANTED[0]);
  });

  it('are not brought back when their session is removed meanwhile', async () => {
    await store({ anna: CLEAN + LEFT });
    await withCatalog(async (catalog) => {
      const { startedAt, host } = (await catalog.sessions.get('anna'))!;
      const requestedAt = '2026-03-02T00:00:00.000Z';
      await catalog.removals.begin({ sessionId: 'anna', reason: 'deleted', host, startedAt, requestedAt });
    });
    await reanonymize();
    expect(readdirSync(join(data, 'dumps', '2026', '03', '01'))).toEqual([]);
  });
});

describe('an archive', () => {
  it('has nothing left afterwards, and the report names every file', async () => {
    const names = ['one.gz', 'two', join('below', 'three.gz')];
    for (const name of names) {
      const dump = RAW + LEFT;
      writeFileSync(join(archive, name), name.endsWith('.gz') ? gzipSync(dump) : dump, { mode: 0o644 });
    }
    writeFileSync(join(archive, 'clean.gz'), gzipSync(CLEAN));
    writeFileSync(join(archive, 'readme.txt'), 'not a dump');
    await store({});
    const clean = readFileSync(join(archive, 'clean.gz'));
    const dry = await reanonymize('--from', archive, '--dry-run');
    expect(dry.report.dumps.map(({ outcome }) => outcome)).toEqual(['pending', 'pending', 'pending']);
    expect(readFileSync(join(archive, 'two'), 'utf8')).toBe(RAW + LEFT);

    const { code, report } = await reanonymize('--from', archive);
    expect(code).toBe(1);
    expect(report.read).toBe(4);
    expect(report.dumps.map(({ session }) => session).toSorted()).toEqual([...names].toSorted());
    expect(report.dumps).toMatchObject(
      names.map(() => ({ outcome: 'rewritten', startedAt: '2026-11-27T17:20:00.000Z' })),
    );
    for (const name of names) {
      const bytes = readFileSync(join(archive, name));
      const dump = name.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
      expect(dump.startsWith('RTCStatsDump\n')).toBe(true);
      for (const value of PLANTED) expect(dump).not.toContain(value);
    }
    expect(readFileSync(join(archive, 'clean.gz'))).toEqual(clean);
    expect(readdirSync(archive).toSorted()).toEqual(['below', 'clean.gz', 'one.gz', 'readme.txt', 'two']);
    expect(await reanonymize('--from', archive)).toMatchObject({ code: 0, report: { read: 4, dumps: [] } });
  });
});

it('does not take an archive without dumps for a clean one', async () => {
  await store({});
  expect(await reanonymize('--from', archive)).toMatchObject({ code: 2, report: { read: 0, dumps: [] } });
});

it.each([
  [['now'], 'reanonymize takes no "now"'],
  [['--from', data], '--from is the data directory'],
  [['--from', join(cwd, 'nowhere')], 'There is no directory'],
  [['--from', archive, '--all'], '--from reads every file'],
  [['--since', 'yesterday'], '--since must be a date'],
])('rejects %j', async (args, message) => {
  await expect(run([...args, '--data', data])).rejects.toThrow(message);
});
