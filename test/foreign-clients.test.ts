import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeEvent, EventClock, StatsDecompressor, type StatsReport } from '@rtcstats-server/dump';
import { hasChromium, launchChromium } from '@rtcstats-server/testing/browser';
import { buildConsole } from '@rtcstats-server/testing/console-build';
import { hasFirefox, launchFirefox } from '@rtcstats-server/testing/firefox';
import {
  readDump,
  type ServerProcess,
  scratchDirectory,
  startServer,
  storedDumps,
} from '@rtcstats-server/testing/server';
import type { Browser } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

/*
 * Clients of other protocols, as they come from the npm registry, in pages of real browsers: their calls must be stored,
 * verified, and have plots in the console.
 */

const PSEUDONYM = (kind: string) => expect.stringMatching(new RegExp(`^${kind}-[0-9a-f]{10}$`));

interface Row {
  readonly id: string;
  readonly state: string;
  readonly [field: string]: unknown;
}

/** The page with a client, as one script. */
async function bundle(client: string): Promise<string> {
  const build = await rolldown({
    input: join(import.meta.dirname, `foreign-clients/${client}.js`),
    platform: 'browser',
  });
  const { output } = await build.generate({ format: 'iife' });
  return output[0].code;
}

/** An empty page, on an origin where browsers allow everything that the client uses. @returns its URL */
async function emptyPage(): Promise<string> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/room/17`;
}

/** The script of the page: a call of two seconds. */
async function callScript(client: string, server: ServerProcess): Promise<string> {
  const wait = 'await new Promise((resolve) => setTimeout(resolve, 2000))';
  return `(async () => { ${await bundle(client)}; const end = await start('${server.url}'); ${wait}; end(); })()`;
}

/** The only session of the gateway, when it is finished. */
async function finished(server: ServerProcess): Promise<Row> {
  await server.logged('session finished');
  const { sessions } = (await (await fetch(`${server.api}/api/sessions`)).json()) as { sessions: Row[] };
  expect(sessions).toHaveLength(1);
  return sessions[0]!;
}

/** What readers see of the dump: its text, methods, and the last statistics of each connection by type. */
async function contentsOf(data: string) {
  const [path] = await storedDumps(data);
  const lines = await readDump(path!);
  const clock = new EventClock();
  const statistics = new StatsDecompressor();
  const reports = new Map<string, StatsReport>();
  const methods = new Set<string>();
  const times: number[] = [];
  for (const line of lines.slice(2)) {
    const { method, scope, value, delta } = decodeEvent(JSON.parse(line))!;
    times.push(clock.advance(delta));
    methods.add(method);
    if (method !== 'getStats') continue;
    for (const report of statistics.decompress(scope, value).values()) reports.set(`${scope} ${report.type}`, report);
  }
  return { text: lines.join('\n'), metadata: JSON.parse(lines[1]!) as object, methods, times, reports };
}

const METHODS = ['create', 'addTrack', 'createOffer', 'setLocalDescription', 'onicecandidate', 'ontrack', 'getStats'];

/** Skipped if Chromium is not installed (`apt-get install chromium`). */
describe.skipIf(!hasChromium)('a client of another protocol in a browser', () => {
  let browser: Browser;
  const begun = Date.now();

  beforeAll(async () => {
    await buildConsole();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function expectRecorded(server: ServerProcess, data: string, convertedFrom: string): Promise<Row> {
    const row = await finished(server);
    expect(row).toMatchObject({
      state: 'stored',
      user: PSEUDONYM('user'),
      conference: PSEUDONYM('conference'),
      signed: [],
      receipt: { verified: true, findings: 0, dropped: {} },
    });
    const { text, metadata, methods, times, reports } = await contentsOf(data);
    expect(text).not.toMatch(/Anna|Keller|board/);
    expect(metadata).toMatchObject({ clientProtocol: 'rtcstats#5.0', convertedFrom });
    expect([...methods]).toEqual(expect.arrayContaining(METHODS));
    expect(times[0]).toBeGreaterThan(begun - 1000);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(2000);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const sent = reports.get('PC_0 outbound-rtp');
    expect(sent).toMatchObject({ kind: 'video', packetsSent: expect.any(Number) });
    expect(sent!.timestamp).toBeGreaterThan(times[0]!);
    expect(sent!.timestamp).toBeLessThan(times.at(-1)! + 1000);
    expect(reports.get('PC_1 inbound-rtp')).toMatchObject({ packetsReceived: expect.any(Number) });
    return row;
  }

  async function expectPlots(server: ServerProcess, { id }: Row): Promise<void> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(`${server.api}/sessions/${id}/plots`);
    for (const id of ['PC_0/outgoing', 'PC_1/incoming']) {
      const chart = page.locator(`[data-chart="${id}"]`);
      // A chart is drawn when it gets into view.
      await chart.scrollIntoViewIfNeeded();
      await chart.locator('canvas').first().waitFor();
    }
  }

  it('is recorded, verified and plotted: @jitsi/rtcstats 9 in Chromium', async () => {
    const data = join(await scratchDirectory(), 'data');
    const server = await startServer(data);
    const page = await browser.newPage();
    await page.goto(await emptyPage());
    await page.evaluate(await callScript('jitsi', server));
    const row = await expectRecorded(server, data, '3.1_STANDARD');
    expect(row).toMatchObject({ session: PSEUDONYM('session') });
    await page.close();
    await expectPlots(server, row);
  });

  // Chromium has no getStats with a callback any more, which this client uses there, so it sends no statistics from it.
  it.skipIf(!hasFirefox)('is recorded, verified and plotted: rtcstats 5 in Firefox', async () => {
    const data = join(await scratchDirectory(), 'data');
    const server = await startServer(data);
    const firefox = await launchFirefox();
    onTestFinished(() => firefox.close());
    const page = await firefox.newPage();
    await page.goto(await emptyPage());
    await page.evaluate(await callScript('rtcstats2', server));
    await page.close();
    await expectPlots(server, await expectRecorded(server, data, '2.0'));
  });
});
