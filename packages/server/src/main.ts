import { existsSync } from 'node:fs';
import { createRequire, enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// cli.cjs checks this too, but it is also possible to run this file.
const { refuseOldNode } = createRequire(import.meta.url)('./node-version.cjs') as { refuseOldNode: () => boolean };
if (!refuseOldNode()) {
  // Types are stripped and code is compiled once, not at every start, which halves the time that a command takes. The
  // cache is in node_modules, because other users can write to the system's temporary directory. Without write access,
  // Node.js does without a cache.
  const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
  if (existsSync(modules)) enableCompileCache(`${modules}.cache/compiled`);
  const { run } = await import('./commands/run.ts');
  process.exitCode = await run(process.argv.slice(2));
}
