import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { accessibilityFaults, hasChromium, launchChromium, watchFaults } from '@rtcstats-server/testing/browser';
import { buildConsole } from '@rtcstats-server/testing/console-build';
import { ServerProcess } from '@rtcstats-server/testing/server';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { screenshot } from './console/screenshot.ts';

const ROOT = join(import.meta.dirname, '..');
const DESKTOP = { viewport: { width: 1280, height: 1000 }, colorScheme: 'light' } as const;
const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;
const DAY_MS = 86_400_000;
/** Times in the future are not believed. */
const NEXT_DAY = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS + 36_000_000;
const START = NEXT_DAY - DAY_MS;
/** A call with one bad client, and one without problems on the next day: user, recording, begin. */
const SESSIONS = [
  ['anna', 'healthy-av-chromium.a', START],
  ['bob', 'loss-8pct-firefox.a', START + 1500],
  ['carla', 'healthy-av-chromium.a', START + 3000],
  ['dan', 'healthy-av-chromium.a', START + 4000],
  ['anna', 'healthy-av-chromium.a', NEXT_DAY],
  ['carla', 'healthy-av-chromium.a', NEXT_DAY + 2000],
] as const;

/** Skipped if Chromium is not installed (`apt-get install chromium`). */
describe.skipIf(!hasChromium)('the page of a conference, in Chromium', () => {
  let browser: Browser;
  let server: ServerProcess;
  let directory: string;

  beforeAll(async () => {
    await buildConsole();
    directory = await mkdtemp(join(tmpdir(), 'rtcstats-conference-'));
    server = new ServerProcess(['--host', '127.0.0.1', '--data', directory], {
      RTCSTATS_SERVER_UPLOAD_PATH: '/upload',
    });
    [browser] = await Promise.all([launchChromium(), server.listening()]);
    for (const [user, name, start] of SESSIONS) await upload(user, name, start);
    await server.logged('session finished', SESSIONS.length);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  /** Uploads a recording with another time of its first event, so that the calls of several clients overlap. */
  async function upload(user: string, name: string, start: number): Promise<void> {
    const lines = gunzipSync(readFileSync(join(ROOT, `test/recordings/faults/${name}.raw.gz`)))
      .toString()
      .split('\n');
    const [first, ...rest] = lines;
    const event = JSON.parse(first!) as unknown[];
    const body = new FormData();
    body.append(
      'file',
      new Blob([[JSON.stringify([...event.slice(0, -1), start]), ...rest].join('\n')]),
      `${user}.txt`,
    );
    const url = server.url.replace('ws:', 'http:');
    const answer = await fetch(`${url}/upload?conferenceId=standup&userId=${user}`, { method: 'POST', body });
    expect(answer.status).toBe(200);
  }

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

  /** Id of the first session of the call with the bad client. */
  async function firstCall(): Promise<string> {
    const answer = await fetch(`${server.api}/api/sessions?conference=standup`);
    return ((await answer.json()) as { sessions: { id: string }[] }).sessions.at(-1)!.id;
  }

  it.each([
    ['light', DESKTOP],
    ['dark, on a phone', PHONE],
  ] as const)('says whose network is bad, and marks when on the time axis, %s', async (_name, options) => {
    const page = await open(`/conferences/standup?call=${await firstCall()}`, options);
    const causes = page.locator('.card', { has: page.getByRole('heading', { name: 'Where problems come from' }) });
    const downlink = causes.locator('.cause', { hasText: /Downlink of user-/ });
    await downlink
      .getByText(
        'What this participant receives is bad on 1 of 1 connections. The same is bad for 0 of 3 other participants.',
      )
      .waitFor();
    await causes.locator('.cause', { hasText: /Uplink of user-/ }).waitFor();
    await causes.getByText(/^4 participants in this call\. Times can be off by \d+ /).waitFor();
    await page.getByText(/^4 participants with 4 sessions, from .* by the clock of the gateway\.$/).waitFor();
    // Both causes are in the row of one participant.
    const marked = page.locator('.spans .span-row', { has: page.locator('.span-cause') });
    await expect.poll(() => marked.count()).toBe(1);
    expect(await marked.locator('.span-cause-out').first().getAttribute('title')).toMatch(
      /^participant-uplink of user-\S+, [\d:]+( for \d+ m?s)?$/,
    );
    await page.locator('.compare [data-chart]').nth(3).waitFor();
    if (options !== PHONE) await screenshot(page, 'conference');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width);
    if (options === PHONE) return;
    await downlink.getByRole('link', { name: 'Verdict of this participant' }).click();
    await page
      .locator('.observed', { has: page.getByRole('heading', { name: 'packet-loss' }) })
      .first()
      .waitFor();
  });

  it('shows the last call of a room that is used again, and the others by choice', async () => {
    const page = await open('/conferences/standup', DESKTOP);
    await page.getByText(/^2 participants with 2 sessions, from /).waitFor();
    await page.getByText(/2 participants received media that was measured; 3 are needed/).waitFor();
    const call = page.getByRole('combobox', { name: 'Call' });
    await expect.poll(() => call.locator('option').count()).toBe(3);
    await call.selectOption('all');
    await page.waitForURL(/\?call=all$/);
    await page.getByText(/^4 participants with 6 sessions, from /).waitFor();
    await expect.poll(() => page.locator('.span-row .span-bar').count()).toBeGreaterThanOrEqual(6);
    await call.selectOption(await firstCall());
    await page.getByText(/^4 participants with 4 sessions, from /).waitFor();
    await page.reload();
    await page.getByText(/^4 participants with 4 sessions, from /).waitFor();
  });

  it('opens a session from its bar, and chooses plots, with the keyboard', async () => {
    const page = await open('/conferences/standup', DESKTOP);
    const box = page.getByRole('checkbox', { name: /^Plot user-/ }).first();
    await page.locator('.compare canvas').first().waitFor();
    await box.focus();
    await page.keyboard.press('Space');
    await page.getByText('Plots of 1 of 2 sessions, 1 not shown, by the clocks of the clients').waitFor();
    await page.getByRole('button', { name: 'None' }).click();
    await expect.poll(() => page.locator('.compare').count()).toBe(0);
    const bar = page.locator('.span-bar').first();
    expect(await bar.getAttribute('aria-label')).toMatch(/^user-\S+, [\d:]+ for [\d a-z]+, good$/);
    await bar.focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-verdict]').waitFor();
  });
});
