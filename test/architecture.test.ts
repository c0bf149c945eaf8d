import { describe, expect, it } from 'vitest';
import {
  cycles,
  folderOf,
  type Import,
  importsOf,
  isTestCode,
  lineCount,
  longComments,
  sourceFiles,
} from './architecture/imports.ts';
import {
  FORBIDDEN,
  GENERATED,
  LAYERS,
  MAX_COLUMNS,
  MAX_LINES,
  PACKAGES,
  VERIFIER_MAY_IMPORT_TYPES_OF,
} from './architecture/rules.ts';

const files = sourceFiles();
const production = files.filter((path) => !isTestCode(path));
const imports: readonly Import[] = production.flatMap(importsOf);
const own = imports.filter(({ to }) => to.startsWith('packages/'));

const packageOf = (path: string): string => path.split('/')[1]!;
const show = ({ from, to }: Import): string => `${from} imports ${to}`;

/** The layer of a folder, counted from the top; undefined when the table does not list it. */
function layerOf(name: string, folder: string): number | undefined {
  const inside = folder === name ? name : folder.slice(name.length + 1);
  const layer = LAYERS[name]!.findIndex((folders) => folders.includes(inside));
  return layer === -1 ? undefined : layer;
}

describe('the architecture', () => {
  it('has only the dependencies between packages that the table allows', () => {
    const wrong = own.filter(({ from, to }) => {
      const [a, b] = [packageOf(from), packageOf(to)];
      return a !== b && !PACKAGES[a]?.includes(b);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('reaches into another package only through its exports', () => {
    const wrong = own.filter(
      ({ from, to, specifier }) => packageOf(from) !== packageOf(to) && specifier.startsWith('.'),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it.each(Object.keys(LAYERS))('has no import in %s that points up or sideways', (name) => {
    const inside = own.filter(({ from, to }) => packageOf(from) === name && packageOf(to) === name);
    const wrong = inside.filter(({ from, to }) => {
      const [a, b] = [folderOf(from), folderOf(to)];
      if (a === b) return false;
      const [above, below] = [layerOf(name, a), layerOf(name, b)];
      return above === undefined || below === undefined || above >= below;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('lists every folder', () => {
    const unlisted = production.filter(
      (path) => LAYERS[packageOf(path)] !== undefined && layerOf(packageOf(path), folderOf(path)) === undefined,
    );
    expect(unlisted).toEqual([]);
  });

  it('has no cycle between folders', () => {
    expect(cycles(own.map(({ from, to }) => [folderOf(from), folderOf(to)]))).toEqual([]);
  });

  it('has no cycle between files, those of types included', () => {
    expect(cycles(own.map(({ from, to }) => [from, to]))).toEqual([]);
  });

  it.each(FORBIDDEN)('has no import from $from to $to, because $why', ({ from, to }) => {
    const wrong = own.filter((it) => folderOf(it.from) === from && folderOf(it.to) === to);
    expect(wrong.map(show)).toEqual([]);
  });

  it('has a verifier that imports only the types of policy and finding', () => {
    const folder = 'packages/privacy/src/verifier/';
    const outside = own.filter(({ from, to }) => from.startsWith(folder) && !to.startsWith(folder));
    const wrong = outside.filter(({ to, typeOnly }) => !(typeOnly && VERIFIER_MAY_IMPORT_TYPES_OF.includes(to)));
    expect(outside.length).toBeGreaterThan(0);
    expect(wrong.map(show)).toEqual([]);
  });

  it('imports test code in tests only', () => {
    expect(own.filter(({ to }) => isTestCode(to)).map(show)).toEqual([]);
  });

  it(`has no file above ${MAX_LINES} lines`, () => {
    const long = files.filter((path) => !GENERATED.includes(path) && lineCount(path) > MAX_LINES);
    expect(long).toEqual([]);
  });

  it(`wraps comments at ${MAX_COLUMNS} columns`, () => {
    const long = files.flatMap((path) => longComments(path, MAX_COLUMNS).map((line) => `${path}:${line}`));
    expect(long).toEqual([]);
  });
});

describe('the search for cycles', () => {
  it('finds one over several nodes, and none in a tree', () => {
    const tree: [string, string][] = [
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'd'],
      ['c', 'd'],
    ];
    expect(cycles(tree)).toEqual([]);
    expect(cycles([...tree, ['d', 'b']])).toEqual([['b', 'd']]);
    expect(cycles([...tree, ['d', 'a']])).toEqual([['a', 'b', 'c', 'd']]);
  });
});
