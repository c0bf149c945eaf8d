import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { accessibilityFaults, hasChromium, launchChromium, watchFaults } from '@rtcstats-server/testing/browser';
import { connect, sendSession } from '@rtcstats-server/testing/client';
import { buildConsole } from '@rtcstats-server/testing/console-build';
import { recordings } from '@rtcstats-server/testing/recordings';
import { ServerProcess } from '@rtcstats-server/testing/server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { SessionRow } from '../packages/server/src/catalog/sessions.ts';
import { openSqliteCatalog } from '../packages/server/src/catalog/sqlite.ts';
import { screenshot } from './console/screenshot.ts';

const ROOT = join(import.meta.dirname, '..');
/** Tabs of a session that docs/console.md shows. */
const TABS_IN_SCREENSHOTS = ['timeline', 'ice', 'privacy'];

let browser: Browser;
let directory: string;
const servers: ServerProcess[] = [];

async function serve(name: string, environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const server = new ServerProcess(['--host', '127.0.0.1', '--data', join(directory, name)], environment);
  servers.push(server);
  const [entry] = await server.logged('listening');
  server.port = entry?.['port'] as number;
  server.adminPort = entry?.['adminPort'] as number;
  return server;
}

/** Skipped if Chromium is not installed (`apt-get install chromium`). */
describe.skipIf(!hasChromium)('the console in Chromium', () => {
  let server: ServerProcess;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    await buildConsole();
    directory = await mkdtemp(join(tmpdir(), 'rtcstats-console-'));
    [browser, server] = await Promise.all([
      launchChromium(),
      serve('open', { RTCSTATS_SERVER_UPLOAD_PATH: '/upload' }),
    ]);
    const conference = 'conferenceId=weekly%20standup';
    const [one, two] = recordings();
    await sendSession(`${server.url}/?userId=anna@example.org&${conference}`, one!.messages, { headers: one!.headers });
    await sendSession(`${server.url}/?userId=bob&${conference}`, two!.messages, { headers: two!.headers });
    await server.logged('session finished', 2);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(servers.map((running) => running.kill('SIGKILL')));
    await rm(directory, { recursive: true, force: true });
  });

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    faults = watchFaults(context, [server.api, server.url]);
    page = await context.newPage();
  });
  afterEach(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });

  async function open(path: string): Promise<void> {
    await page.goto(server.api + path);
  }

  it('makes a test call, and shows its plots and the verdict of the verifier', async () => {
    await open('/try-it');
    await page.getByRole('button', { name: 'Start a call' }).click();
    await page.getByText('Call', { exact: true }).waitFor();
    await page.locator('.step-now', { hasText: 'recorded by this gateway' }).waitFor();
    await screenshot(page, 'try-it');
    await page.waitForURL(/\/sessions\/[^/]+\/plots$/);
    const sent = page.locator('[data-chart="PC_0/outgoing"] .plot-canvas');
    await sent.waitFor();
    expect(await sent.getAttribute('aria-label')).toMatch(
      /^Sent: .*video out, \w+, mid \d from .* to [\d.]+ [kM]bit\/s/,
    );
    expect(await inkOf(page, '[data-chart="PC_0/outgoing"] canvas')).toBeGreaterThan(500);
    await screenshot(page, 'plots');
    expect(await accessibilityFaults(page)).toEqual([]);

    const views = page.getByRole('navigation', { name: 'Views of the session' });
    await views.getByRole('link', { name: 'Privacy' }).click();
    await page.getByText('No personal data found by the verifier').waitFor();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText('Verified just now: the verifier read every line and found nothing.').waitFor();
  });

  it('shows how to connect and a button to try it while there are no sessions', async () => {
    const empty = await serve('empty');
    const own = await browser.newContext();
    const visitor = await own.newPage();
    await visitor.goto(empty.api);
    await visitor.getByText(empty.url, { exact: true }).waitFor();
    expect(await visitor.locator('[data-copy]').textContent()).toContain(`new URL('${empty.url}'`);
    expect(await accessibilityFaults(visitor)).toEqual([]);
    await visitor.locator('main').getByRole('link', { name: 'Try it' }).click();
    await visitor.getByRole('button', { name: 'Start a call' }).waitFor();
    await own.close();
  });

  it('follows a session while it is recorded, and opens its dump when it is over', async () => {
    const { messages, headers } = recordings().find(({ name }) => name === 'chromium-loopback')!;
    const socket = await connect(`${server.url}/?userId=live`, { headers });
    const most = Math.floor(messages.length * 0.8);
    onTestFinished(() => socket.close());
    for (const message of messages.slice(0, most)) socket.send(message);
    await page.goto(`${server.api}/sessions`);
    const row = page.locator('tbody tr', { has: page.getByText('live', { exact: true }) });
    await row.getByRole('link').first().click();
    await page.locator('[data-chart="PC_0/outgoing"] canvas').waitFor();
    const followed = page.getByText(/Live, follows the call: .* events so far/);
    const before = await followed.textContent();
    expect(await page.locator('main').textContent()).not.toContain('203.0.113.7');
    for (const message of messages.slice(most)) socket.send(message);
    await expect.poll(() => followed.textContent()).not.toBe(before);
    socket.close(1000);
    await page.getByText('privacy: verified').first().waitFor();
    await followed.waitFor({ state: 'detached' });
    await page.locator('[data-chart="PC_0/outgoing"] canvas').waitFor();
  });

  it('lists sessions, and finds them by the name of a user in the application', async () => {
    await open('/sessions');
    await page.locator('tbody tr').nth(1).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const requested: string[] = [];
    const note = (request: { url(): string }): void => void requested.push(request.url());
    page.on('request', note);
    const term = page.getByLabel('User, conference, session or ID');
    await term.fill('anna@example.org');
    await page.getByText('1 session', { exact: true }).waitFor();
    await page.getByLabel('State').selectOption('stored');
    await page.waitForURL(/\?state=stored$/);
    // The term survives a reload, but is in no URL, because proxies log URLs and browsers keep them.
    await page.reload();
    await page.getByText('1 session', { exact: true }).waitFor();
    expect(await term.inputValue()).toBe('anna@example.org');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.locator('tbody tr').nth(1).waitFor();
    await page.goBack();
    await page.getByText('1 session', { exact: true }).waitFor();
    page.off('request', note);
    expect(requested.filter((url) => url.includes('anna'))).toEqual([]);
    // A link from an earlier version.
    await open('/?search=anna%40example.org&state=stored');
    await page.waitForURL(/\/sessions\?state=stored$/);
    await page.getByText('1 session', { exact: true }).waitFor();
    await page
      .locator('tbody tr')
      .getByRole('link', { name: /^conference-/ })
      .click();
    await page.getByRole('heading', { name: 'Participants over time' }).waitFor();
    await page.locator('.compare canvas').nth(1).waitFor();
    await expect.poll(() => page.locator('.spans .span-row').count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('shows the changes of a policy in the playground', async () => {
    await open('/playground');
    await page.getByText('6 of 7 lines changed').waitFor();
    await page.getByText('verifier: nothing found').waitFor();
    await screenshot(page, 'playground');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('radio', { name: 'compatible' }).check();
    await page.getByText('5 of 7 lines changed').waitFor();
    await page.getByLabel('IP addresses').selectOption('keep');
    await page.getByText('1 of 7 lines changed').waitFor();
    expect(await page.locator('[data-copy]').textContent()).toBe(
      'privacy:\n  preset: compatible\n  ipAddresses: keep\n',
    );
    const file = {
      name: 'call.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(recordings()[0]!.messages.join('\n')),
    };
    await page.getByLabel('Open a file').setInputFiles(file);
    await page.getByText(/of 189 lines changed/).waitFor();
    await page.getByLabel('Open a file').setInputFiles({ ...file, buffer: Buffer.from('{"no": "dump"}') });
    await page.getByText('This is not an rtcstats dump').waitFor();
    expect(await page.locator('.compare-row').count()).toBe(0);
  });

  it('shows replaced values and egress on the privacy board, and runs the canary', async () => {
    await open('/privacy');
    await page.getByText('nothing in quarantine').waitFor();
    await page.getByText('forwarding is off').waitFor();
    await page.locator('.verified-good').first().waitFor();
    await page.getByRole('cell', { name: 'browser and system', exact: true }).waitFor();
    await screenshot(page, 'board');
    expect(await accessibilityFaults(page)).toEqual([]);

    const canary = page.locator('.card', { has: page.getByRole('heading', { name: 'Canary' }) });
    await canary.getByRole('button', { name: 'Run the canary' }).click();
    await canary.getByText('Sending, recording and searching').waitFor();
    await canary.getByText('no planted value found').waitFor();
    await canary.getByText(/^[\d,]+ places: .*\d+ pseudonym/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('shows findings in a quarantined dump without their values, and deletes the dump', async () => {
    const id = await quarantine();
    await open('/privacy');
    await page.getByText('1 in quarantine').waitFor();
    await page.getByRole('button', { name: 'Verify and release' }).click();
    await page.getByText('The verifier still reports 1 finding. The dump was not released.').waitFor();
    await page.locator(`a[href="/sessions/${id}/privacy"]`).click();
    await page.getByText('The verifier found personal data in this dump').waitFor();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText('saw ████████████').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('203.0.113.77');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete permanently' }).click();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    await open('/privacy');
    await page.getByText('nothing in quarantine').waitFor();
  });

  /** Creates a dump with a finding directly on disk, because dumps of clients are anonymized. @returns its id */
  async function quarantine(): Promise<string> {
    const { sessions } = (await (await fetch(`${server.api}/api/sessions?limit=1`)).json()) as {
      sessions: SessionRow[];
    };
    const id = '01a20000-0000-7000-8000-0000000000aa';
    const dump = 'RTCStatsDump\n{"fileFormat":3}\n[":log",null,"saw 203.0.113.77",1]\n["close",null,1000,1]\n';
    await writeFile(join(directory, 'open/quarantine', `${id}.gz`), gzipSync(dump));
    const catalog = openSqliteCatalog(join(directory, 'open/catalog.sqlite'));
    const row = sessions[0]!;
    await catalog.sessions.put({
      ...row,
      id,
      state: 'quarantined',
      storageKey: null,
      receipt: { ...row.receipt, findings: 1 },
    });
    await catalog.close();
    return id;
  }

  it('is accessible and fits the screen in dark mode on a phone', async () => {
    const narrow = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;
    const phone = await (await browser.newContext(narrow)).newPage();
    const pages = {
      '/sessions': 'tbody tr',
      '/playground': '.compare-row',
      '/privacy': '.verified-good',
      '/try-it': '.steps',
    };
    for (const [path, element] of Object.entries(pages)) {
      await phone.goto(server.api + path);
      await phone.locator(element).first().waitFor();
      expect(await accessibilityFaults(phone)).toEqual([]);
      const width = await phone.evaluate('document.documentElement.scrollWidth');
      expect([path, width]).toEqual([path, 390]);
    }
    await phone.context().close();
  });

  it('requires the admin token, and signs in and out', async () => {
    const guarded = await serve('guarded', { RTCSTATS_ADMIN_TOKEN: 'an-admin-token-of-the-test' });
    const own = await browser.newContext();
    const visitor = await own.newPage();
    await visitor.goto(`${guarded.api}/privacy`);
    await visitor.getByLabel('Admin token').fill('not-the-admin-token');
    await visitor.getByRole('button', { name: 'Sign in' }).click();
    await visitor.getByText('The admin token is missing or wrong').waitFor();
    expect(await accessibilityFaults(visitor)).toEqual([]);
    await visitor.getByLabel('Admin token').fill('an-admin-token-of-the-test');
    await visitor.keyboard.press('Enter');
    await visitor.getByText('nothing in quarantine').waitFor();
    expect(await visitor.evaluate('document.cookie')).toBe('');
    await visitor.reload();
    await visitor.getByRole('button', { name: 'Sign out' }).click();
    await visitor.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect((await own.request.get(`${guarded.api}/api/sessions`)).status()).toBe(401);
    await own.close();
  });

  it.each([
    ['verdict', '[data-verdict]'],
    ['plots', '[data-chart="PC_0/incoming"] canvas'],
    ['timeline', '.band-connected'],
    ['ice', '.ice-node'],
    ['sdp', '.code-line'],
    ['media', '.media-calls'],
    ['events', '.event-row'],
    ['raw', '.raw-line'],
    ['privacy', '.bars'],
  ])('shows the tab %s of a session, and it is accessible', async (tab, element) => {
    const { sessions } = (await (await fetch(`${server.api}/api/sessions?search=bob`)).json()) as {
      sessions: { id: string }[];
    };
    await open(`/sessions/${sessions[0]!.id}/${tab}`);
    await page.locator(element).first().waitFor();
    if (TABS_IN_SCREENSHOTS.includes(tab)) await screenshot(page, tab);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('opens an uploaded webrtc-internals dump in every tab', async () => {
    const id = await uploadInternals(server);
    await open(`/sessions/${id}/plots`);
    const tabs = page.getByRole('navigation', { name: 'Views of the session' });
    for (const [tab, element] of [
      ['Verdict', '[data-verdict]'],
      ['Plots', '[data-chart="8-1/incoming"] canvas'],
      ['Timeline', '.band-connected'],
      ['ICE', '.ice-node'],
      ['SDP', '.code-line'],
      ['Media', '.media-calls'],
      ['Events', '.event-row'],
      ['Raw', '.raw-line'],
      ['Privacy', '.bars'],
    ] as const) {
      await tabs.getByRole('link', { name: tab, exact: true }).click();
      await page.locator(element).first().waitFor();
      expect(await page.locator('main').textContent()).not.toContain('not an rtcstats dump');
      expect(await accessibilityFaults(page)).toEqual([]);
    }
    await page.getByText('No personal data found by the verifier').waitFor();

    await tabs.getByRole('link', { name: 'Timeline' }).click();
    await page.getByRole('button', { name: 'Setup' }).click();
    await page
      .locator('.band', { hasText: /^have-local-offer$/ })
      .first()
      .waitFor();
    await page
      .getByRole('button', { name: /^onsignalingstatechange, / })
      .first()
      .click();
    await page.getByRole('heading', { name: /^Event \d+$/ }).waitFor();
    // The state, not its JSON text.
    await page
      .locator('pre', { hasText: /"onsignalingstatechange",\s+"8-1",\s+"(stable|have-local-offer)"/ })
      .waitFor();
    // The times of the call, not of the upload.
    await page.getByText('33 s', { exact: true }).waitFor();
  });
});

/** Uploads a dump that webrtc-internals saved. @returns the id of its session */
async function uploadInternals(server: ServerProcess): Promise<string> {
  const file = await readFile(join(ROOT, 'test/recordings/chromium-loopback.webrtc_internals_dump.gz'));
  const body = new FormData();
  body.append('file', new Blob([file]), 'webrtc_internals_dump.gz');
  const answer = await fetch(`${server.url.replace('ws:', 'http:')}/upload`, { method: 'POST', body });
  const { clientId } = (await answer.json()) as { clientId: string };
  await expect
    .poll(async () => ((await (await fetch(`${server.api}/api/sessions/${clientId}`)).json()) as SessionRow).state)
    .toBe('stored');
  return clientId;
}

/** Number of pixels of a canvas that are mostly opaque. */
async function inkOf(page: Page, selector: string): Promise<number> {
  return await page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const canvas = element as unknown as {
        width: number;
        height: number;
        getContext(kind: '2d'): {
          getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
        };
      };
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let drawn = 0;
      for (let at = 3; at < data.length; at += 4) if (data[at]! > 128) drawn += 1;
      return drawn;
    });
}
