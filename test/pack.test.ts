import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasChromium, launchChromium } from '@rtcstats-server/testing/browser';
import { sendSession } from '@rtcstats-server/testing/client';
import { readDump, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workspaces } from '../scripts/workspaces.ts';
import { serveWithNpx } from './packed/npx.ts';
import { examples, nodeBinary, type Output, personalDump, project, ROOT, run, succeed } from './packed/project.ts';

/*
 * Uses the packages as somebody who installs them: packs them, installs the tarballs into an empty project and uses
 * them there.
 */

/** Whatever has to be fetched or installed again takes minutes on a slow machine: only `npm run test:whole` does that. */
const isWhole = process.env['WHOLE_TESTS'] === 'true';
const OLD_NODE = '22.23.3';
/** The versions that `engines` of the packages promise; the last one is the version of the tests. */
const NODE_VERSIONS = [...(isWhole ? [OLD_NODE, '24.9.0'] : []), process.versions.node];
const published = workspaces().filter(({ manifest }) => !manifest.private);
const portable = published.filter(({ manifest }) => manifest.publishConfig?.engines.node === '>=22');
const dump = personalDump();
const IMPORTS = /^(?:import|export) [^'";=()]*\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

let directory: string;
let consumer: string;
let tarballs: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-pack-'));
  consumer = join(directory, 'consumer');
  await succeed(process.execPath, [join(ROOT, 'scripts/pack.ts'), join(directory, 'tarballs')], ROOT);
  const names = await readdir(join(directory, 'tarballs'));
  tarballs = names.map((name) => join(directory, 'tarballs', name));
  await project(consumer, tarballs);
  await writeFile(join(consumer, 'call.gz'), dump.bytes);
}, 600_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

const installed = (name: string, ...path: string[]): string => join(consumer, 'node_modules', name, ...path);

async function filesOf(name: string): Promise<string[]> {
  const entries = await readdir(installed(name), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed(name).length + 1));
}

