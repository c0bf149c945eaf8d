import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const PUBLISHED_CONSOLE = join(import.meta.dirname, '../../console');
const CHECKOUT_CONSOLE = join(import.meta.dirname, '../../../console/dist');

/** The built pages: part of the published package; in a checkout, `npm ci` builds them in packages/console. */
export const CONSOLE_DIRECTORY = existsSync(PUBLISHED_CONSOLE) ? PUBLISHED_CONSOLE : CHECKOUT_CONSOLE;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface ConsoleFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
  /** Its name changes with its content, so whoever has it needs not ask again. */
  readonly immutable: boolean;
}

/**
 * The files of the console, read once, when the first page is asked for: a few hundred kilobytes. Only names that were
 * found in the directory can be asked for, so no path leads out of it.
 */
export class ConsoleFiles {
  readonly #directory: string;
  #files: Promise<ReadonlyMap<string, ConsoleFile>> | undefined;

  constructor(directory: string = CONSOLE_DIRECTORY) {
    this.#directory = directory;
  }

  /** `path`: as in the URL, `assets/index-C0ffee.js`. Undefined for what there is not, and when nothing was built. */
  async get(path: string): Promise<ConsoleFile | undefined> {
    this.#files ??= readAll(this.#directory);
    const files = await this.#files;
    // Built after the start, perhaps: looked for again at the next request.
    if (files.size === 0) this.#files = undefined;
    return files.get(path);
  }
}

async function readAll(directory: string): Promise<ReadonlyMap<string, ConsoleFile>> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const known = names.filter((name) => extname(name) in TYPES);
  const files = known.map(async (name): Promise<[string, ConsoleFile]> => {
    const bytes = await readFile(join(directory, name));
    const path = name.replaceAll('\\', '/');
    const type = TYPES[extname(name)]!;
    return [path, { type, bytes, gzipped: await promisify(gzip)(bytes), immutable: path.startsWith('assets/') }];
  });
  return new Map(await Promise.all(files));
}
