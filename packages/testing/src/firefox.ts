import { existsSync } from 'node:fs';
import puppeteer, { type Browser as Firefox, type Page } from 'puppeteer-core';

export type { Firefox };

/** Path of Firefox as installed by the package firefox-esr of Debian. */
const FIREFOX = '/usr/bin/firefox-esr';
/** Whether Firefox is installed. Tests that need it are skipped otherwise. */
export const hasFirefox = existsSync(FIREFOX);

/**
 * Starts a headless Firefox, driven over WebDriver BiDi, because Playwright needs a Firefox of its own. The caller
 * closes it.
 */
export async function launchFirefox(): Promise<Firefox> {
  return await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    defaultViewport: { width: 1280, height: 1000 },
  });
}

/**
 * Collects faults of a page: logged errors and uncaught errors.
 *
 * @returns a list to which faults are added as they happen
 */
export function watchFirefox(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`error: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error instanceof Error ? error.message : String(error)}`));
  return faults;
}
