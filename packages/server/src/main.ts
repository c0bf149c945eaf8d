#!/usr/bin/env node
// Nothing is imported before the check, because on an older Node.js the imports would fail with a syntax error.
const NEEDED = 26;
if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `rtcstats-server: this is Node.js ${process.versions.node}, but version ${NEEDED} or newer is needed. ` +
      'Install it from https://nodejs.org; in a checkout, `npm start` and `npx rtcstats-server` bring their own. ' +
      '[NODE_TOO_OLD]\n',
  );
  process.exitCode = 2;
} else {
  // Types are stripped and code is compiled once, not at every start, which halves the time that a command takes. The
  // cache is in node_modules, because other users can write to the system's temporary directory. Without write access,
  // Node.js does without a cache.
  const { existsSync } = await import('node:fs');
  const { enableCompileCache } = await import('node:module');
  const { fileURLToPath } = await import('node:url');
  const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
  if (existsSync(modules)) enableCompileCache(`${modules}.cache/compiled`);
  const { run } = await import('./commands/run.ts');
  process.exitCode = await run(process.argv.slice(2));
}

export {};
