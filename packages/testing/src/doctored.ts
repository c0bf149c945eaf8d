import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

/**
 * Makes a copy of the installed ws with its sources changed. Returns the URL of a module that a process has to load
 * first (`node --import`), so that `import 'ws'` gets the copy. Deleted when the test is over.
 */
export async function doctorWs(change: (source: string) => string): Promise<string> {
  const directory = await scratch();
  const copy = join(directory, 'ws');
  await cp(dirname(createRequire(import.meta.url).resolve('ws/package.json')), copy, { recursive: true });
  let isChanged = false;
  for (const name of await readdir(join(copy, 'lib'))) {
    const path = join(copy, 'lib', name);
    const source = await readFile(path, 'utf8');
    const changed = change(source);
    isChanged ||= changed !== source;
    await writeFile(path, changed);
  }
  if (!isChanged) throw new Error('The installed ws does not contain what is to be changed');
  const url = JSON.stringify(pathToFileURL(join(copy, 'wrapper.mjs')).href);
  return await preload(
    directory,
    `import { registerHooks } from 'node:module';
registerHooks({
  resolve: (name, context, next) => (name === 'ws' ? { url: ${url}, shortCircuit: true } : next(name, context)),
});
`,
  );
}

/** The same for a Node.js whose handles of TCP sockets have no `useUserBuffer`. */
export async function doctorHandles(): Promise<string> {
  return await preload(
    await scratch(),
    `import { Socket } from 'node:net';
const socket = new Socket().on('error', () => {}).connect(1, '127.0.0.1');
for (let type = socket._handle; type !== null; type = Object.getPrototypeOf(type)) delete type.useUserBuffer;
socket.destroy();
`,
  );
}

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-doctored-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function preload(directory: string, source: string): Promise<string> {
  const path = join(directory, 'preload.mjs');
  await writeFile(path, source);
  return pathToFileURL(path).href;
}
