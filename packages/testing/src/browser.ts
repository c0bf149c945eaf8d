import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Path of Chromium as installed by the packages of Debian and Ubuntu. */
export const CHROMIUM = '/usr/bin/chromium';
/** Whether Chromium is installed. Tests that need it are skipped otherwise. */
export const hasChromium = existsSync(CHROMIUM);

/** No background requests, and a fake camera and microphone that pages may use. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
] as const;

/** How long a page may take to show what a test waits for, on a busy machine. */
const PATIENCE_MS = 120_000;

/** Starts a headless Chromium without background requests, with a fake camera and microphone. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...CHROMIUM_ARGUMENTS],
    timeout: PATIENCE_MS,
  });
  return browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
}

/**
 * Collects faults of all pages in a context: logged errors and warnings (including violations of the
 * Content-Security-Policy), uncaught errors, and requests or WebSockets to origins that are not allowed.
 *
 * @param allowed origins, such as `http://127.0.0.1:8081`
 * @returns a list to which faults are added as they happen
 */
export function watchFaults(context: BrowserContext, allowed: readonly string[]): string[] {
  const faults: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => faults.push(`error: ${error.error().message}`));
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (!allowed.includes(origin) && !['data:', 'blob:'].includes(protocol)) faults.push(`request: ${request.url()}`);
  });
  context.on('page', (page) => {
    page.on('websocket', (socket) => {
      if (!allowed.includes(new URL(socket.url()).origin)) faults.push(`websocket: ${socket.url()}`);
    });
  });
  return faults;
}

let axeSource: Promise<string> | undefined;

/**
 * Checks a page with axe against WCAG 2.2, levels A and AA.
 *
 * @returns one text per violation: rule, selector, summary
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  axeSource ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(await axeSource);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: unknown,
        ): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
    );
  });
}
