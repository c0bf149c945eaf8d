import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { cleanNames } from '@rtcstats-server/privacy';
import { printedBy, runOnTerminal, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { analysisRow } from '@rtcstats-server/testing/session-row';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCatalog } from '../catalog/open.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import { createConfig } from '../config/config.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { openQuarantine, openStorage, quarantineKey } from '../storage/open.ts';
import { run } from './sessions.ts';

const cwd = temporaryDirectory();
const dump = 'RTCStatsDump\n{"fileFormat":3}\n[":userRating",null,5,1]\n';

function row(id: string, more: Partial<SessionRow> = {}): SessionRow {
  return {
    id,
    state: 'stored',
    startedAt: '2026-01-31T10:00:00.000Z',
    endedAt: '2026-01-31T11:02:03.000Z',
    closeCode: 1000,
    messages: 1,
    bytes: dump.length,
    storedBytes: 2048,
    storageKey: `2026/01/31/${id}.gz`,
    storageUrl: null,
    user: 'alice',
    conference: 'standup',
    session: null,
    signed: [],
    origin: 'https://app.example.com',
    country: 'DE',
    forward: null,
    userAgent: 'Firefox',
    host: 'gateway-1',
    receipt: {
      policy: 'standard@3f9a2c81d0e4b756',
      engine: 'rtcstats-privacy/1',
      keyId: 'e684',
      redactions: { ipAddresses: 4 },
      dropped: {},
      drift: { entries: [{ event: 'create', path: 'shiny', type: 'object', count: 2 }], more: 0 },
      complete: true,
      verified: true,
      findings: 0,
      findingsByClass: {},
      verifier: 'rtcstats-verifier/1',
      sha256: 'ab'.repeat(32),
      dictionary: null,
    },
    ...more,
  };
}

/** The data of a gateway: one session of each kind, written by the same code. */
beforeEach(async () => {
  const config = createConfig({}, cwd);
  const packed = join(cwd, 'packed.gz');
  writeFileSync(packed, gzipSync(dump));
  const catalog = await openCatalog(config);
  const storage = await openStorage(config);
  const quarantine = await openQuarantine(config);
  await storage.put('2026/01/31/first.gz', packed);
  await quarantine.put(quarantineKey('suspect'), packed);
  await catalog.sessions.put(row('first'), analysisRow());
  await catalog.sessions.put(
    row('suspect', { signed: ['user'], state: 'quarantined', storageKey: null, startedAt: '2026-02-01T00:00:00.000Z' }),
  );
  await catalog.sessions.put(
    row('running', { state: 'recording', endedAt: null, user: 'bob\u001b[2J', startedAt: '2026-02-02T00:00:00.000Z' }),
  );
  await Promise.all([catalog.close(), storage.close(), quarantine.close()]);
});

const sessions = (...args: string[]) => runProgram(['sessions', ...args], { cwd });

/** In this process, because starting one for every filter takes seconds. */
async function list(...filters: string[]): Promise<{ sessions: SessionRow[]; nextCursor: string | null }> {
  return JSON.parse(await printedBy(() => run(['list', '--json', '--data', join(cwd, 'data'), ...filters])));
}

async function ids(...filters: string[]): Promise<string[]> {
  return (await list(...filters)).sessions.map(({ id }) => id);
}

