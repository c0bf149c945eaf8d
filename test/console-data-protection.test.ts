import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessibilityFaults, hasChromium, launchChromium, watchFaults } from '@rtcstats-server/testing/browser';
import { sendSession } from '@rtcstats-server/testing/client';
import { recordings } from '@rtcstats-server/testing/recordings';
import { ServerProcess } from '@rtcstats-server/testing/server';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
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
    for (const user of [ALICE, ALICE, BOB]) {
      const url = `${server.url}/?userId=${encodeURIComponent(user)}&conferenceId=standup`;
      await sendSession(url, messages, { headers });
    }
    await server.logged('session finished', 3);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

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
    const answer = await fetch(`${server.api}/api/sessions?limit=1`, { headers });
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
});
