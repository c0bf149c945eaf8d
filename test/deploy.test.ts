import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, readdir, readFile, stat } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { text } from 'node:stream/consumers';
import { scratchDirectory, startServer } from '@rtcstats-server/testing/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';

const isWhole = process.env['WHOLE_TESTS'] === 'true';
const ROOT = join(import.meta.dirname, '..');
const DEPLOY = join(ROOT, 'deploy');
const files = readdirSync(DEPLOY, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const WORKFLOWS = join(ROOT, '.github/workflows');
const workflows = readdirSync(WORKFLOWS).map((name) => join(WORKFLOWS, name));
const yamlFiles = [...files.filter((file) => file.endsWith('.yaml')), ...workflows];
const metricFiles = files.filter((file) => /alerts\.yaml$|dashboard\.json$/.test(file));

/** Names of settings of the gateway in a text. */
function variablesIn(text: string): string[] {
  return [...new Set(text.match(/\bRTCSTATS_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [])];
}

describe('deploy/', () => {
  it.each(yamlFiles)('%s is valid YAML', (file) => {
    const documents = parseAllDocuments(readFileSync(file, 'utf8'));
    expect(documents).not.toHaveLength(0);
    for (const document of documents) expect('errors' in document ? document.errors : []).toEqual([]);
  });

  it('uses only settings that exist', () => {
    const reference = readFileSync(join(DEPLOY, '../docs/configuration.md'), 'utf8');
    const unknown = files.flatMap((file) =>
      variablesIn(readFileSync(file, 'utf8')).filter((name) => !reference.includes(`\`${name}\``)),
    );
    expect(unknown).toEqual([]);
  });

  it('names the Node.js version that the tests run on', () => {
    const read = (path: string): string => readFileSync(join(DEPLOY, '..', path), 'utf8');
    const root = JSON.parse(read('package.json'));
    const server = JSON.parse(read('packages/server/package.json'));
    const version: string = root.devDependencies.node;
    expect(process.version).toBe(`v${version}`);
    expect(read('.node-version').trim()).toBe(version);
    const minimum = `>=${version.split('.').slice(0, 2).join('.')}`;
    expect(server.publishConfig.engines.node).toBe(minimum);
    const images = [...read('deploy/Dockerfile').matchAll(/^FROM node:(\S+)/gm)].map(([, tag]) => tag);
    expect(images).toEqual([`${version}-slim`, `${version}-slim`]);
    expect(read('deploy/systemd/rtcstats-server.service')).toContain(`Node.js ${version} or later as /usr/bin/node`);
  });

  it('queries only metrics that a gateway exposes', async () => {
    const server = await startServer(await scratchDirectory());
    const scraped = await (await fetch(`${server.api}/metrics`)).text();
    const names = metricFiles.flatMap((file) =>
      (readFileSync(file, 'utf8').match(/\b(?:rtcstats|nodejs|process)_[a-z0-9_]+\b/g) ?? []).map(String),
    );
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names)].filter((name) => !new RegExp(`^(?:# TYPE )?${name}[{ ]`, 'm').test(scraped))).toEqual(
      [],
    );
  });
});

