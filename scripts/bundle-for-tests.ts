import { randomUUID } from 'node:crypto';
import { cpSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from './workspaces.ts';

const SERVER = join(ROOT, 'packages/server');
const SOURCES = join(SERVER, 'src');
/** Beside `src`, so that the paths that the modules build from their own place are right here too. */
const BUNDLE = join(SERVER, '.bundle');
/** Libraries of many small ES modules, which take longer to find than to run. */
const BUNDLED_LIBRARIES = ['kysely', 'zod', 'jose'];
/** Another test run may still start gateways from chunks of older sources. */
const OUTDATED_MS = 3_600_000;

/**
 * Bundles the server and its threads into a few files. A gateway starts from them in two thirds of the time that the 700
 * modules of the sources take, and tests start many gateways and commands. The code is that of the sources; only its
 * files differ. Takes about a second.
 *
 * @returns path of the program
 */
export async function bundleForTests(): Promise<string> {
  const threads = globSync(['**/worker.ts', '**/*-worker.ts'], { cwd: SOURCES });
  const entries = Object.fromEntries(
    ['main.ts', ...threads].map((path) => [basename(path, '.ts'), join(SOURCES, path)]),
  );
  const build = await rolldown({ input: entries, platform: 'node', external: isForeign, logLevel: 'warn' });
  const { output } = await build.generate({
    format: 'esm',
    // Threads are started by the path of a file beside the one that starts them.
    entryFileNames: ({ name }) => (name === 'main' ? 'main.js' : `chunks/${name}.js`),
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await build.close();
  mkdirSync(join(BUNDLE, 'chunks'), { recursive: true });
  const current = new Set(output.map(({ fileName }) => basename(fileName)));
  for (const name of globSync('*', { cwd: join(BUNDLE, 'chunks') })) {
    const path = join(BUNDLE, 'chunks', name);
    if (!current.has(name) && Date.now() - statSync(path).mtimeMs > OUTDATED_MS) rmSync(path, { force: true });
  }
  cpSync(join(SOURCES, 'node-version.cjs'), join(BUNDLE, 'node-version.cjs'));
  for (const file of output) if (file.type === 'chunk') write(join(BUNDLE, file.fileName), file.code);
  return join(BUNDLE, 'main.js');
}

function isForeign(id: string): boolean {
  const isOwn = /^[./]/.test(id) || id.startsWith('@rtcstats-server/');
  return !isOwn && !BUNDLED_LIBRARIES.some((name) => id === name || id.startsWith(`${name}/`));
}

/** Replaces a file at once and only if it changes, because another test run may be starting gateways from it. */
function write(path: string, code: string): void {
  if (contentOf(path) === code) return;
  const temporary = join(dirname(path), `.${randomUUID()}`);
  writeFileSync(temporary, code);
  renameSync(temporary, path);
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
