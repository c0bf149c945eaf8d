import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { accessibilityFaults, hasChromium, launchChromium, watchFaults } from '@rtcstats-server/testing/browser';
import { sendSession } from '@rtcstats-server/testing/client';
import { buildConsole } from '@rtcstats-server/testing/console-build';
import { RtcstatsComStub } from '@rtcstats-server/testing/rtcstats-com';
import { ServerProcess } from '@rtcstats-server/testing/server';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { screenshot } from './console/screenshot.ts';

const ROOT = join(import.meta.dirname, '..');
/** Calls with known faults (test/recordings/README.md), and one without. */
const CALLS = [
  'healthy-av-chromium.a',
  'ice-blocked-no-turn.b',
  'loss-8pct-firefox.a',
  'microphone-ends.a',
  'one-way-audio-direction.b',
  'rtt-700ms.a',
];
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;

/** Skipped if Chromium is not installed (`apt-get install chromium`). */
describe.skipIf(!hasChromium)('verdicts in the console, in Chromium', () => {
  let browser: Browser;
  let server: ServerProcess;
  let directory: string;

  beforeAll(async () => {
    await buildConsole();
    directory = await mkdtemp(join(tmpdir(), 'rtcstats-verdicts-'));
    server = new ServerProcess(['--host', '127.0.0.1', '--data', directory], {});
    [browser] = await Promise.all([launchChromium(), server.listening()]);
    for (const name of CALLS) await send(server, name);
    await server.logged('session finished', CALLS.length);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  async function open(path: string, options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext(options);
    const faults = watchFaults(context, [server.api, server.url]);
    onTestFinished(async () => {
      await context.close();
      expect(faults).toEqual([]);
    });
    const page = await context.newPage();
    await page.goto(server.api + path);
    return page;
  }

  async function send({ url }: ServerProcess, name: string): Promise<void> {
    const file = readFileSync(join(ROOT, `test/recordings/faults/${name}.raw.gz`));
    const messages = gunzipSync(file).toString().trimEnd().split('\n');
    await sendSession(`${url}/?userId=${name}`, messages, { headers: { 'user-agent': USER_AGENT } });
  }

  async function sessionOf(user: string): Promise<string> {
    const answer = await fetch(`${server.api}/api/sessions?user=${user}`);
    return ((await answer.json()) as { sessions: { id: string }[] }).sessions[0]!.id;
  }

  it('are in the list, which filters by problem and sorts by the worst score', async () => {
    const page = await open('/sessions', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    await page
      .locator('tbody tr')
      .nth(CALLS.length - 1)
      .waitFor();
    await page.getByLabel('Order').selectOption('score');
    await page.waitForURL(/\/sessions\?sort=score$/);
    await expect.poll(() => page.locator('tbody .worst-problem').first().textContent()).toMatch(/^ice-failed/);
    const scores = await page.locator('tbody .score .badge').allTextContents();
    expect(scores).toHaveLength(CALLS.length);
    const numbers = scores.slice(1).map((text) => Number.parseInt(text, 10));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(scores.at(-1)).toMatch(/^\d+ good$/);
    await screenshot(page, 'sessions');

    await page.getByLabel('Observation').selectOption('packet-loss');
    await page.getByLabel('Severity').selectOption('medium');
    await page.waitForURL(/sort=score&observation=packet-loss&severity=medium$/);
    await page.getByText('1 session', { exact: true }).waitFor();
    await page.getByLabel('Verdict').selectOption('good');
    await page.getByText('No matching sessions').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it.each([
    ['light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
    ['dark, on a phone', PHONE],
  ] as const)('lead to the moments of a problem in the plots and back, %s', async (_name, options) => {
    const page = await open(`/sessions/${await sessionOf('loss-8pct-firefox.a')}`, options);
    const card = page.locator('.observed', { has: page.getByRole('heading', { name: 'packet-loss' }) }).first();
    await card.getByText(/^max loss [\d.]+ %/).waitFor();
    if (options !== PHONE) await screenshot(page, 'verdict');
    expect(await accessibilityFaults(page)).toEqual([]);
    await card.getByRole('link').first().press('Enter');
    await page.waitForURL(/\/plots\?mark=packet-loss\+in\+.*&from=.*&to=/);
    await page.getByText(/^Marked: packet-loss, inbound, /).waitFor();
    await page.locator('[data-chart="PC_0/incoming"] canvas').waitFor();
    const label = page.locator('[data-chart="PC_0/incoming"] .plot-canvas');
    await expect.poll(() => label.getAttribute('aria-label')).toMatch(/; marked: packet-loss [\d:]+ for \d+ s/);
    await expect.poll(() => page.locator('.mark-bar').evaluate(isInView)).toBe(true);
    if (options !== PHONE) await screenshot(page, 'marked');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width);
    if (options === PHONE) return;

    // The link shows the same to somebody else.
    await page.reload();
    await expect.poll(() => label.getAttribute('aria-label')).toContain('; marked: packet-loss');
    await page.getByRole('link', { name: 'Back to the verdict' }).click();
    await page.locator('.observed-marked').waitFor();
    await expect.poll(() => page.locator('.observed-marked').evaluate(isInView)).toBe(true);
    await page.goBack();
    await page.getByRole('button', { name: 'Remove the mark' }).click();
    await expect.poll(() => label.getAttribute('aria-label')).not.toContain('marked');
    expect(new URL(page.url()).searchParams.has('mark')).toBe(false);
  });

  it('are shown beside those of rtcstats.com, if it analyzed the dump', async () => {
    const stub = await new RtcstatsComStub().start();
    const enriched = await mkdtemp(join(tmpdir(), 'rtcstats-enriched-'));
    const gateway = new ServerProcess(['--host', '127.0.0.1', '--data', enriched], {
      RTCSTATS_FORWARD_MODE: 'enrich',
      RTCSTATS_FORWARD_ENDPOINT: stub.endpoint,
      RTCSTATS_FORWARD_TOKEN: stub.token,
    });
    onTestFinished(async () => {
      await gateway.kill('SIGKILL');
      await stub.stop();
      await rm(enriched, { recursive: true, force: true });
    });
    await gateway.listening();
    await send(gateway, 'loss-8pct-firefox.a');
    const deliveries = async (): Promise<string> => (await fetch(`${gateway.api}/api/deliveries`)).text();
    await expect.poll(deliveries).toContain('"delivered"');

    const { sessions } = (await (await fetch(`${gateway.api}/api/sessions`)).json()) as { sessions: { id: string }[] };
    const context = await browser.newContext(PHONE);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`${gateway.api}/sessions/${sessions[0]!.id}`);
    const card = (title: string) =>
      page.locator('.card', { has: page.getByRole('heading', { name: title, exact: true }) });
    await card('Verdict of rtcstats.com')
      .getByText(/experience/i)
      .first()
      .waitFor();
    // Ours stays the first, with its own scale.
    expect(await page.locator('.card h2').first().textContent()).toBe('Verdict');
    await card('Verdict')
      .getByText(/^\d+ of 100$/)
      .waitFor();
    expect(await card('Verdict of rtcstats.com').textContent()).not.toContain(' of 100');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.viewport.width);
  });

  it('says so in one line if the call was good, and if a mark is of another call', async () => {
    const id = await sessionOf('healthy-av-chromium.a');
    const page = await open(`/sessions/${id}`, PHONE);
    await page.getByText('A good call: no problem was found.').waitFor();
    expect(await page.locator('.observed').count()).toBe(1);
    await page.goto(`${server.api}/sessions/${id}/plots?mark=packet-loss`);
    await page.getByText('The observation in the URL is not in this call.').waitFor();
    await page.locator('[data-chart="PC_0/incoming"] canvas').waitFor();
  });
});

/** Runs in the page. */
function isInView(element: unknown): boolean {
  const { top, bottom } = (
    element as { getBoundingClientRect(): { top: number; bottom: number } }
  ).getBoundingClientRect();
  return bottom > 0 && top < (globalThis as unknown as { innerHeight: number }).innerHeight;
}
