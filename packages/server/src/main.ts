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
  const { run } = await import('./commands/run.ts');
  process.exitCode = await run(process.argv.slice(2));
}

export {};
