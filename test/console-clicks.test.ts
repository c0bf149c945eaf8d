import { hasChromium, launchChromium, watchFaults } from '@rtcstats-server/testing/browser';
import { type Firefox, hasFirefox, launchFirefox, watchFirefox } from '@rtcstats-server/testing/firefox';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ConsoleGateway, SESSION_NAMES, startConsoleGateway } from './console/gateway.ts';
import { clickEverythingIn, type InPage } from './console/in-page.ts';

const TABS = ['verdict', 'plots', 'timeline', 'ice', 'sdp', 'media', 'events', 'raw', 'privacy'];
/** Their effects would end the test, and test/console.test.ts covers them: a deleted session, a call of ten seconds. */
const SKIPPED = ['Delete permanently', 'Start a call'];
/**
 * All sessions and pages take minutes: `npm run test:whole` opens them. The other runs open one recording and the session
 * of odd events, and in Firefox one page, because the console does nothing that depends on the browser.
 */
const isWhole = process.env['WHOLE_TESTS'] === 'true';
const SESSIONS = isWhole ? SESSION_NAMES : ['chromium-labels', 'odd'];
const PAGES = [
  '/',
  '/sessions',
  '/conferences/NAME',
  '/playground',
  '/privacy',
  '/people',
  '/audit',
  '/try-it',
  '/sessions/unknown/ice/more',
];
const FIREFOX_PAGES = isWhole ? [...PAGES.slice(0, -1), '/sessions/ID'] : ['/'];

const BROKEN_PARTS = [
  ['a panel of the privacy board', '/privacy', '/api/policy', 'Reload this panel', 'Policy in force'],
  ['another panel', '/privacy', '/api/egress*', 'Reload this panel', 'Data that left this gateway'],
  ['a panel of the overview', '/', '/api/insights/overview?*by=*', 'Reload this panel', 'Calls by browser'],
  ['the code of a page', '/playground', '/assets/playground-page-*.js', 'Reload this page', 'Before and after'],
] as const;

let gateway: ConsoleGateway;

beforeAll(async () => {
  if (hasChromium || hasFirefox) gateway = await startConsoleGateway(SESSIONS);
});
afterAll(async () => {
  await gateway?.stop();
});

/** Links of the console that a test has opened already. */
const opened = new Set<string>();

/** Uses every control of a page. @returns the controls */
async function clickThrough(page: InPage, faults: readonly string[]): Promise<readonly string[]> {
  const clicks = await clickEverythingIn(page, SKIPPED, [...opened]);
  for (const link of clicks.opened) opened.add(link);
  expect([...clicks.faults, ...faults]).toEqual([]);
  return clicks.used;
}

async function openTab(page: InPage, tab: string): Promise<void> {
  await page.evaluate(
    `[...document.querySelectorAll('.tabs a')].find(({ pathname }) => pathname.endsWith('/${tab}')).click()`,
  );
}

/** Skipped if Chromium is not installed (`apt-get install chromium`). */
describe.skipIf(!hasChromium)('every control of the console in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function newPage(): Promise<{ page: Page; faults: string[] }> {
    const { server } = gateway;
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
    onTestFinished(() => context.close());
    const faults = watchFaults(context, [server.api, server.url]);
    return { page: await context.newPage(), faults };
  }

  it.each(SESSIONS)('works in every tab of the session %s', async (name) => {
    const { page, faults } = await newPage();
    await page.goto(`${gateway.server.api}/sessions/${gateway.sessions.get(name)}`);
    await page.locator('.tabs').waitFor();
    for (const tab of TABS) {
      await openTab(page, tab);
      const used = await clickThrough(page, faults);
      if (name !== 'short' && tab === 'events') expect(used.length).toBeGreaterThan(20);
    }
  });

  it.each(PAGES)('works on the page %s', async (path) => {
    const { page, faults } = await newPage();
    await page.goto(gateway.server.api + path.replace('NAME', gateway.conference));
    await page.locator('main .page').waitFor();
    expect((await clickThrough(page, faults)).length).toBeGreaterThan(0);
  });

  it.each(['/sessions', '/audit'])('takes filters that change faster than %s is rendered', async (path) => {
    const { page, faults } = await newPage();
    await page.goto(gateway.server.api + path);
    await page.locator('tbody tr').first().waitFor();
    // React allows 50 renderings in a row that each ask for another one. Only promises run between these changes.
    await page.evaluate(`(async () => {
      const state = document.querySelector('select');
      for (let change = 0; change < 55; change++) {
        state.selectedIndex = change % 2;
        state.dispatchEvent(new Event('change', { bubbles: true }));
        await null;
      }
    })()`);
    await page.locator('tbody tr, .empty').first().waitFor();
    expect(faults).toEqual([]);
  });

  it.each(BROKEN_PARTS.filter(([part]) => isWhole || part !== 'another panel'))(
    'shows an error in %s in its place, and reloads it',
    async (_place, path, broken, button, after) => {
      const { page } = await newPage();
      await page.route(`**${broken}`, (route) => route.fulfill({ contentType: 'application/json', body: '{}' }));
      await page.goto(gateway.server.api + path.replace('ID', gateway.sessions.get('odd')!));
      await page.getByRole('alert').getByText('could not be shown').first().waitFor();
      expect(await page.getByRole('navigation', { name: 'Console' }).isVisible()).toBe(true);
      const details = (await page.locator('[data-crash] [data-copy]').first().textContent()) ?? '';
      expect(details).toContain(`Page: ${path.slice(0, 5)}`);
      await page.unroute(`**${broken}`);
      await page.getByRole('button', { name: button }).click();
      await page.getByText(after).first().waitFor();
      await expect.poll(() => page.locator('[data-crash]').count()).toBe(0);
    },
  );
});

/** Skipped if Firefox is not installed (`apt-get install firefox-esr`). */
describe.skipIf(!hasFirefox)('every control of the console in Firefox', () => {
  let firefox: Firefox;
  beforeAll(async () => {
    firefox = await launchFirefox();
  });
  afterAll(async () => {
    await firefox?.close();
  });

  it.each(FIREFOX_PAGES)('works on the page %s', async (path) => {
    opened.clear();
    const page = await firefox.newPage();
    onTestFinished(() => page.close());
    const faults = watchFirefox(page);
    const { server, conference, sessions } = gateway;
    const id = sessions.get('firefox-loopback')!;
    await page.goto(server.api + path.replace('NAME', conference).replace('ID', id));
    await page.waitForSelector(path.includes('ID') ? '.tabs' : 'main .page');
    for (const tab of path.includes('ID') ? TABS : [undefined]) {
      if (tab !== undefined) await openTab(page, tab);
      expect((await clickThrough(page, faults)).length).toBeGreaterThan(0);
    }
  });
});
