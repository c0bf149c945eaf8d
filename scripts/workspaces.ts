import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/** The fields of a package.json that the scripts read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  /**
   * The Node.js that the published package needs. Not `engines`: npm would warn about it in the checkout, which brings
   * the Node.js that it runs on.
   */
  readonly publishConfig?: { readonly engines: { readonly node: string } };
  readonly bin?: Readonly<Record<string, string>>;
  /** Entry point → TypeScript file. */
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Workspace {
  /** The name of its folder in packages/. */
  readonly folder: string;
  /** Absolute path. */
  readonly directory: string;
  readonly manifest: Manifest;
}

export function workspaces(root: string = ROOT): Workspace[] {
  const paths = globSync('packages/*/package.json', { cwd: root }).sort();
  return paths.map((path) => {
    const directory = join(root, dirname(path));
    const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;
    return { folder: dirname(path).slice('packages/'.length), directory, manifest };
  });
}

/**
 * The packages that others can install: those that are not private.
 *
 * @throws Error when one of them depends on a private package, because nobody could install it
 */
export function publishedPackages(root: string = ROOT): Workspace[] {
  const all = workspaces(root);
  const privateNames = new Set(all.filter(({ manifest }) => manifest.private).map(({ manifest }) => manifest.name));
  const published = all.filter(({ manifest }) => !manifest.private);
  for (const { manifest } of published) {
    const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
    const wrong = names.find((name) => privateNames.has(name));
    if (wrong !== undefined) {
      throw new Error(
        `${manifest.name} depends on ${wrong}, which is private: publish both, or move it to devDependencies`,
      );
    }
  }
  return published;
}