/** The files that `COPY . .` takes from the checkout: the last pattern of .dockerignore that matches a file decides. */
async function buildContext(): Promise<string[]> {
  const lines = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n');
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const matches = (path: string, pattern: string): boolean =>
    matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`);
  const included = (path: string): boolean => {
    const last = patterns.findLast((pattern) => matches(path, pattern.replace(/^!/, '')));
    return last === undefined || last.startsWith('!');
  };
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT });
  return listed
    .toString()
    .split('\0')
    .filter((path) => path !== '' && included(path));
}

/** The commands of the Dockerfile that make /app. */
function commandsForApp(dockerfile: string): string[] {
  return [...dockerfile.matchAll(/^RUN (.*)$/gm)].map(([, command]) => command!).filter((it) => it.includes(' /app'));
}

/** Runs shell commands, which end with the test at the latest. @throws with their output unless they succeed */
async function runShell(commands: string, cwd: string): Promise<void> {
  const env = { ...process.env, npm_config_prefer_offline: 'true' };
  // A process group, because npm starts processes of its own.
  const shell = spawn('sh', ['-ec', commands], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(shell, 'close');
  onTestFinished(async () => {
    if (shell.exitCode === null && shell.signalCode === null) process.kill(-shell.pid!, 'SIGKILL');
    await closed;
  });
  const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr), closed]);
  if (shell.exitCode !== 0) throw new Error(`${commands} ended with ${shell.exitCode}:\n${stdout}${stderr}`);
}

/** A directory with what `COPY . .` copies, and the commands of the Dockerfile that make /app from it in `app`. */
async function checkedOut(): Promise<{ checkout: string; app: string; build: string; link: string }> {
  const [checkout, parent] = [await scratchDirectory(), await scratchDirectory()];
  const app = join(parent, 'app');
  for (const path of await buildContext()) await cp(join(ROOT, path), join(checkout, path));
  const [build, link] = commandsForApp(await readFile(join(DEPLOY, 'Dockerfile'), 'utf8'));
  return { checkout, app, build: build!.replaceAll('/app', app), link: link! };
}

describe('deploy/Dockerfile', () => {
  it('has a context in which `npm ci` finds what the lockfile lists, and the sources without tests', async () => {
    const { checkout, build } = await checkedOut();
    const [install] = /^npm ci .*?(?= && )/.exec(build)!;
    await runShell(`${install} --dry-run`, checkout);
    const tracked = execFileSync('git', ['ls-files', '-z', 'packages', 'scripts', 'LICENSE'], { cwd: ROOT });
    const isForTests = (path: string): boolean => /\.test\.|\/(testing|corpus)\/|\/__snapshots__\//.test(path);
    const needed = tracked
      .toString()
      .split('\0')
      .filter((path) => !isForTests(path));
    const copied = new Set(await readdir(checkout, { recursive: true }));
    expect(needed.filter((path) => path !== '' && !copied.has(path))).toEqual([]);
    expect([...copied].filter((path) => /\.test\.ts$/.test(path))).toEqual([]);
  });

  // Installing and building everything takes minutes on a slow machine; `npm run test:whole` does it.
  if (isWhole) {
    it('makes an image with the console and without tests or tools, in the versions of the lockfile', async () => {
      const { checkout, app, build, link } = await checkedOut();
      await runShell(build, checkout);

      const modules = await readdir(join(app, 'node_modules'));
      expect(modules.filter((name) => /^(@?vitest|vite|typescript|s3rver|playwright-core)$/.test(name))).toEqual([]);
      const own = await readdir(join(app, 'packages'), { recursive: true });
      expect(own.filter((name) => /\.test\.|^testing\b|\/src\b|\/(testing|corpus)\//.test(name))).toEqual([]);
      expect(await differentVersions(app)).toEqual([]);

      const main = link.match(/\/app\/\S+\.cjs/)![0].replace('/app', app);
      expect((await stat(main)).mode & 0o111).toBe(0o111);
      expect(await readFile(join(DEPLOY, 'systemd/rtcstats-server.service'), 'utf8')).toContain(
        main.replace(app, '/opt/rtcstats-server'),
      );
      const server = await startServer(await scratchDirectory(), {}, [], main);
      const page = await (await fetch(server.api)).text();
      const script = page.match(/src="(\/assets\/[^"]+\.js)"/)?.[1];
      expect((await fetch(server.api + script)).status).toBe(200);
    });
  }
});

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

/** The installed packages whose version is not that of the checkout's lockfile. */
async function differentVersions(app: string): Promise<string[]> {
  const [installed, locked] = await Promise.all(
    [app, ROOT].map(async (root) => JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lockfile),
  );
  const paths = Object.keys(installed!.packages).filter((path) => path.startsWith('node_modules/'));
  expect(paths.length).toBeGreaterThan(50);
  return paths.filter((path) => installed!.packages[path]!.version !== locked!.packages[path]?.version);
}
