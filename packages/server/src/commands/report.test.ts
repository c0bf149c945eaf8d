import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINDINGS_FORMAT, type FindingsReport } from '@rtcstats-server/api';
import { policyName, presetPolicy } from '@rtcstats-server/privacy';
import { printedBy, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuditReader } from '../audit/audit-reader.ts';
import { openSigningKey } from '../audit/signing-key.ts';
import { openCatalog } from '../catalog/open.ts';
import { createConfig } from '../config/config.ts';
import { run } from './report.ts';

const cwd = temporaryDirectory();
const config = join(cwd, 'rtcstats.yaml');
const findings = join(cwd, 'findings.json');
const canary = join(cwd, 'canary.json');
const file = (name: string): string => join(cwd, name);

/** One of each setting that is secret. */
const SECRETS = {
  admin: 'secret-of-the-admin-listener',
  operator: 'secret-of-an-operator',
  jwt: 'secret-of-the-application-long-enough',
  forward: 'secret-of-the-account',
  key: '7d'.repeat(32),
  s3: 'secret-of-the-bucket',
  session: 'secret-of-a-session',
  database: 'secret-of-the-database',
};
const YAML = `
server: {hostIdentifier: "gateway | <b>one</b>", allowedOrigins: ["https://*.example.com"]}
admin: {token: ${SECRETS.admin}, tokens: [{name: bert-the-operator, token: ${SECRETS.operator}, roles: [read]}]}
authorization: {jwtSecret: ${SECRETS.jwt}}
privacy: {key: "${SECRETS.key}", rules: [{name: badge, pattern: "B-\\\\d{4}"}]}
forward: {mode: upload, token: ${SECRETS.forward}, endpoint: "https://api.rtcstats.example/v1.0"}
storage: {s3: {credentials: {accessKeyId: AKIA, secretAccessKey: ${SECRETS.s3}, sessionToken: ${SECRETS.session}}}}
catalog: {postgres: {connectionString: "postgres://user:${SECRETS.database}@db.example:5432/rtcstats"}}
`;
const USER = 'pseudonym-of-anna';

beforeAll(async () => {
  writeFileSync(config, YAML);
  const catalog = await openCatalog(createConfig({}, cwd));
  await catalog.migrate();
  const policy = policyName(presetPolicy('standard'));
  for (let number = 0; number < 12; number++) {
    const row = sessionRow(`s${number}`, {
      user: `${USER}-${number % 3}`,
      country: 'DE',
      userAgent: `Zanzibar/7.${number}`,
    });
    const features = { client: { hardwareConcurrency: 8 }, connections: [], tracks: [] };
    const document = JSON.stringify({ features });
    await catalog.sessions.put({ ...row, receipt: { ...row.receipt, policy } }, analysisRow({ document }));
  }
  const dirty = sessionRow('q', { state: 'quarantined' });
  await catalog.sessions.put({ ...dirty, receipt: { ...dirty.receipt, findings: 2, findingsByClass: { contact: 2 } } });
  const held = { kind: 'user', name: `${USER}-1`, names: [`${USER}-1`], coversUntil: null } as const;
  await catalog.holds.add({ id: 'hold-1', reason: 'Lawsuit 7', createdAt: '2026-03-02T00:00:00.000Z', ...held });
  const entry = { id: 'e1', sessionId: 's1', action: 'send' as const, startedAt: '2026-03-01T10:06:00.000Z' };
  await catalog.ledger.beginEgress({
    ...entry,
    endedAt: null,
    target: 'https://api.rtcstats.example/v1.0',
    by: 'sample',
    bytes: 900,
    sha256: null,
    remoteId: null,
    outcome: 'delivered',
  });
  await catalog.close();
  const report: FindingsReport = {
    format: FINDINGS_FORMAT,
    createdAt: '2026-03-05T12:00:00.000Z',
    policy,
    verifier: 'rtcstats-verifier/2',
    read: 12,
    unreadable: 1,
    dumps: [
      { session: 's1', findings: { contact: 3, 'rule:badge': 1 }, outcome: 'rewritten' },
      { session: 's2', findings: { contact: 1, identifiers: 2 }, outcome: 'pending' },
    ],
    measures: ['The policy was changed.'],
  };
  writeFileSync(findings, JSON.stringify(report));
  writeFileSync(canary, JSON.stringify({ clean: true, counts: { masked: 31, gone: 12 }, lost: 0 }));
});

