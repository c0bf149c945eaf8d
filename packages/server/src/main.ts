#!/usr/bin/env node
// Nothing is imported before the check: on an older Node the imports themselves would fail, and say something else.
const NEEDED = 26;
if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `rtcstats-server: this is Node.js ${process.versions.node}, but version ${NEEDED} or newer is needed. ` +
      'In a checkout, `npm start` and `npx rtcstats-server` bring their own. [NODE_TOO_OLD]\n',
  );
  process.exitCode = 2;
} else {
  // Types are stripped and code is compiled once, not at every start: half of what a command takes. Kept beside the code and not in the
  // system's temporary directory, where others could write it; where that is read-only, there is none.
  const { enableCompileCache } = await import('node:module');
  const { fileURLToPath } = await import('node:url');
  enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url)));
  const { run } = await import('./commands/run.ts');
  process.exitCode = await run(process.argv.slice(2));
}

export {};
