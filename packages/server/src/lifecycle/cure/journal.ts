import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { AffectedDump } from '@rtcstats-server/api';
import { GatewayError } from '../../errors/gateway-error.ts';
import { PRIVATE_FILE_MODE } from '../../files/private-files.ts';

/** A dump with findings, and where it was stored if it is of this gateway. */
export interface FoundDump extends AffectedDump {
  readonly storageKey?: string;
}

type Entry = { readonly found: FoundDump } | { readonly done: string };

/**
 * The findings of a run that is not finished, and what it has read. Each finding is on the disk before its dump is
 * replaced, because the replaced dump does not show it any more: after a kill -9 the next run goes on, and its report
 * is complete. Has no pseudonyms of sessions that the catalog knows; removed at the end of a complete run.
 */
export class CureJournal {
  readonly #path: string | null;
  readonly #file: number | null;
  readonly #found = new Map<string, FoundDump>();
  readonly #done = new Set<string>();

  private constructor(path: string | null, file: number | null) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the journal of a run, which an earlier process may have begun.
   *
   * @param run what distinguishes runs: policy, versions, source
   */
  static open(directory: string, run: readonly string[]): CureJournal {
    const name = createHash('sha256').update(JSON.stringify(run)).digest('hex').slice(0, 16);
    const path = join(directory, `${name}.jsonl`);
    try {
      const journal = new CureJournal(path, openSync(path, 'a+', PRIVATE_FILE_MODE));
      for (const entry of parse(readFileSync(path, 'utf8'))) journal.#add(entry);
      return journal;
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      throw new GatewayError('DATA_DIRECTORY_UNUSABLE', `${path} cannot be used (${code})`, { cause: error });
    }
  }

  /** A journal that writes nothing, for a dry run. */
  static inMemory(): CureJournal {
    return new CureJournal(null, null);
  }

  /** The dumps with findings, each once, with its last outcome. */
  get found(): ReadonlyMap<string, FoundDump> {
    return this.#found;
  }

  isDone(id: string): boolean {
    return this.#done.has(id);
  }

  /** Records the findings in a dump, and what was done about them. On the disk when it returns. */
  add(found: FoundDump): void {
    this.#write({ found });
  }

  /** Records that something was read and is not read again by this run. */
  done(id: string): void {
    this.#write({ done: id });
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }

  /** Removes the file, after the report of a complete run. */
  remove(): void {
    if (this.#path !== null) rmSync(this.#path, { force: true });
  }

  #write(entry: Entry): void {
    this.#add(entry);
    if (this.#file === null) return;
    // The line break comes first, because the line of a process that was killed may lack its own.
    writeSync(this.#file, `\n${JSON.stringify(entry)}\n`);
    fsyncSync(this.#file);
  }

  #add(entry: Entry): void {
    if ('done' in entry) this.#done.add(entry.done);
    else this.#found.set(entry.found.session, entry.found);
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