const made = (...args: string[]): Promise<string> =>
  printedBy(() => run(['--config', config, '--data', join(cwd, 'data'), ...args]));
const headings = (markdown: string): string[] => markdown.split('\n').filter((line) => line.startsWith('#'));

const KINDS = ['processing', 'breach', 'dpia'] as const;

describe.each(KINDS)('the report %s', (kind) => {
  const more = kind === 'breach' ? ['--findings', findings, '--aware-since', '2026-03-05T12:00:00Z'] : [];
  let markdown: string;
  let html: string;
  beforeAll(async () => {
    markdown = await made('--kind', kind, ...more);
    html = await made('--kind', kind, '--format', 'html', ...more);
  });

  it('is dated, has the hash of the policy, and says that it is a draft for a lawyer', () => {
    for (const text of [markdown, html]) {
      expect(text).toContain('Draft for a lawyer or data protection officer, not legal advice.');
      expect(text).toContain(new Date().toISOString().slice(0, 10));
      expect(text).toMatch(/standard@[0-9a-f]{16}/);
      expect(text).toContain('[TO BE FILLED IN: name, role, date]');
    }
  });

  it('has no secret, no person and no value of a session', () => {
    for (const secret of [
      ...Object.values(SECRETS),
      'bert-the-operator',
      USER,
      'Zanzibar',
      'undefined',
      '[object',
      'NaN',
    ]) {
      expect(markdown).not.toContain(secret);
      expect(html).not.toContain(secret);
    }
  });

  it('escapes what the configuration says', () => {
    expect(markdown).toContain('gateway \\| \\<b\\>one\\</b\\>');
    expect(html).toContain('gateway | &lt;b&gt;one&lt;/b&gt;');
    expect(html).not.toMatch(/<b>|<script/);
  });

  it('lists the legal holds', () => {
    expect(markdown).toContain('| `hold-1` | a user | Lawsuit 7 | 2026-03-02 00:00 UTC |');
  });

  it('has the same headings in both formats', () => {
    const inHtml = [...html.matchAll(/<h(\d)>(.*?)<\/h\d>/g)].map(
      ([, level, text]) => `${'#'.repeat(Number(level))} ${text}`,
    );
    expect(headings(markdown)).toEqual(inHtml);
    expect(headings(markdown)).toMatchSnapshot();
  });
});

it('has every point of Art. 30(1) in the record of processing activities', async () => {
  const markdown = await made();
  for (const point of 'abcdefg') expect(markdown).toMatch(new RegExp(`^## Art\\. 30\\(1\\)\\(${point}\\) \\w+`, 'm'));
  expect(markdown).toContain('12 stored sessions, 1 in quarantine');
  expect(markdown).toContain('| `https://api.rtcstats.example/v1.0` | 1 | 0 | 0 |');
  expect(markdown).toContain('12 of 12 sampled dumps verified without findings');
  expect(markdown).toContain('| `retention.dumps` | 30d |');
  expect(markdown).toContain('Found by the operator’s rule `badge`');
});

