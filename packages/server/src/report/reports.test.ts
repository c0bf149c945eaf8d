import { FINDINGS_FORMAT, type FindingsReport } from '@rtcstats-server/api';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { createConfig } from '../config/config.ts';
import { breachReport } from './breach.ts';
import { breachClock } from './breach-clock.ts';
import { readBreachFacts } from './breach-facts.ts';
import { dpiaReport } from './dpia.ts';
import { type FactSources, readFacts } from './facts.ts';
import { toMarkdown } from './markdown.ts';
import { processingReport } from './processing.ts';
import { PublicSettings } from './public-settings.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-03-05T12:00:00.000Z');

let catalog: Catalog;
beforeEach(() => {
  catalog = openSqliteCatalog(':memory:');
});
afterEach(() => catalog.close());

async function facts(settings: object = {}, more: Partial<FactSources> = {}) {
  const privacy = createConfig({ privacy: (settings as { privacy?: object }).privacy ?? {} });
  const periods = { dumps: 30 * DAY_MS, sessions: null };
  const evidence = { canary: null, holds: [], periods, checkpoint: null, destroyedEpochs: [] };
  const sources = { catalog, privacy, settings: new PublicSettings({ ...settings }), version: '1.2.3', k: 5, now: NOW };
  return await readFacts({ ...sources, ...evidence, ...more });
}

it('lists the legal holds in every report, without the name that is held', async () => {
  const hold = {
    id: 'h1',
    kind: 'user',
    reason: 'Lawsuit 7 | 26',
    createdAt: NOW.toISOString(),
    name: 'user-5e1fda5d71',
  };
  const held = await facts({}, { holds: [hold] });
  for (const report of [processingReport(held), dpiaReport(held), breachReport(held, { breach: null, clock: null })]) {
    const text = toMarkdown(report);
    expect(text).toContain('| `h1` | a user | Lawsuit 7 \\| 26 | 2026-03-05 12:00 UTC |');
    expect(text).not.toContain(hold.name);
  }
  expect(toMarkdown(processingReport(await facts()))).toContain('There are none: no data is exempt');
});

it('names the key epochs that were destroyed in every report', async () => {
  const destroyed = await facts({}, { destroyedEpochs: [{ id: 'e691', at: NOW.toISOString() }] });
  const reports = [processingReport(destroyed), dpiaReport(destroyed)];
  for (const report of [...reports, breachReport(destroyed, { breach: null, clock: null })]) {
    expect(toMarkdown(report)).toContain('| `e691` | 2026-03-05 12:00 UTC |');
  }
  expect(toMarkdown(processingReport(await facts()))).toContain('the pseudonyms of all epochs can be computed');
  expect(toMarkdown(processingReport(await facts({}, { destroyedEpochs: null })))).toContain('does not have the key');
});

it('has the checkpoint of the audit log as evidence', async () => {
  const checkpoint = { origin: 'rtcstats/7f', size: 1204, createdAt: NOW.toISOString() };
  const text = toMarkdown(dpiaReport(await facts({}, { checkpoint })));
  expect(text).toContain('log `rtcstats/7f`, last checkpoint at 1,204 entries on 2026-03-05 12:00 UTC');
  expect(toMarkdown(dpiaReport(await facts()))).toContain('no checkpoint yet that this machine signed');
});

it('says how long data is kept, and asks for a reason where that is forever', async () => {
  const text = toMarkdown(processingReport(await facts({ retention: { dumps: '30d', sessions: 'forever' } })));
  expect(text).toContain('| Dumps, also in quarantine and at rtcstats.com | `retention.dumps` | 30d |');
  expect(text).toContain('| `retention.sessions` | **never** [TO BE FILLED IN: reason] |');
  expect(toMarkdown(processingReport(await facts()))).toContain('This gateway deletes nothing by itself');
});

it('proves that data is removed in time, and points at data that is not', async () => {
  const settings = { retention: { dumps: '30d', sessions: 'forever' } };
  const at = (days: number, minutes = 0): string =>
    new Date(NOW.getTime() - days * DAY_MS - minutes * 60_000).toISOString();
  await catalog.sessions.put(sessionRow('a', { startedAt: at(30, 119) }));
  await catalog.sessions.put(sessionRow('old', { startedAt: at(300), state: 'erased' }));
  const text = toMarkdown(processingReport(await facts(settings)));
  const proof = 'oldest stored dump from 2026-02-03 10:01 UTC; oldest session in the catalog from 2025-05-09 12:00 UTC';
  expect(text).toContain(`Evidence: ${proof}.`);
  expect(text).toContain(`| retention.dumps 30d, retention.sessions forever | ${proof} |`);
  await catalog.sessions.put(sessionRow('q', { startedAt: at(30, 121), state: 'quarantined' }));
  const late = toMarkdown(dpiaReport(await facts(settings)));
  expect(late).toContain('- Data is older than its time limit, or held: dump in quarantine.');
  expect(late).toContain('oldest dump in quarantine from 2026-02-03 09:59 UTC (OVERDUE, or held)');
});

