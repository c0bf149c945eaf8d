import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { GatewayError } from '../errors/gateway-error.ts';

interface Entry {
  readonly source: string;
  readonly session: string;
}

/**
 * The list of what was imported, so that an interrupted import can be continued. An entry is written when the dump is
 * stored, before its row: if the process ends between the two, the last entry names a session that is not listed, and
 * that dump is imported again.
 */
export class ImportJournal {
  readonly #file: number;
  readonly #done = new Set<string>();

  private constructor(file: number) {
    this.#file = file;
  }

  /** @param isListed whether the catalog has a session */
  static async open(path: string, isListed: (session: string) => Promise<boolean>): Promise<ImportJournal> {
    try {
      const journal = new ImportJournal(openSync(path, 'a+', 0o600));
      const entries = parse(readFileSync(path, 'utf8'));
      const last = entries.at(-1);
      for (const { source } of entries) journal.#done.add(source);
      if (last !== undefined && !(await isListed(last.session))) journal.#done.delete(last.source);
      return journal;
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      throw new GatewayError('DATA_DIRECTORY_UNUSABLE', `${path} cannot be used (${code})`, { cause: error });
    }
  }

  has(source: string): boolean {
    return this.#done.has(source);
  }

  add(source: string, session: string): void {
    // The line break comes first, because the line of a process that was killed may lack its own.
    writeSync(this.#file, `\n${JSON.stringify({ source, session } satisfies Entry)}\n`);
    fsyncSync(this.#file);
    this.#done.add(source);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** A line that a crash cut off is ignored. */
function parse(text: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Entry];
    } catch {
      return [];
    }
  });
}