describe('sessions list', () => {
  it('is a table, newest first, without control characters', async () => {
    const { code, stdout } = await sessions('list', '--utc');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^ID +STARTED \(UTC\) +STATE +VERDICT +SCORE +LENGTH +USER +CONFERENCE +PROBLEMS +SESSION .*REPLACED$/,
    );
    expect(lines.slice(1).map((line) => line.split(' ')[0])).toEqual(['running', 'suspect', 'first']);
    expect(lines[1]).toContain('bob\ufffd[2J (unsigned)');
    expect(lines[2]).toContain('  alice  ');
    expect(lines[3]).toMatch(/ {2}bad +55 .* packet-loss /);
  });

  it('leaves out columns on a terminal, and says which', async () => {
    const shown = await runOnTerminal(['sessions', 'list'], { cwd, columns: 80 });
    const lines = shown.screen.split(/\r?\n/);
    expect(lines[0]).toMatch(/^\S*ID +STARTED/);
    for (const line of lines.slice(0, 4)) expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(80);
    expect(shown.screen).toMatch(/Columns left out: .*COUNTRY.*--wide/);
    const wide = await runOnTerminal(['sessions', 'list', '--wide'], { cwd, columns: 80 });
    expect(wide.screen).toContain('COUNTRY');
    expect(wide.screen).not.toContain('left out');
  });

  it('filters, and goes on where it ended', async () => {
    expect(await ids('--user', 'alice')).toEqual(['suspect', 'first']);
    expect(await ids('--state', 'recording')).toEqual(['running']);
    expect(await ids('--state', 'verified')).toEqual(['first']);
    expect(await ids('--from', '2026-02-01', '--to', '2026-02-01T12:00:00Z')).toEqual(['suspect']);
    expect(await ids('--conference', 'other')).toEqual([]);
    expect(await ids('--country', 'de')).toEqual(['running', 'suspect', 'first']);
    expect(await ids('--country', 'FR')).toEqual([]);
    expect(await ids('--network', 'wifi', '--route', 'direct')).toEqual(['first']);
    expect(await ids('--route', 'relay')).toEqual([]);
    expect(await ids('--os', 'Windows')).toEqual([]);
    expect(await ids('--verdict', 'bad')).toEqual(['first']);
    expect(await ids('--observation', 'packet-loss', '--severity', 'medium')).toEqual(['first']);
    expect(await ids('--min-score', '56')).toEqual([]);
    expect(await ids('--sort', 'score', '--max-score', '55')).toEqual(['first']);
    const { nextCursor } = await list('--limit', '2');
    expect(await ids('--limit', '2', `--cursor=${nextCursor}`)).toEqual(['first']);
  });
});

it.each([
  [['--verdict', 'bat'], 'There is no verdict "bat"; did you mean bad?'],
  [['--network', 'wlan'], 'There is no network "wlan"; known are bluetooth'],
  [['--route', 'turn'], 'There is no route "turn"; known are relay, direct'],
  [['--sort', 'worst'], 'There is no order "worst"; known are start, score'],
  [['--observation', 'packet-los'], 'There is no observation "packet-los"; did you mean packet-loss?'],
  [['--min-score', '101'], '--min-score'],
])('sessions list rejects %j', async (flags, message) => {
  await expect(run(['list', '--data', join(cwd, 'data'), ...flags])).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(message),
  });
});

it('sessions list finds people by what the application calls them, where the key is', async () => {
  const config = createConfig({}, cwd);
  const startedAt = '2026-02-03T00:00:00.000Z';
  const key = openPseudonymKeys(config, { create: true }).current(Date.parse(startedAt));
  const [user = null] = cleanNames('user', 'carol@example.com', config.privacy, key);
  expect(user).toMatch(/^user-/);
  const catalog = await openCatalog(config);
  await catalog.sessions.put(row('carols', { user, startedAt }));
  await catalog.close();
  expect(await ids('--user', 'carol@example.com')).toEqual(['carols']);
  expect(await ids('--user', user!)).toEqual(['carols']);
  expect(await ids('--user', 'alice')).toEqual(['suspect', 'first']);
});

describe('sessions show', () => {
  it('tells all there is', async () => {
    const { code, stdout } = await sessions('show', 'first');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^user +alice \(unsigned\)$/m);
    expect((await sessions('show', 'suspect')).stdout).toMatch(/^user +alice$/m);
    expect(stdout).toMatch(/^replaced +ipAddresses 4$/m);
    expect(stdout).toMatch(/^policy +standard@3f9a2c81d0e4b756$/m);
    expect(stdout).toMatch(/^key +e684$/m);
    expect(stdout).toMatch(/^unknown +create\.shiny \(object\) 2$/m);
    expect(stdout).toMatch(/^verified +by rtcstats-verifier\/1, 0 findings$/m);
    expect(stdout).toMatch(/^sha256 +(ab){32}$/m);
    expect(JSON.parse((await sessions('show', 'first', '--json')).stdout)).toEqual(row('first'));
  });
});

