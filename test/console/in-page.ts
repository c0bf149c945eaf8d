import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { Clicks } from './clicks.ts';

const SOURCE = stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'click-everything.ts'), 'utf8'));

/** Something that runs JavaScript in a page: pages of Playwright and of Puppeteer. */
export interface InPage {
  evaluate(script: string): Promise<unknown>;
}

/** Runs `clickEverything` in the page, whatever its Content-Security-Policy says. */
export async function clickEverythingIn(
  page: InPage,
  skipped: readonly string[],
  opened: readonly string[],
): Promise<Clicks> {
  const call = `clickEverything(${JSON.stringify(skipped)}, ${JSON.stringify(opened)})`;
  return (await page.evaluate(`(() => { ${SOURCE.replaceAll('export ', '')}; return ${call}; })()`)) as Clicks;
}
