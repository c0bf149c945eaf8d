import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessibilityFaults, hasChromium, launchChromium, watchFaults } from '@rtcstats-server/testing/browser';
import { connect, sendSession } from '@rtcstats-server/testing/client';
import { recordings } from '@rtcstats-server/testing/recordings';
import { ServerProcess } from '@rtcstats-server/testing/server';
import { readZip } from '@rtcstats-server/testing/zip';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteCatalog } from '../packages/server/src/catalog/sqlite.ts';
import { screenshot } from './console/screenshot.ts';

const ROOT = join(import.meta.dirname, '..');
const DESKTOP = { viewport: { width: 1280, height: 1000 }, colorScheme: 'light' } as const;
const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;
const ALICE = 'alice@example.com';
const BOB = 'bob@example.com';
const TOKENS = { anna: '2aa1f7b09c3d58e4', officer: '8c03d94f7be16a25' };
const SETTINGS = `admin:
  tokens:
    - {name: anna, token: ${TOKENS.anna}, roles: [read, operate]}
    - {name: officer, token: ${TOKENS.officer}, roles: [read, audit, erase]}
`;

/** Skipped if Chromium is not installed (`apt-get install chromium`). */
describe.skipIf(!hasChromium)('audit and people, in Chromium', () => {
  let browser: Browser;
  let server: ServerProcess;
  let directory: string;

  beforeAll(async () => {
    // Build first, so that the test does not see an earlier build.
    execFileSync(process.execPath, [join(ROOT, 'packages/console/prepare.js')]);
    directory = await mkdtemp(join(tmpdir(), 'rtcstats-people-'));
    const config = join(directory, 'rtcstats.yaml');
    await writeFile(config, SETTINGS);
    server = new ServerProcess(['--host', '127.0.0.1', '--config', config, '--data', join(directory, 'data')], {});
    [browser] = await Promise.all([launchChromium(), server.listening()]);
    const [{ messages, headers }] = recordings() as [ReturnType<typeof recordings>[number]];
    for (const user of [ALICE, ALICE, BOB]) await sendSession(urlOf(user), messages, { headers });
    (await connect(urlOf(ALICE))).send(messages[0]!);
    await server.logged('session finished', 3);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  function urlOf(user: string): string {
    return `${server.url}/?userId=${encodeURIComponent(user)}&conferenceId=standup`;
  }

  /** Adds a legal hold on the sessions that are known of a user. */
  async function hold(user: string, reason: string): Promise<void> {
    const headers = { authorization: `Bearer ${TOKENS.officer}`, 'content-type': 'application/json' };
    const search = { method: 'POST', headers, body: JSON.stringify({ user }) };
    const answer = await fetch(`${server.api}/api/sessions/search`, search);
    const [session] = ((await answer.json()) as { sessions: { user: string }[] }).sessions;
    const name = session!.user;
    const catalog = openSqliteCatalog(join(directory, 'data/catalog.sqlite'));
    const createdAt = new Date().toISOString();
    await catalog.holds.add({ id: 'hold-1', kind: 'user', name, names: [name], reason, createdAt, coversUntil: null });
    await catalog.close();
  }

  async function open(path: string, name: keyof typeof TOKENS, options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ timezoneId: 'America/New_York', ...options });
    const faults = watchFaults(context, [server.api, server.url]);
    onTestFinished(async () => {
      await context.close();
      expect(faults).toEqual([]);
    });
    const page = await context.newPage();
    await page.goto(server.api + path);
    await page.getByLabel('Admin token').fill(TOKENS[name]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return page;
  }

  async function expectToFit(page: Page, { viewport }: typeof DESKTOP | typeof PHONE): Promise<void> {
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
  }

  it('says which role is missing, without asking for what is refused', async () => {
    const page = await open('/audit', 'anna', PHONE);
    await page.getByText('Your token does not have the role audit').waitFor();
    await page.getByText('You are signed in as anna (read, operate)').waitFor();
    await expectToFit(page, PHONE);
  });

  it('shows who read what, and that the log fits a checkpoint that was kept elsewhere', async () => {
    const headers = { authorization: `Bearer ${TOKENS.anna}` };
    const answer = await fetch(`${server.api}/api/sessions?state=stored&limit=1`, { headers });
    const [session] = ((await answer.json()) as { sessions: { id: string }[] }).sessions;
    await (await fetch(`${server.api}/api/sessions/${session!.id}/dump`, { headers })).arrayBuffer();
    await expect.poll(() => server.output).toContain('audit checkpoint');

    const page = await open('/audit', 'officer', DESKTOP);
    await page.locator('[role=status]', { hasText: /^\s*verified \d\d:\d\d:\d\d$/ }).waitFor();
    const read = page.getByRole('row', { name: /anna read a dump done/ });
    await read.first().waitFor();
    const rows = await page.locator('tbody tr').count();
    await page.getByLabel('Outcome').selectOption('refused');
    await page.getByText('No matching entries').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Who').fill('gateway');
    await page.waitForURL(/\/audit\?actor=gateway$/);
    await expect.poll(() => page.locator('tbody tr').allTextContents()).toEqual([expect.stringMatching(/^0.*gateway/)]);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('What').selectOption('read a dump');
    await page.waitForURL(/\?action=dump\.read$/);
    await expect.poll(() => page.locator('tbody tr').count()).toBeLessThan(rows);

    const note = (await page.locator('[data-copy]').first().textContent()) ?? '';
    await page.getByText('Compare with a checkpoint that was kept elsewhere').click();
    const field = page.getByLabel('Checkpoint', { exact: true });
    await field.fill(note.trim());
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText(/compared with 3 signed checkpoints.* Nothing was changed/).waitFor();
    await field.fill(note.replace(/\n\d+\n/, '\n99\n'));
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText('The given checkpoint is not a checkpoint with a valid signature.').waitFor();
    await page.getByText('1 problem').waitFor();
    await expectToFit(page, DESKTOP);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText(/compared with 2 signed checkpoints/).waitFor();
    await page.getByText('Compare with a checkpoint').click();
    await screenshot(page, 'audit');

    await read.first().locator('a').click();
    await page.waitForURL(new RegExp(`/sessions/${session!.id}`));
  });

  it('exports and erases a person, with the receipt, and with entries on the audit page', async () => {
    const page = await open('/people', 'officer', DESKTOP);
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await page.getByText('No erasures yet').waitFor();
    await page.getByLabel('ID in your application, or pseudonym').fill(ALICE);
    await page.keyboard.press('Enter');
    await page.getByText('3 sessions: 1 live, 2 verified.').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(3);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as ZIP' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^call-statistics-\d{4}-\d\d-\d\d\.zip$/);
    const files = readZip(await readFile(await file.path()));
    expect([...files.keys()].filter((name) => name.endsWith('/dump.txt'))).toHaveLength(3);

    await page.getByRole('button', { name: 'Erase…' }).click();
    const erase = page.getByRole('button', { name: 'Erase permanently' });
    const confirmation = page.getByLabel(`Type ${ALICE} to erase it`);
    await confirmation.fill('alice');
    expect(await erase.isDisabled()).toBe(true);
    await confirmation.fill(ALICE);
    await expectToFit(page, DESKTOP);
    await screenshot(page, 'people');
    await erase.click();
    await page.getByText('3, 1 of them live and ended').waitFor();
    const cells = async (place: string): Promise<string[]> =>
      await page
        .locator('tr', { has: page.getByText(place) })
        .locator('td')
        .allTextContents();
    expect(await cells('Dumps')).toEqual(['Dumps (storage, quarantine)', '2', '–', '–', '–']);
    expect(await cells('Live sessions')).toEqual(['Live sessions (spool)', '1', '–', '–', '–']);
    await page.getByRole('row', { name: /User officer 3 finished Show receipt$/ }).waitFor();
    await expectToFit(page, DESKTOP);
    await screenshot(page, 'receipt');

    expect(await page.getByLabel('ID in your application, or pseudonym').inputValue()).toBe('');
    const kept = await page.evaluate('JSON.stringify([history.state, {...localStorage}, {...sessionStorage}])');
    expect([...urls, page.url(), kept, server.output].filter((text) => /alice/.test(String(text)))).toEqual([]);

    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('row', { name: /officer erased a person or call done – erasure / }).waitFor();
    await page.getByRole('row', { name: /officer exported a person or call done content erased/ }).waitFor();
  });

  it('says why somebody cannot be erased, and fits a phone', async () => {
    await hold(BOB, 'Case 2026/17');
    const page = await open('/people', 'officer', PHONE);
    await page.getByLabel('ID in your application, or pseudonym').fill(BOB);
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Case 2026/17').waitFor();
    expect(await page.getByRole('button', { name: 'Erase…' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Export as ZIP' }).isEnabled()).toBe(true);
    await expectToFit(page, PHONE);
    await page.getByLabel('ID in your application, or pseudonym').fill('nobody');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText(/^Nothing\. Check the spelling/).waitFor();
  });
});
