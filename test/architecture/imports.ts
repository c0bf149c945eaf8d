import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** One import, as it stands in a source file. Paths are relative to the root of the repository. */
export interface Import {
  readonly from: string;
  /** A file of the repository, or the name of a package (`kysely`, `node:fs`). */
  readonly to: string;
  /** As it is written in the file. */
  readonly specifier: string;
  /** Whether it is erased at run time (`import type`). */
  readonly typeOnly: boolean;
}

const ROOT = join(import.meta.dirname, '../..');

/** Static imports and re-exports, in the form in which the formatter writes them. */
const STATEMENT = /^(?:import|export)(?<type> type)?\s[^'"]*?from '(?<from>[^']+)'|^import '(?<bare>[^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'(?<dynamic>[^']+)'\s*\)/g;

/** Files that production code must not import: they start servers, make up input or assert. */
export function isTestCode(path: string): boolean {
  return /\.test\.tsx?$|\/testing\/|\/corpus\/|^packages\/testing\//.test(path);
}

/** Every TypeScript file in the `src` folder of a package. */
export function sourceFiles(): string[] {
  return globSync('packages/*/src/**/*.{ts,tsx}', { cwd: ROOT }).sort();
}

export function lineCount(path: string): number {
  return readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n').length;
}

/** The numbers of the lines of comments that are longer than `columns`. The formatter wraps code but not comments. */
export function longComments(path: string, columns: number): number[] {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  return [...lines.entries()].filter(([, line]) => isLongComment(line, columns)).map(([index]) => index + 1);
}

function isLongComment(line: string, columns: number): boolean {
  return /^\s*(?:\/\/|\/?\*)/.test(line) && [...line].length > columns;
}

/** All imports of a file; those of a workspace package lead to the file that the package's `exports` name. */
export function importsOf(path: string): Import[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const found: Import[] = [];
  for (const { groups } of [...text.matchAll(STATEMENT), ...text.matchAll(DYNAMIC)]) {
    const specifier = groups?.['from'] ?? groups?.['bare'] ?? groups?.['dynamic'] ?? '';
    const to = specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : workspaceFile(specifier);
    found.push({ from: path, to, specifier, typeOnly: groups?.['type'] !== undefined });
  }
  return found;
}

const workspaces: ReadonlyMap<string, { readonly folder: string; readonly exports: Readonly<Record<string, string>> }> =
  new Map(
    globSync('packages/*/package.json', { cwd: ROOT }).map((path) => {
      const { name, exports = {} } = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as {
        name: string;
        exports?: Record<string, string | { default: string }>;
      };
      const files = Object.entries(exports).map(([key, target]) => [
        key,
        typeof target === 'string' ? target : target.default,
      ]);
      return [name, { folder: dirname(path), exports: Object.fromEntries(files) as Record<string, string> }];
    }),
  );

function workspaceFile(specifier: string): string {
  for (const [name, { folder, exports }] of workspaces) {
    if (specifier !== name && !specifier.startsWith(`${name}/`)) continue;
    const key = `.${specifier.slice(name.length)}`;
    const target = exports[key] ?? exports['./*']?.replace('*', key.slice(2));
    if (target === undefined) throw new Error(`${specifier} is not in the exports of ${name}`);
    return normalize(join(folder, target));
  }
  return specifier;
}

/** `packages/server/src/catalog/migrations/001.ts` is in the folder `server/catalog/migrations`. */
export function folderOf(path: string): string {
  return dirname(relative('packages', path)).replace(/\/src(?=\/|$)/, '');
}

/** Groups of nodes that reach each other (Tarjan's algorithm), each with more than one member. */
export function cycles(edges: Iterable<readonly [string, string]>): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    if (!targets.has(from)) targets.set(from, new Set());
    targets.get(from)!.add(to);
  }
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of targets.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) found.push(group.sort());
  };
  for (const node of targets.keys()) if (!index.has(node)) visit(node);
  return found;
}
