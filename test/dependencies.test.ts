import { glob, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/**
 * Every package declares each dependency that its files import, including in tests, and no other. npm puts the packages
 * of a workspace into one node_modules, so an undeclared import works in the checkout and fails where the package is
 * installed.
 */

const ROOT = join(import.meta.dirname, '..');

/**
 * Declared packages that no file imports, and the reason for each. `@types/*` are accepted beside the package they
 * describe.
 */
const USED_WITHOUT_IMPORT: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'the command `biome` in `npm run check` and `npm run format`',
  '@ip-location-db/geo-whois-asn-country-mmdb': 'a database; geolocation.ts resolves the path of its file',
  '@types/node': 'the types of the built-in modules',
  cspell: 'the command `cspell` in `npm run check`',
  node: 'brings the Node.js that runs the commands and the tests',
  typescript: 'the command `tsc` in `npm run check`',
  'rtcstats-server': 'the command `rtcstats-server` in `npm start`',
  vite: 'the command `vite` in `npm run build`',
};

/** Static and dynamic imports, re-exports, and paths that are resolved at run time. */
const IMPORTS = [
  /^\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]/gm,
  /\b(?:import|require|require\.resolve|import\.meta\.resolve)\(\s*['"]([^'"]+)['"]/g,
  /\bcreateRequire\([^)]*\)(?:\.resolve)?\(\s*['"]([^'"]+)['"]/g,
];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** `a` of `a/b`, `@a/b` of `@a/b/c`; `undefined` for paths, built-in modules and what the bundler provides. */
function packageOf(specifier: string): string | undefined {
  if (/^[./#]/.test(specifier) || isBuiltin(specifier) || specifier.startsWith('virtual:')) return undefined;
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
}

async function importedPackages(patterns: readonly string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const path of glob([...patterns], { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] })) {
    const text = await readFile(join(ROOT, path), 'utf8');
    for (const [, specifier] of IMPORTS.flatMap((pattern) => [...text.matchAll(pattern)])) {
      const name = packageOf(specifier!);
      if (name !== undefined && !files.has(name)) files.set(name, path);
    }
  }
  return files;
}

async function manifestIn(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(ROOT, directory, 'package.json'), 'utf8')) as Manifest;
}

/** The packages that are imported without being declared, and those that are declared without being imported. */
async function mismatches(directory: string, patterns: readonly string[]) {
  const manifest = await manifestIn(directory);
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  const declared = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
  const imported = await importedPackages(patterns);
  const isUsed = (name: string): boolean =>
    imported.has(name) || imported.has(name.replace('@types/', '')) || name in USED_WITHOUT_IMPORT;
  return {
    undeclared: [...imported]
      .filter(([name]) => name !== manifest.name && !Object.hasOwn(declared, name))
      .map(([name, path]) => `${name}, imported in ${path}`),
    unused: Object.keys(declared).filter((name) => !isUsed(name)),
  };
}

const SOURCES = '*.{ts,tsx,js}';
const packages = await Array.fromAsync(glob('packages/*/package.json', { cwd: ROOT }), (path) => join(path, '..'));

it.each(packages.toSorted())('%s declares the packages that it imports, and no others', async (directory) => {
  expect(await mismatches(directory, [`${directory}/**/${SOURCES}`])).toEqual({ undeclared: [], unused: [] });
});

it('the workspace declares the packages that tests, benchmarks and the files beside them import, and no others', async () => {
  const patterns = [SOURCES, `test/**/${SOURCES}`, `bench/**/${SOURCES}`, `scripts/**/${SOURCES}`];
  expect(await mismatches('.', patterns)).toEqual({ undeclared: [], unused: [] });
});

it('declares the same version of a package everywhere', async () => {
  const versions = new Map<string, Set<string>>();
  for (const directory of ['.', ...packages]) {
    const { dependencies, devDependencies, optionalDependencies } = await manifestIn(directory);
    const declared = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(declared)) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
  }
  const different = [...versions].filter(([, of]) => of.size > 1).map(([name, of]) => `${name}: ${[...of].join(', ')}`);
  expect(different).toEqual([]);
});
