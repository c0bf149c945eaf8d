import { FINDINGS_FORMAT, type FindingsReport } from '@rtcstats-server/api';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { breachClock } from './breach-clock.ts';
import { readBreachFacts } from './breach-facts.ts';
import { parseCanary } from './canary-evidence.ts';
import { parseFindings } from './findings.ts';

const TIME = '2026-03-05T12:00:00.000Z';
const REPORT: FindingsReport = {
  format: FINDINGS_FORMAT,
  createdAt: TIME,
  policy: 'standard@3f9a2c81d0e4b756',
  verifier: 'rtcstats-verifier/2',
  read: 100,
  unreadable: 1,
  dumps: [
    { session: 'a', findings: { contact: 2, ipAddresses: 1 }, outcome: 'rewritten' },
    { session: 'b', findings: { contact: 1 }, outcome: 'pending' },
    { session: 'gone', findings: { contact: 4 }, outcome: 'failed', startedAt: '2026-02-01T00:00:00.000Z' },
  ],
  measures: ['The key of epoch 684 was destroyed.'],
};
const ENDPOINT = 'https://api.rtcstats.example/v1.0';

describe('a file of findings', () => {
  it('is a findings report', () => {
    expect(parseFindings(JSON.stringify(REPORT), 'f.json', TIME)).toEqual(REPORT);
  });

  it('is what verify --json prints, of which excerpts and paths are left out', () => {
    const finding = { class: 'contact', line: 3, path: '$[2]', excerpt: 'mail ████ to Anna' };
    const clean = { name: 'x/c.gz', clean: true, total: 0, findings: [], classes: {}, lines: 9 };
    const dirty = {
      name: 'dumps/2026/03/01/a.gz',
      clean: false,
      total: 1,
      findings: [finding],
      classes: { contact: 1 },
    };
    const printed = { clean: false, results: [clean, dirty, dirty, { name: 'z', error: 'no', code: 'X' }], skipped: 1 };
    const findings = parseFindings(JSON.stringify(printed), 'f.json', TIME);
    expect(findings).toMatchObject({ createdAt: TIME, read: 3, unreadable: 1 });
    expect(findings.dumps).toEqual([{ session: 'a', findings: { contact: 1 }, outcome: 'none' }]);
    expect(JSON.stringify(findings)).not.toContain('Anna');
  });

  it('names a session that is in it twice once', () => {
    const dumps = [...REPORT.dumps, { session: 'b', findings: { contact: 1 }, outcome: 'rewritten' as const }];
    const { dumps: distinct } = parseFindings(JSON.stringify({ ...REPORT, dumps }), 'f.json', TIME);
    expect(distinct.map(({ session, outcome }) => [session, outcome])).toEqual([
      ['a', 'rewritten'],
      ['b', 'rewritten'],
      ['gone', 'failed'],
    ]);
  });

  it.each(['', 'RTCStatsDump', '{}', '[]', 'null', JSON.stringify({ ...REPORT, format: 'rtcstats-findings/9' })])(
    'is nothing else: %s',
    (text) => {
      expect(() => parseFindings(text, 'f.json', TIME)).toThrow(expect.objectContaining({ code: 'INPUT_UNREADABLE' }));
    },
  );
});

describe('the facts of a breach', () => {
  let catalog: Catalog;
  beforeEach(() => {
    catalog = openSqliteCatalog(':memory:');
  });
  afterEach(() => catalog.close());

  it('are completed from the catalog and added up', async () => {
    const conference = 'standup';
    await catalog.sessions.put(sessionRow('a', { user: 'anna', conference }));
    await catalog.sessions.put(sessionRow('b', { startedAt: '2026-03-02T10:00:00.000Z', conference }));
    await catalog.deliveries.add(['a', 'b'].map((sessionId) => ({ sessionId, by: 'sample', createdAt: TIME })));
    const claim = { id: 'c', now: TIME, until: '2026-03-05T12:05:00.000Z', sends: true, budget: 1 };
    const delivery = (await catalog.deliveries.claim(claim))!;
    await catalog.deliveries.settle(delivery, { at: TIME, state: 'delivered', nextAttemptAt: null });
    const facts = await readBreachFacts(REPORT, { catalog, endpoint: ENDPOINT });
    expect(facts).toMatchObject({
      categories: [
        { name: 'contact', findings: 7, dumps: 3 },
        { name: 'ipAddresses', findings: 1, dumps: 1 },
      ],
      persons: 1,
      withoutPerson: 2,
      conferences: 1,
      from: '2026-02-01T00:00:00.000Z',
      to: '2026-03-02T10:00:00.000Z',
      storedSince: '2026-03-01T10:05:00.250Z',
      // The other one waits: nothing of it was sent.
      recipients: [{ target: ENDPOINT, dumps: 1, withdrawn: 0 }],
      withoutLedger: 1,
      outcomes: { rewritten: 1, pending: 1, failed: 1 },
    });
    expect(facts.dumps.map(({ session, isKnown }) => [session, isKnown])).toEqual([
      ['gone', false],
      ['a', true],
      ['b', true],
    ]);
  });

  it('are those of the findings where these say more than the catalog', async () => {
    await catalog.sessions.put(sessionRow('a', { user: 'anna' }));
    const forwarded = [{ target: 'https://other.example', at: null, withdrawn: true }];
    const dumps = [{ ...REPORT.dumps[0]!, user: 'u', storedAt: '2026-01-01T00:00:00.000Z', forwarded }];
    const facts = await readBreachFacts({ ...REPORT, dumps }, { catalog, endpoint: ENDPOINT });
    expect(facts).toMatchObject({ persons: 1, storedSince: '2026-01-01T00:00:00.000Z' });
    expect(facts.recipients).toEqual([{ target: 'https://other.example', dumps: 1, withdrawn: 1 }]);
  });
});

it('counts 72 hours from the moment of awareness', () => {
  const clock = (now: string) => breachClock('2026-03-01T10:00:00.000Z', new Date(now));
  expect(clock('2026-03-01T10:00:00.000Z')).toMatchObject({ hours: 72, minutes: 0, hasPassed: false });
  expect(clock('2026-03-03T09:29:30.000Z')).toEqual({
    awareSince: '2026-03-01T10:00:00.000Z',
    deadline: '2026-03-04T10:00:00.000Z',
    hours: 24,
    minutes: 30,
    hasPassed: false,
  });
  expect(clock('2026-03-04T10:00:00.000Z')).toMatchObject({ hours: 0, minutes: 0, hasPassed: false });
  expect(clock('2026-03-04T12:05:00.000Z')).toMatchObject({ hours: 2, minutes: 5, hasPassed: true });
});

it('reads the result of a canary as the command prints it, or as the API answers', () => {
  const report = { clean: true, counts: { masked: 3 }, lost: 0, places: [], session: 'x' };
  expect(parseCanary(JSON.stringify(report), 'c', TIME)).toEqual({
    clean: true,
    counts: { masked: 3 },
    lost: 0,
    at: TIME,
  });
  const finishedAt = '2026-03-01T00:00:00.000Z';
  const answer = { running: false, startedAt: finishedAt, finishedAt, report, error: null };
  expect(parseCanary(JSON.stringify(answer), 'c', TIME)).toMatchObject({ clean: true, at: finishedAt });
  for (const text of ['', '{}', JSON.stringify({ ...answer, report: null })]) {
    expect(() => parseCanary(text, 'c', TIME)).toThrow(expect.objectContaining({ code: 'INPUT_UNREADABLE' }));
  }
});