it('fills the breach in from the findings, and counts 72 hours', async () => {
  const markdown = await made('--kind', 'breach', '--findings', findings, '--aware-since', '2026-03-05T12:00:00Z');
  for (const point of 'abcd') expect(markdown).toContain(`### Art. 33(3)(${point})`);
  expect(markdown).toContain('| Found by the operator’s rule badge | 1 | 1 |');
  expect(markdown).toContain('| 2026-03-05 12:00 UTC | **2026-03-08 12:00 UTC** |');
  expect(markdown).toContain('The deadline has passed.');
  expect(markdown).toContain('2 stored dumps of 12');
  expect(markdown).toContain('data subjects: 2 (2 different users by pseudonym, and 0 dumps whose user is not known)');
  expect(markdown).toContain('1 dump anonymized again and replaced.');
  expect(markdown).toContain('- The policy was changed.');
  expect(markdown).toContain('| `s2` | 2026-03-01 10:00 UTC | contact 1, identifiers 2 | no | still to be treated |');
  expect(await made('--kind', 'breach')).toContain('[TO BE FILLED IN: time, with --aware-since the clock is computed]');
});

it('has the risk that remains and the evidence in the impact assessment', async () => {
  const markdown = await made('--kind', 'dpia', '--canary', canary, '-k', '3');
  expect(markdown).toContain('Measured on 12 sessions');
  expect(markdown).toContain('fewer than 3 sessions');
  expect(markdown).toContain('no planted value was found; places: masked (31), gone (12)');
  expect(markdown).toContain('- 1 dump is in quarantine');
  expect(markdown).toMatch(/- `privacy\.userAgent: truncate`: sessions in small groups/);
  expect(markdown).not.toContain('This report has no result of a canary');
});

it('is in the audit log, and has its checkpoint as evidence', async () => {
  const created = createConfig({}, cwd);
  const catalog = await openCatalog(created);
  const { origin } = await catalog.audit.head();
  const key = openSigningKey(created.dataDirectory, origin, { create: true })!;
  const createdAt = '2026-03-04T08:00:00.000Z';
  await catalog.audit.addCheckpoint({ size: 7, keyId: key.id, tree: [], note: 'n', createdAt });
  const markdown = await made('--kind', 'dpia');
  expect(markdown).toContain(`log \`${origin}\`, last checkpoint at 7 entries on 2026-03-04 08:00 UTC`);
  const [entry] = await new AuditReader(catalog.audit).list({ limit: 1 });
  await catalog.close();
  expect(entry).toMatchObject({ action: 'report', outcome: 'done', details: { kind: 'dpia' } });
});

it('is written to a file for its owner only, as HTML if the name says so', async () => {
  expect(await run(['--config', config, '--data', join(cwd, 'data'), '-o', file('report.html')])).toBe(0);
  expect(readFileSync(file('report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  expect(statSync(file('report.html')).mode & 0o777).toBe(0o600);
  await run(['--config', config, '--data', join(cwd, 'data'), '-o', file('report.md')]);
  expect(readFileSync(file('report.md'), 'utf8')).toMatch(/^# Record of processing/);
});

it.each([
  [['--kind', 'other'], '--kind'],
  [['--format', 'pdf'], '--format'],
  [['--findings', 'x'], '--kind breach'],
  [['--aware-since', '2026-03-05'], '--kind breach'],
  [['--kind', 'breach', '--aware-since', 'yesterday'], '--aware-since'],
  [['--kind', 'breach', '--aware-since', '2999-01-01'], 'future'],
  [['-k', '1'], '--group'],
  [['extra'], 'extra'],
])('rejects %j', async (args, named) => {
  await expect(run(args)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(named) });
});

it('names a file that cannot be read', async () => {
  await expect(run(['--kind', 'breach', '--findings', file('none.json')])).rejects.toMatchObject({
    code: 'INPUT_UNREADABLE',
    message: expect.stringContaining('none.json cannot be read (ENOENT)'),
  });
});

it('runs where the gateway runs, and says so elsewhere', async () => {
  expect((await runProgram(['report', '--kind', 'dpia'], { cwd })).code).toBe(0);
  const { code, stderr } = await runProgram(['report', '--data', 'nowhere'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('There is no data directory');
});
