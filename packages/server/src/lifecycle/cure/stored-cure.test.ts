import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import { type Policy, parsePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AuditEntry } from '../../audit/audit-log.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { openSqliteCatalog } from '../../catalog/sqlite.ts';
import { compress } from '../../dump-content/compression.ts';
import { textOf } from '../../dump-content/forms.ts';
import { PseudonymKeys } from '../../pseudonyms/pseudonym-keys.ts';
import { LocalStorage } from '../../storage/local.ts';
import { CureJournal } from './journal.ts';
import { CurePolicies } from './policies.ts';
import { StoredCure } from './stored-cure.ts';

const PLANTED = '203.0.113.77';
const DUMP = `RTCStatsDump\n{"fileFormat":3,"startTime":1795800000000}\n["note",null,"${PLANTED}",1795800000000]\n["b",null,1,1]\n`;
const standard = presetPolicy('standard');
/** Leaves the address in the dump, which the verifier of `standard` finds. */
const lax = parsePolicy({ ipAddresses: { method: 'mask', keepNetworks: ['203.0.113.0/24'] } });

let directory: string;
let catalog: Catalog;
let storage: LocalStorage;
let quarantine: LocalStorage;
let recorded: AuditEntry[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-cure-'));
  storage = await LocalStorage.open(join(directory, 'dumps'));
  quarantine = await LocalStorage.open(join(directory, 'quarantine'));
  catalog = openSqliteCatalog(':memory:');
  await catalog.migrate();
  recorded = [];
  const row = sessionRow('anna', { bytes: DUMP.length, user: 'user-0123456789' });
  await catalog.sessions.put({ ...row, receipt: { ...row.receipt, keyId: 'e0' } }, analysisRow());
  await writeFile(join(directory, 'packed'), gzipSync(DUMP));
  await storage.put(row.storageKey!, join(directory, 'packed'));
});
afterEach(async () => {
  await catalog.close();
  await rm(directory, { recursive: true, force: true });
});

function cureOf(journal: CureJournal, policy: Policy): StoredCure {
  return new StoredCure({
    ...{ catalog, storage, quarantine, journal, directory },
    policies: new CurePolicies(policy, new PseudonymKeys(Buffer.alloc(32, 7), null)),
    audit: { record: async (entry) => void recorded.push(entry) },
    actor: 'command:test',
    host: 'gateway-1',
    createVerifier: () => new Verifier(standard),
    analyzes: false,
    dryRun: false,
    all: false,
  });
}

it('takes a dump out of the storage if the verifier still finds something', async () => {
  const journal = CureJournal.open(directory, ['run']);
  const row = (await catalog.sessions.get('anna'))!;
  expect(await cureOf(journal, lax).cure(row)).toBe('found');
  expect([...journal.found.values()]).toMatchObject([{ session: 'anna', outcome: 'quarantined' }]);
  journal.close();
  expect(await catalog.sessions.get('anna')).toMatchObject({
    state: 'quarantined',
    storageKey: null,
    receipt: { findings: 1, findingsByClass: { ipAddresses: 1 } },
  });
  expect(await catalog.analyses.get('anna')).toBeUndefined();
  expect(await text((await quarantine.get('anna.gz')).pipe(createGunzip()))).toContain(PLANTED);
  expect(await readdir(join(directory, 'dumps', '2026', '03', '01'))).toEqual([]);
  const details = { result: 'quarantined', findings: 1 };
  expect(recorded).toMatchObject([{ outcome: 'done', target: 'anna', persons: ['user-0123456789'], details }]);
});

it.each([
  ['rewritten in the same format', standard, 'stored'],
  ['moved to the quarantine as gzip', lax, 'quarantined'],
] as const)('reads a dump that is compressed with zstd and a dictionary; it is %s', async (_, policy, state) => {
  const before = (await catalog.sessions.get('anna'))!;
  const storageKey = before.storageKey!.replace(/gz$/, 'zst');
  const { bytes, sha256, dictionary } = await compress(Buffer.from(DUMP), { format: 'zstd', dictionary: true });
  await writeFile(join(directory, 'packed'), bytes);
  await storage.put(storageKey, join(directory, 'packed'));
  await storage.delete(before.storageKey!);
  const row = { ...before, storageKey, receipt: { ...before.receipt, sha256, dictionary } };
  await catalog.sessions.put(row);
  expect(await cureOf(CureJournal.inMemory(), policy).cure(row)).toBe('found');
  const cured = (await catalog.sessions.get('anna'))!;
  expect(cured.state).toBe(state);
  if (state === 'stored') {
    expect(cured).toMatchObject({ storageKey, receipt: { dictionary } });
    expect(await text(textOf(await storage.get(storageKey)))).not.toContain(PLANTED);
  } else {
    expect(cured).toMatchObject({ storageKey: null, receipt: { dictionary: null } });
    expect(await text((await quarantine.get('anna.gz')).pipe(createGunzip()))).toContain(PLANTED);
    await expect(storage.get(storageKey)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
  }
});

it.each(['quarantined', 'deleted'] as const)(
  'ends what a killed run had begun with a dump that is %s',
  async (outcome) => {
    const row = (await catalog.sessions.get('anna'))!;
    const storageKey = row.storageKey!;
    const killed = CureJournal.open(directory, ['run']);
    killed.add({ session: 'anna', findings: { ipAddresses: 1 }, outcome: 'pending', storageKey });
    killed.close();
    if (outcome === 'deleted') await catalog.sessions.delete('anna');
    else await catalog.sessions.put({ ...row, state: 'quarantined', storageKey: null });
    const journal = CureJournal.open(directory, ['run']);
    await cureOf(journal, standard).finish();
    expect([...journal.found.values()]).toMatchObject([{ session: 'anna', outcome }]);
    journal.close();
    await expect(storage.get(storageKey)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
  },
);

it('corrects the receipt of a dump that was replaced before its row', async () => {
  const row = (await catalog.sessions.get('anna'))!;
  expect(await cureOf(CureJournal.inMemory(), standard).cure(row)).toBe('found');
  const cured = (await catalog.sessions.get('anna'))!;
  await catalog.sessions.put(row);
  const journal = CureJournal.open(directory, ['run']);
  journal.add({ session: 'anna', findings: { ipAddresses: 1 }, outcome: 'pending' });
  expect(await cureOf(journal, standard).cure(row)).toBe('found');
  expect([...journal.found.values()]).toMatchObject([{ outcome: 'rewritten' }]);
  journal.close();
  const { receipt, storedBytes } = (await catalog.sessions.get('anna'))!;
  expect({ sha256: receipt.sha256, storedBytes }).toEqual({
    sha256: cured.receipt.sha256,
    storedBytes: cured.storedBytes,
  });
});
