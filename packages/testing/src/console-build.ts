import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../../..');
const CONSOLE = join(ROOT, 'packages/console');
/** In the output, so that another build removes it. */
const STAMP = join(CONSOLE, 'dist/.sources');
const LOCK = join(ROOT, 'node_modules/.cache/console-build');
/** A test run that was killed leaves its lock. A build takes seconds, on a busy machine a minute. */
const OLD_LOCK_MS = 180_000;

/**
 * Builds the console from the sources, unless an earlier test file has: several files open it in a browser, and a build
 * takes seconds.
 */
export async function buildConsole(): Promise<void> {
  await lock();
  try {
    const sources = digestOfSources();
    if (contentOf(STAMP) === sources) return;
    execFileSync(process.execPath, [join(CONSOLE, 'prepare.js')], { stdio: ['ignore', 'inherit', 'inherit'] });
    writeFileSync(STAMP, sources);
  } finally {
    rmdirSync(LOCK);
  }
}

/** Of everything that a build depends on. React is built differently for tests: with more warnings. */
function digestOfSources(): string {
  const files = globSync(
    ['package-lock.json', 'packages/*/{src/**/*,package.json}', 'packages/console/*.{ts,js,html}'],
    {
      cwd: ROOT,
      exclude: ['packages/{server,testing,canary}/**'],
    },
  );
  const hash = createHash('sha256').update(String(process.env['NODE_ENV']));
  for (const path of files.sort()) {
    const full = join(ROOT, path);
    if (statSync(full).isFile()) hash.update(`${path}\n`).update(readFileSync(full));
  }
  return hash.digest('hex');
}

async function lock(): Promise<void> {
  mkdirSync(join(LOCK, '..'), { recursive: true });
  for (;;) {
    try {
      mkdirSync(LOCK);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > OLD_LOCK_MS) rmdirSync(LOCK);
    else await delay(100);
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
