import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessibilityFaults, hasChromium, launchChromium, watchFaults } from '@rtcstats-server/testing/browser';
import { buildConsole } from '@rtcstats-server/testing/console-build';
import { ServerProcess } from '@rtcstats-server/testing/server';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { writeMadeCalls } from './console/made-calls.ts';
import { screenshot } from './console/screenshot.ts';

const DESKTOP = { viewport: { width: 1280, height: 1000 }, colorScheme: 'light' } as const;
const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;

/** Skipped if Chromium is not installed (`apt-get install chromium`). */
describe.skipIf(!hasChromium)('the overview, in Chromium', () => {
  let browser: Browser;
  let server: ServerProcess;
  let directory: string;
  /** Number of calls of the last seven days. */
  let calls: number;

  beforeAll(async () => {
    await buildConsole();
    directory = await mkdtemp(join(tmpdir(), 'rtcstats-overview-'));
    calls = await writeMadeCalls(join(directory, 'catalog.sqlite'), Date.now());
    server = new ServerProcess(['--host', '127.0.0.1', '--data', directory], {});
    [browser] = await Promise.all([launchChromium(), server.listening()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  async function open(path: string, options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ timezoneId: 'America/New_York', ...options });
    const faults = watchFaults(context, [server.api, server.url]);
    onTestFinished(async () => {
      await context.close();
      expect(faults).toEqual([]);
    });
    const page = await context.newPage();
    await page.goto(server.api + path);
    return page;
  }

  /** The text of a figure at the top of the page. */
  function figure(page: Page, name: string) {
    return page.locator('.figure', { has: page.getByText(name, { exact: true }) });
  }

  it.each([
    ['light', DESKTOP],
    ['dark, on a phone', PHONE],
  ] as const)('shows the figures with the counts behind them, and fits the screen, %s', async (_name, options) => {
    const page = await open('/', options);
    await figure(page, 'Calls')
      .getByText(/^\d+ judged, 6 not judged$/)
      .waitFor();
    expect(await figure(page, 'Calls').locator('strong').textContent()).toBe(String(calls));
    expect(await figure(page, 'Bad calls').textContent()).toMatch(
      /[\d.]+ %\d+ of \d+ judged calls: \d+ bad, 12 failed[\d.]+ points more than before: [\d.]+ % \(\d+ of \d+\)/,
    );
    expect(await figure(page, 'Experience').textContent()).toMatch(/94 of 100median of \d+ judged calls/);
    await page.locator('.groups tbody tr').nth(2).waitFor();
    expect(await page.locator('.problems li').first().textContent()).toMatch(
      /^packet-loss[\d.]+ % \(\d+ of \d+\)[\d.]+ points more than before: [\d.]+ %$/,
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width);
    if (options !== PHONE) await screenshot(page, 'overview');
  });

  it('leads from each number to the sessions behind it', async () => {
    const page = await open('/', DESKTOP);
    const bad = await figure(page, 'Bad calls').getByRole('link', { name: / bad$/ }).textContent();
    await figure(page, 'Bad calls').getByRole('link', { name: / bad$/ }).click();
    await page.waitForURL(/\/sessions\?verdict=bad&from=.*T00%3A00%3A00.000Z&to=/);
    await page.getByText(`${Number.parseInt(bad!, 10)} sessions`, { exact: true }).waitFor();
    // The times of the link are in the fields of the filter, in local time.
    expect(await page.getByLabel('From', { exact: true }).inputValue()).toMatch(/T(19|20):00$/);
    await page.goBack();

    await page.getByLabel('Break down by').selectOption('score');
    await page.waitForURL(/\/\?by=score$/);
    const band = page.locator('.groups tr', { hasText: '40 to 59' });
    // Reading all cells does not wait for the first.
    await band.waitFor();
    const cells = await band.locator('td').allTextContents();
    await band.getByRole('link').click();
    await page.waitForURL(/minScore=40&maxScore=59&sort=score/);
    await page.getByText(`${cells[1]} sessions`, { exact: true }).waitFor();
    expect(await page.getByLabel('Score of 100').inputValue()).toBe('40-59');
    await page.getByLabel('Score of 100').selectOption('');
    await page.waitForURL((url) => !url.searchParams.has('minScore') && url.searchParams.has('from'));
    await page.goBack();
    await page.goBack();

    await page.locator('.problems').getByRole('link', { name: 'ice-failed' }).click();
    await page.waitForURL(/observation=ice-failed&severity=medium/);
  });

  it('moves through the days with the keyboard', async () => {
    const page = await open('/', DESKTOP);
    const readout = page.locator('.trend-readout');
    const trend = page.getByRole('group', { name: /^Calls per day: 0 to \d+\. Share of bad calls per day: / });
    await trend.focus();
    const today = await readout.textContent();
    await trend.press('ArrowLeft');
    await expect.poll(() => readout.textContent()).not.toBe(today);
    expect(await readout.textContent()).toMatch(
      /^\w{3} \d\d \w{3,4}: \d+ calls \(1 not judged, \d+ good, 6 degraded, \d+ bad, 2 failed\); bad calls [\d.]+ % \(\d+ of \d+\), setup failures [\d.]+ % \(2 of \d+\)\./,
    );
    await trend.press('Home');
    for (let step = 0; step < 3; step++) await trend.press('ArrowRight');
    await expect.poll(() => readout.textContent()).toMatch(/: no calls\. $/);
    await trend.press('End');
    await expect.poll(() => readout.textContent()).toBe(today);
    await trend.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/sessions\?from=/);
  });

  it('says what changed, with both shares, their difference and how likely it is chance', async () => {
    const page = await open('/', DESKTOP);
    const card = page.locator('.card', { has: page.getByRole('heading', { name: 'What changed' }) });
    await card.getByText(/^\d+ of \d+ comparisons show a change; at most 5 % of such changes/).waitFor();
    const worse = card.getByRole('row', { name: /^worse bad calls \d/ });
    await worse.waitFor();
    expect(await worse.locator('td').allTextContents()).toEqual([
      'worse bad calls',
      expect.stringMatching(/^12\.4 % \(30 of 242\)$/),
      expect.stringMatching(/^[\d.]+ % \(\d+ of \d+\)$/),
      expect.stringMatching(/^[\d.]+ points more \([\d.]+ to [\d.]+\)$/),
      expect.stringMatching(/^0\.0\d\d$|^< 0\.001$/),
      'sessions of bad calls',
    ]);
    await card.getByText(/more differences that can be chance, the least likely first$/).click();
    await card.locator('details tbody tr').first().waitFor();
    expect(await card.locator('details .badge').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await worse.getByRole('link').click();
    await page.waitForURL(/\/sessions\?sort=score&from=/);
    await page.goBack();
    await page.getByRole('checkbox', { name: 'compare with the time before' }).uncheck();
    await expect.poll(() => card.count()).toBe(0);
  });

  it('takes another time, also one that is not possible', async () => {
    const page = await open('/', DESKTOP);
    await page.getByRole('combobox', { name: 'Time' }).selectOption('day');
    await page.getByRole('heading', { name: 'Over the hours' }).waitFor();
    await page.getByRole('combobox', { name: 'Time' }).selectOption('custom');
    await page.getByText('Choose the first day of the range.').waitFor();
    const first = page.getByLabel('First day, UTC');
    await first.fill('2020-01-01');
    await first.press('Enter');
    await page.getByText('A range has at most 400 days.').waitFor();
    await page.getByLabel('Last day, UTC').fill('2020-01-02');
    await page.getByLabel('Last day, UTC').press('Enter');
    await page.getByText('No calls in this time').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.reload();
    await page.getByText('01 Jan to 02 Jan, days in UTC').waitFor();
    await page.getByRole('checkbox', { name: 'compare with the time before' }).uncheck();
    await page.waitForURL(/\?range=custom&since=2020-01-01&until=2020-01-02&compare=none$/);
  });

  it('leads links of earlier versions to the session list', async () => {
    const page = await open('/?verdict=failed&sort=score', DESKTOP);
    await page.waitForURL(/\/sessions\?verdict=failed&sort=score$/);
    await page.locator('tbody tr').first().waitFor();
    // A name does not stay in the URL.
    await page.goto(`${server.api}/?user=anna`);
    await page.waitForURL(/\/sessions$/);
    await page.getByText('No matching sessions').waitFor();
    expect(await page.getByLabel('User, conference, session or ID').inputValue()).toBe('anna');
  });
});