describe.each(published.map(({ manifest, folder }) => ({ ...manifest, folder })))('$name', ({ name, ...source }) => {
  it('contains compiled code, its README and the license, and no sources or tests', async () => {
    const files = await filesOf(name);
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE']));
    const expected =
      /^(package\.json|README\.md|LICENSE|lib\/.+\.(c?js|d\.ts)|man\/.+\.1|console\/(index\.html(\.gz)?|assets\/.+))$/;
    expect(files.filter((file) => !expected.test(file))).toEqual([]);
    expect(files.filter((file) => /\.test\.|(^|\/)(testing|corpus)\//.test(file))).toEqual([]);
  });

  it('declares all that its code imports', async () => {
    const { dependencies, optionalDependencies } = source;
    const declared = new Set([name, ...Object.keys({ ...dependencies, ...optionalDependencies })]);
    const undeclared = [];
    for (const file of (await filesOf(name)).filter((path) => /^lib\/.*\.js$/.test(path))) {
      const code = await readFile(installed(name, file), 'utf8');
      for (const [, fixed, bare, loaded] of code.matchAll(IMPORTS)) {
        const specifier = (fixed ?? bare ?? loaded)!;
        if (specifier.startsWith('.') || isBuiltin(specifier)) continue;
        const [scope, rest] = specifier.split('/');
        const packageName = scope!.startsWith('@') ? `${scope}/${rest}` : scope!;
        if (!declared.has(packageName)) undeclared.push(`${file}: ${specifier}`);
      }
    }
    expect(undeclared).toEqual([]);
  });

  it('says where it comes from and what it runs on', async () => {
    const manifest = JSON.parse(await readFile(installed(name, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({
      version: source.version,
      description: expect.stringMatching(/^[A-Z].{20,}[^.]$/),
      keywords: expect.arrayContaining(['webrtc', 'rtcstats']),
      homepage: expect.stringContaining(source.folder),
      bugs: expect.stringContaining('/issues'),
      repository: { type: 'git', directory: `packages/${source.folder}` },
      license: 'MIT',
      author: 'rtcstats-server contributors',
      type: 'module',
      sideEffects: expect.any(Boolean),
      engines: { node: expect.stringMatching(/^>=\d+(?:\.\d+)?$/) },
      files: expect.arrayContaining(['lib']),
    });
    for (const [entry, target] of Object.entries<object>(manifest.exports)) {
      if (entry === './package.json') continue;
      expect(Object.keys(target)).toEqual(['types', 'default']);
      expect(await filesOf(name)).toEqual(expect.arrayContaining(Object.values(target).map((path) => path.slice(2))));
    }
  });

  it('is not packed from its sources', async () => {
    const folder = join(ROOT, 'packages', source.folder);
    const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    expect(scripts.prepack).toBe('node ../../scripts/refuse-pack.js');
    if (!isWhole && source.folder !== 'server') return;
    const { code, stderr } = await run('npm', ['pack', '--dry-run'], folder);
    expect(code).not.toBe(0);
    expect(stderr).toContain('npm run build');
  });
});

describe('the examples of the READMEs', () => {
  it.each(NODE_VERSIONS)('run on Node.js %s', async (version) => {
    const binary = version === process.versions.node ? process.execPath : await nodeBinary(version);
    expect(await succeed(binary, ['--version'], consumer)).toBe(`v${version}\n`);
    // Examples that talk to a gateway take its addresses and its data directory as arguments.
    const data = join(directory, `examples-${version}`);
    const gateway = await startServer(data, {}, [], installed('rtcstats-server', 'lib/main.js'));
    const outputs = new Map<string, string>();
    const able = version === process.versions.node ? published : portable;
    for (const { folder } of able) {
      const codes = await examples(folder);
      expect(codes).not.toEqual([]);
      for (const [index, code] of codes.entries()) {
        const file = join(consumer, `${folder}-${index}.ts`);
        await writeFile(file, code);
        outputs.set(folder, await succeed(binary, [file, gateway.url, gateway.api, data], consumer));
      }
    }
    expect(outputs.get('dump')).toMatch(/PC_0 \d+ reports\n/);
    expect(outputs.get('dump')).toMatch(/setLocalDescription .*v=0/s);
    expect(outputs.get('privacy')).toMatch(/ipAddresses: \d+.*\ntrue\n$/s);
    const clean = await readFile(join(consumer, 'clean.rtcstats'), 'utf8');
    expect(clean).toContain('RTCStatsDump\n');
    expect(dump.personal.filter((text) => clean.includes(text))).toEqual([]);
  });
});

it('has types that a strict compiler accepts, with and without Node.js', async () => {
  await cp(join(import.meta.dirname, 'packed/types'), join(consumer, 'types'), { recursive: true });
  for (const { folder } of published) {
    for (const [index, code] of (await examples(folder)).entries()) {
      await writeFile(join(consumer, 'types', `${folder}-${index}.ts`), code);
    }
  }
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    target: 'es2024',
  };
  const browser = { lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [] };
  const node = { lib: ['esnext'], types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] };
  const projects = {
    browser: {
      compilerOptions: { ...strict, ...browser, module: 'esnext', moduleResolution: 'bundler' },
      files: ['types/portable.ts'],
    },
    node: { compilerOptions: { ...strict, ...node, module: 'nodenext' }, include: ['types/*.ts'] },
  };
  for (const [name, settings] of Object.entries(projects)) {
    const file = join(consumer, `tsconfig.${name}.json`);
    await writeFile(file, JSON.stringify(settings));
    expect(await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', file], consumer)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  }
});

if (isWhole) {
  it.runIf(hasChromium)('works in a page that Vite has built', async () => {
    const site = join(consumer, 'site');
    await cp(join(import.meta.dirname, 'packed/browser'), site, { recursive: true });
    await succeed(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', site], consumer);
    await cp(join(consumer, 'call.gz'), join(site, 'dist/call.gz'));
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      // The files of the build, without a server.
      await page.route('http://consumer.test/**', async (route) => {
        const { pathname } = new URL(route.request().url());
        await route.fulfill({ path: join(site, 'dist', pathname === '/' ? 'index.html' : pathname) });
      });
      await page.goto('http://consumer.test/');
      await expect.poll(() => page.title()).toMatch(/^(done|failed)/);
      expect(await page.title()).toBe('done');
      const shown = JSON.parse((await page.locator('pre').textContent())!) as {
        events: number;
        clean: boolean;
        text: string;
      };
      expect(shown.events).toBeGreaterThan(50);
      expect(shown.clean).toBe(true);
      expect(dump.personal.filter((text) => shown.text.includes(text))).toEqual([]);
    } finally {
      await browser.close();
    }
  });
}

describe('rtcstats-server', () => {
  it('records, stores, takes uploads and shows the console, started by npx', async () => {
    const data = join(directory, 'npx');
    const served = await serveWithNpx(consumer, data);
    try {
      await sendSession(`ws://127.0.0.1:${served.port}/call`, ['[":note",null,"from anna@example.org",1]']);
      // A webrtc-internals dump is read by a worker thread.
      const file = await readFile(join(ROOT, 'test/recordings/chromium-loopback.webrtc_internals_dump.txt'));
      const body = new FormData();
      body.append('file', new Blob([file]), 'internals.txt');
      const answer = await fetch(`http://127.0.0.1:${served.port}/upload`, { method: 'POST', body });
      expect(answer.status).toBe(200);

      const api = `http://127.0.0.1:${served.adminPort}`;
      const page = await (await fetch(api)).text();
      const assets = Array.from(page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ([, path]) => path!);
      expect(assets.length).toBeGreaterThan(1);
      for (const path of assets) expect((await fetch(api + path)).status).toBe(200);
    } finally {
      await served.stop();
    }
    const dumps = await storedDumps(data);
    expect(dumps).toHaveLength(2);
    const texts = await Promise.all(dumps.map(async (path) => (await readDump(path)).join('\n')));
    expect(texts.filter((text) => text.includes(':note'))).toEqual([expect.not.stringContaining('anna@example.org')]);
  });

  it('runs several processes', async () => {
    const data = join(directory, 'processes');
    const main = installed('rtcstats-server', 'lib/main.js');
    const server = await startServer(data, { RTCSTATS_SERVER_PROCESSES: '2' }, [], main);
    await sendSession(server.url, ['[":note",null,"hello",1]']);
    await server.logged('session finished');
    expect(await server.kill('SIGTERM')).toBe(0);
    expect(await storedDumps(data)).toHaveLength(1);
  });

  if (isWhole) {
    it('says what it needs on an older Node.js', async () => {
      const binary = await nodeBinary(OLD_NODE);
      for (const file of ['lib/main.js', 'lib/cli.cjs']) {
        const { code, stderr } = await run(binary, [installed('rtcstats-server', file), 'serve'], consumer);
        expect(code).toBe(2);
        expect(stderr).toMatch(/this is Node\.js 22\.23\.3.*\[NODE_TOO_OLD\]\n$/);
      }
    });
  }

  if (isWhole) {
    it('works without optional packages, and names one that a setting needs', async () => {
      const slim = join(directory, 'slim');
      await project(slim, tarballs, ['--omit=optional']);
      const main = join(slim, 'node_modules/rtcstats-server/lib/main.js');
      const serve = async (settings: object): Promise<Output> => {
        const file = join(slim, 'rtcstats.json');
        await writeFile(file, JSON.stringify({ admin: { port: 0 }, server: { port: 0 }, ...settings }));
        return await run(process.execPath, [main, 'serve', '--config', file], slim);
      };
      const s3 = {
        geolocation: { detail: 'off' },
        storage: { type: 's3', s3: { bucket: 'dumps', region: 'eu-central-1' } },
      };
      expect(await serve(s3)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('npm install @aws-sdk/client-s3'),
      });
      expect(await serve({})).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('npm install maxmind @ip-location'),
      });
      expect(await run(process.execPath, [main, 'mcp'], slim)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('npm install @modelcontextprotocol/sdk'),
      });
      const server = await startServer(join(slim, 'data'), { RTCSTATS_GEOLOCATION_DETAIL: 'off' }, [], main);
      await sendSession(server.url, ['[":note",null,"hello",1]']);
      await server.logged('session finished');
    });
  }
});