it('counts the requests for erasure', async () => {
  expect(toMarkdown(dpiaReport(await facts()))).toContain('| 0 erasures finished, 0 not finished;');
  const erasure = {
    kind: 'user',
    subject: 'h',
    hashes: ['h'],
    names: ['anna'],
    requestedAt: NOW.toISOString(),
  } as const;
  await catalog.erasures.begin({ id: 'e1', by: 'bert', ...erasure });
  await catalog.erasures.begin({ id: 'e2', by: 'bert', ...erasure });
  expect(await catalog.erasures.finish('e1', NOW.toISOString())).toBe(true);
  const text = toMarkdown(dpiaReport(await facts()));
  expect(text).toContain('| 1 erasure finished, 1 not finished; each has a receipt |');
  expect(text).toContain('- 1 request for erasure is not finished.');
  expect(text).not.toMatch(/anna|bert/);
});

it('names recipients and countries where data leaves the machine', async () => {
  const storage = { type: 's3', s3: { bucket: 'dumps', region: 'eu-central-1', serverSideEncryption: 'aws:kms' } };
  const settings = {
    storage,
    catalog: { type: 'postgres', postgres: { ssl: 'verify-full' } },
    forward: { mode: 'enrich' },
  };
  const text = toMarkdown(processingReport(await facts(settings)));
  expect(text).toContain('bucket `dumps` at `AWS, region eu-central-1`');
  expect(text).toContain('a PostgreSQL database: [TO BE FILLED IN: host and its operator]');
  expect(text).toContain('rtcstats.com: [TO BE FILLED IN: country of the account, and the safeguard of Chapter V]');
  expect(text).toContain('server-side encryption aws:kms');
  expect(text).toContain('connection to the database: verify-full');
});

it('points at a configuration that keeps personal data, and at figures that are unusual', async () => {
  const dirty = sessionRow('a');
  await catalog.sessions.put({ ...dirty, receipt: { ...dirty.receipt, verified: false } });
  await catalog.sessions.put(sessionRow('q', { state: 'quarantined' }));
  const privacy = { preset: 'compatible', customEvents: 'keep', ipAddresses: { keepNetworks: ['10.0.0.0/8'] } };
  const settings = {
    privacy: { keyRotation: 'off', ...privacy },
    forward: { mode: 'upload' },
    retention: { dumps: 'forever' },
  };
  const canary = { clean: false, counts: { leaked: 1 }, lost: 0, at: NOW.toISOString() };
  const text = toMarkdown(dpiaReport(await facts(settings, { canary })));
  for (const point of [
    '- These classes are stored as they came: `contact, pageUrl,',
    '- Events of the application are stored without being searched',
    '- Addresses of 1 network are kept',
    '- 1 dump is in quarantine',
    '- 1 sampled session was recorded under another policy.',
    '- 1 sampled dump is stored without having been verified.',
    '- With everything that stays, 100 % of the sessions are in groups of fewer than 5.',
    '- The canary failed',
    '- Some data is kept forever.',
    '- Pseudonyms never change',
    '- Dumps are forwarded to rtcstats.com.',
  ]) {
    expect(text).toContain(point);
  }
});

it('asks for the reasons of a delay only after the deadline', async () => {
  const late = (since: string) => ({ breach: null, clock: breachClock(since, NOW) });
  const base = await facts();
  expect(toMarkdown(breachReport(base, late('2026-03-04T12:00:00.000Z')))).toContain('| 48 h 00 min |');
  expect(toMarkdown(breachReport(base, late('2026-03-04T12:00:00.000Z')))).not.toContain('Reasons for the delay');
  expect(toMarkdown(breachReport(base, late('2026-03-01T12:00:00.000Z')))).toContain(
    'Reasons for the delay: [TO BE FILLED IN: reasons]',
  );
});

it('says so where nothing was found, and where the catalog does not know a dump', async () => {
  const base = await facts();
  const report = async (dumps: FindingsReport['dumps']): Promise<string> => {
    const findings = { format: FINDINGS_FORMAT, createdAt: NOW.toISOString(), policy: 'p', verifier: null } as const;
    const source = { ...findings, read: 7, unreadable: 0, dumps };
    const breach = await readBreachFacts(source, { catalog, endpoint: 'https://api.example' });
    return toMarkdown(breachReport(base, { breach, clock: null }));
  };
  expect(await report([])).toContain('Nothing was found in the 7 dumps that were read.');
  const gone = await report([{ session: 'gone', findings: { contact: 1 }, outcome: 'failed' }]);
  expect(gone).toContain('For 1 dump that the catalog does not have, it is not known.');
  expect(gone).toContain('| `gone` | not in the catalog | contact 1 | not known | could not be treated |');
  expect(gone).toContain('[TO BE FILLED IN: period; the catalog does not have these sessions]');
});
