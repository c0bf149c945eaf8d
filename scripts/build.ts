import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Manifest, publishedPackages, ROOT, type Workspace } from './workspaces.ts';

/*
 * npm run build: makes packages/<name>/dist of every published package. Such a folder is the package as npm publishes
 * it: package.json, README.md, LICENSE, lib/ (JavaScript and declarations) and, for the server, console/ (the built
 * pages) and man/ (the manual page). The sources stay as they are, because Node.js runs them without a build; see
 * docs/decisions/0006-no-build-step-in-development.md.
 */

const CACHE = join(ROOT, 'node_modules/.cache/build');
const SERVER = 'rtcstats-server';
const MANUAL_PAGE = 'man/rtcstats-server.1';
/**
 * Code that starts with Node.js 22 is for browsers too: it may use the standard library of ES2024 and the web, and
 * nothing of Node.js.
 */
const PORTABLE = { lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [] };
/** Modules that no import leads to: they are started by their path as a thread or a process of their own. */
const STARTED_BY_PATH = ['src/**/worker.ts', 'src/**/*-worker.ts'];

const packages = publishedPackages();
rmSync(CACHE, { recursive: true, force: true });
mkdirSync(CACHE, { recursive: true });
const portable = packages.filter(({ manifest }) => manifest.publishConfig?.engines.node === '>=22');
compile('portable', portable, PORTABLE);
compile(
  'server',
  packages.filter((it) => !portable.includes(it)),
  {},
);
const pages = join(CACHE, 'console');
run('npm', [
  'run',
  'build',
  '-w',
  '@rtcstats-server/console',
  '--silent',
  '--',
  '--logLevel',
  'warn',
  '--outDir',
  pages,
]);
for (const workspace of portable) stage(workspace, 'portable');
for (const workspace of packages.filter((it) => !portable.includes(it))) stage(workspace, 'server');

/** Compiles the modules that can be reached from the entry points, so tests and what they use are left out. */
function compile(name: string, members: readonly Workspace[], options: object): void {
  const entries = members.flatMap(({ directory, manifest }) =>
    [...Object.values(manifest.exports ?? {}), ...(manifest.name === SERVER ? ['src/main.ts'] : [])].map((path) =>
      join(directory, path),
    ),
  );
  const config = {
    extends: join(ROOT, 'tsconfig.build.json'),
    compilerOptions: { ...options, outDir: join(CACHE, name), paths: sourcesByName() },
    files: entries,
    include: members.flatMap(({ directory }) => STARTED_BY_PATH.map((pattern) => join(directory, pattern))),
    exclude: [],
  };
  const file = join(CACHE, `${name}.json`);
  writeFileSync(file, JSON.stringify(config));
  run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', file]);
}

/**
 * The entry points of the packages as sources, by the name that other packages import. Through the links in node_modules
 * the compiler may take a module for one of a foreign library, of which it writes no JavaScript; whether it does depends
 * on which import it follows first.
 */
function sourcesByName(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    packages.flatMap(({ directory, manifest }) =>
      Object.entries(manifest.exports ?? {}).map(([entry, path]) => [
        join(manifest.name, entry),
        [join(directory, path)],
      ]),
    ),
  );
}

function stage({ folder, directory, manifest }: Workspace, compiled: string): void {
  const dist = join(directory, 'dist');
  rmSync(dist, { recursive: true, force: true });
  cpSync(join(CACHE, compiled, folder, 'src'), join(dist, 'lib'), { recursive: true });
  cpSync(join(directory, 'README.md'), join(dist, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(dist, 'LICENSE'));
  if (manifest.name === SERVER) {
    cpSync(pages, join(dist, 'console'), { recursive: true });
    mkdirSync(join(dist, 'man'));
    const page = execFileSync(process.execPath, [join(directory, 'src/main.ts'), 'man']);
    writeFileSync(join(dist, MANUAL_PAGE), page);
  }
  // The compiler takes only TypeScript.
  for (const path of globSync('src/*.cjs', { cwd: directory })) {
    cpSync(join(directory, path), join(dist, compiledPath(path, '.js')));
  }
  // npm does this for an installed package; the container image runs the file as it is.
  for (const path of Object.values(manifest.bin ?? {})) chmodSync(join(dist, compiledPath(path, '.js')), 0o755);
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(publishedManifest(directory), null, 2)}\n`);
  console.log(`${manifest.name} ${manifest.version}: ${relative(ROOT, dist)}`);
}

/**
 * The package.json of a package with the compiled files in place of the sources, and without what only the checkout
 * needs.
 */
function publishedManifest(directory: string): object {
  const text = readFileSync(join(directory, 'package.json'), 'utf8');
  const parsed = JSON.parse(text) as Manifest & Record<string, unknown>;
  const { scripts: _, devDependencies: __, publishConfig, ...manifest } = parsed;
  return {
    ...manifest,
    engines: publishConfig?.engines,
    ...(manifest.bin && {
      bin: Object.fromEntries(Object.entries(manifest.bin).map(([name, path]) => [name, compiledPath(path, '.js')])),
    }),
    ...(manifest.name === SERVER && { man: `./${MANUAL_PAGE}` }),
    exports: {
      ...Object.fromEntries(
        Object.entries(manifest.exports ?? {}).map(([entry, path]) => [
          entry,
          { types: compiledPath(path, '.d.ts'), default: compiledPath(path, '.js') },
        ]),
      ),
      './package.json': './package.json',
    },
  };
}

/** `./src/reader.ts` → `./lib/reader.js` */
function compiledPath(path: string, extension: '.js' | '.d.ts'): string {
  return path.replace(/^(?:\.\/)?src\//, './lib/').replace(/\.ts$/, extension);
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
