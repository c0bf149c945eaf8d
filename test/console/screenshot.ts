import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const DIRECTORY = join(import.meta.dirname, '../../docs/images');
/** Renews the screenshots in docs/console.md. */
const takesScreenshots = process.env['SCREENSHOTS'] === '1';

/** Saves what the page shows as a picture for docs/console.md, if pictures are asked for. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!takesScreenshots) return;
  await mkdir(DIRECTORY, { recursive: true });
  await page.screenshot({ path: join(DIRECTORY, `console-${name}.png`) });
}