describe('sessions dump', () => {
  it('writes the dump as text, or as it is kept', async () => {
    expect(await sessions('dump', 'first')).toMatchObject({ code: 0, stdout: dump });
    expect((await sessions('dump', 'first', '-o', 'out.txt')).code).toBe(0);
    expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).toBe(dump);
    expect((await sessions('dump', 'first', '-o', 'out.gz')).code).toBe(0);
    expect(gunzipSync(readFileSync(join(cwd, 'out.gz'))).toString()).toBe(dump);
  });

  it('cannot control the terminal that it is written to', async () => {
    const config = createConfig({}, cwd);
    const packed = join(cwd, 'packed.gz');
    writeFileSync(packed, gzipSync(`${dump}["\u001b]0;title\u0007",null,"\u202e",1]\n`));
    const storage = await openStorage(config);
    await storage.put('2026/01/31/first.gz', packed);
    await storage.close();
    const before = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
    Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true });
    try {
      const printed = await printedBy(() => run(['dump', 'first', '--data', join(cwd, 'data')]));
      expect(printed).toBe(`${dump}["\ufffd]0;title\ufffd",null,"\ufffd",1]\n`);
    } finally {
      Object.defineProperty(process.stdout, 'isTTY', before ?? { value: undefined, configurable: true });
    }
  });

  it('finds the dump in quarantine', async () => {
    expect(await sessions('dump', 'suspect')).toMatchObject({ code: 0, stdout: dump });
  });
});

describe('sessions delete', () => {
  it('removes dump and entry', async () => {
    expect(await sessions('delete', 'first', 'suspect')).toMatchObject({ code: 0, stdout: '2 sessions deleted\n' });
    expect(await ids()).not.toContain('first');
    expect(await ids()).not.toContain('suspect');
    expect(existsSync(join(cwd, 'data/dumps/2026/01/31/first.gz'))).toBe(false);
    expect(existsSync(join(cwd, 'data/quarantine/suspect.gz'))).toBe(false);
  });

  it('asks first on a terminal', async () => {
    const no = await runOnTerminal(['sessions', 'delete', 'first'], { cwd, answer: ['[y/N]', 'n\n'] });
    expect(no.code).toBe(1);
    expect(no.screen).toContain('Permanently delete the session first, with the dump?');
    expect(await ids()).toContain('first');
    const yes = await runOnTerminal(['sessions', 'delete', 'first'], { cwd, answer: ['[y/N]', 'y\n'] });
    expect(yes).toMatchObject({ code: 0, screen: expect.stringContaining('1 session deleted') });
    expect(await ids()).not.toContain('first');
    expect((await runOnTerminal(['sessions', 'delete', 'suspect', '--yes'], { cwd })).code).toBe(0);
  });

  it.each([
    ['missing', 1],
    ['running', 2],
  ])('removes nothing when one of them cannot be: %s', async (id, expected) => {
    const { code, stderr } = await sessions('delete', 'first', id);
    expect(code).toBe(expected);
    expect(stderr).toContain(`"${id}"`);
    expect(await ids()).toContain('first');
  });
});

describe('sessions', () => {
  it('answers with 1 that there is no such session', async () => {
    const { code, stderr } = await sessions('show', 'missing');
    expect(code).toBe(1);
    expect(stderr).toContain('There is no such session ("missing")');
  });

  it.each([
    [['dump', 'missing'], 'SESSION_NOT_FOUND'],
    [['dump', 'running'], 'SESSION_ACTIVE'],
    [['list', 'first'], 'USAGE'],
    [['lsit'], 'USAGE'],
    [['show'], 'USAGE'],
    [['show', 'first', '--user', 'alice'], 'USAGE'],
    [['show', 'first', '-o', 'x'], 'USAGE'],
    [['dump', 'first', '--json'], 'USAGE'],
    [['list', '--state', 'sotred'], 'USAGE'],
    [['list', '--from', 'yesterday'], 'USAGE'],
    [['show', 'first', '--wide'], 'USAGE'],
    [['list', '--yes'], 'USAGE'],
    [['list', '--limit', '1001'], 'USAGE'],
    [['list', '--cursor', 'nonsense'], 'BAD_REQUEST'],
  ])('refuses %j', async (args, code) => {
    await expect(run([...args, '--data', join(cwd, 'data')])).rejects.toMatchObject({ code });
  });

  it('makes no data directory by looking for one', async () => {
    await expect(run(['list', '--data', join(cwd, 'elsewhere')])).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
    expect(existsSync(join(cwd, 'elsewhere'))).toBe(false);
  });

  it('are what verify reads by their id', async () => {
    expect((await runProgram(['verify', 'first', 'suspect'], { cwd })).code).toBe(0);
    expect((await runProgram(['verify', 'running'], { cwd })).code).toBe(2);
  });
});
