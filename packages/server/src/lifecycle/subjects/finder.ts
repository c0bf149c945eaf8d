import type { Catalog } from '../../catalog/catalog.ts';
import type { ListedSession, SessionRow } from '../../catalog/sessions.ts';
import type { PseudonymKeys } from '../../pseudonyms/pseudonym-keys.ts';
import { subjectNames } from '../../pseudonyms/subject-names.ts';
import type { Subject } from './contract.ts';

/** Rows per query. */
const PAGE = 500;
/**
 * How long before the oldest session of the catalog the key epochs begin whose pseudonyms are computed, in
 * milliseconds: a backup that is restored one day may have sessions that retention has removed since.
 */
const BACKUPS_MS = 400 * 24 * 3_600_000;

/** Finds the sessions of people and calls in the catalog. */
export class SubjectFinder {
  readonly #catalog: Pick<Catalog, 'sessions'>;
  readonly #keys: PseudonymKeys | null;

  /** @param keys null: pseudonyms cannot be computed, and a subject is found only by the name in the catalog */
  constructor(catalog: Pick<Catalog, 'sessions'>, keys: PseudonymKeys | null) {
    this.#catalog = catalog;
    this.#keys = keys;
  }

  /** Number of epochs whose pseudonyms cannot be computed any more. */
  get destroyedEpochs(): number {
    return this.#keys?.destroyed ?? 0;
  }

  /** The names that a subject can have in the catalog and in backups of it; the given one comes first. */
  async names({ kind, name }: Subject): Promise<readonly string[]> {
    if (this.#keys === null) return [name];
    const to = Date.now();
    const oldest = await this.#catalog.sessions.oldestStart();
    const from = (oldest === undefined ? to : Math.min(to, Date.parse(oldest))) - BACKUPS_MS;
    return subjectNames(kind, name, this.#keys, { from: Math.max(0, from), to });
  }

  /**
   * The names without the given one if no session has it, because the policy replaces it: then it must not be written
   * anywhere.
   */
  async withoutReplaced({ kind, name }: Subject, names: readonly string[]): Promise<readonly string[]> {
    const isUsed = await this.#isUsed(kind, name);
    return isUsed ? names : names.filter((other) => other !== name);
  }

  async #isUsed(kind: Subject['kind'], name: string): Promise<boolean> {
    if (kind === 'session' && (await this.#catalog.sessions.get(name))) return true;
    return (await this.#catalog.sessions.list({ [kind]: name, limit: 1 })).sessions.length > 0;
  }

  /** The sessions with one of these names, newest first. For `session`, the id of the gateway counts as a name. */
  async *sessions(kind: Subject['kind'], names: readonly string[]): AsyncGenerator<SessionRow, void> {
    if (kind === 'session') {
      for (const name of names) {
        const row = isSessionId(name) ? await this.#catalog.sessions.get(name) : undefined;
        if (row) yield row;
      }
    }
    yield* this.#pages({ [kind]: names });
  }

  /** All sessions, newest first. */
  async *all(): AsyncGenerator<SessionRow, void> {
    yield* this.#pages({});
  }

  async *#pages(query: Readonly<Record<string, readonly string[]>>): AsyncGenerator<ListedSession, void> {
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Catalog['sessions']['list']>> = await this.#catalog.sessions.list({
        ...query,
        limit: PAGE,
        ...(cursor !== null && { cursor }),
      });
      yield* page.sessions;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
}

/** Whether it has the form of an id, so that it is worth a query. */
function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
