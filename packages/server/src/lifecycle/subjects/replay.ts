import { randomUUIDv7 } from 'node:crypto';
import type { Catalog } from '../../catalog/catalog.ts';
import type { ErasedSubject } from './contract.ts';
import type { SubjectFinder } from './finder.ts';
import type { Tombstones } from './tombstones.ts';

/** Erasures per query. */
const PAGE = 100;

export interface ReplayContext {
  readonly catalog: Pick<Catalog, 'sessions' | 'erasures'>;
  readonly finder: SubjectFinder;
  readonly tombstones: Tombstones;
  /** For the receipt. */
  readonly by: string;
}

/**
 * Brings tombstones and catalog together after one of them changed without the other: makes the tombstones that are
 * missing here, and begins the erasures again that the catalog does not know, because a backup was restored. Whoever
 * runs erasures then does the work.
 *
 * @param options.all looks for sessions of all tombstones, not only of those whose receipt is missing
 * @returns number of erasures that were begun and have something to remove
 */
export async function replayTombstones(context: ReplayContext, options: { readonly all: boolean }): Promise<number> {
  const { catalog, tombstones } = context;
  const known = new Set<string>();
  let before: string | undefined;
  for (;;) {
    const page = await catalog.erasures.list({ limit: PAGE, ...(before !== undefined && { before }) });
    for (const erasure of page) {
      known.add(erasure.id);
      if (!tombstones.has(erasure.id)) await tombstones.add(erasure);
    }
    if (page.length < PAGE) break;
    before = page.at(-1)!.id;
  }
  const replayed = tombstones.all.filter(({ id }) => options.all || !known.has(id));
  return replayed.length === 0 ? 0 : await beginAgain(context, replayed, known);
}

/** Reads all rows once, because the names of an erased subject are not known any more. */
async function beginAgain(
  { catalog, finder, tombstones, by }: ReplayContext,
  replayed: readonly ErasedSubject[],
  known: ReadonlySet<string>,
): Promise<number> {
  const ids = new Set(replayed.map(({ id }) => id));
  const names = new Map<string, Set<string>>();
  for await (const row of finder.all()) {
    for (const { id, kind } of tombstones.of(row)) {
      if (!ids.has(id)) continue;
      const found = names.get(id) ?? new Set<string>();
      found.add(row[kind] ?? row.id);
      if (kind === 'session') found.add(row.id);
      names.set(id, found);
    }
  }
  for (const subject of replayed) {
    const found = [...(names.get(subject.id) ?? [])];
    // A finished receipt is never changed: what was found later has one of its own.
    const isNew = !known.has(subject.id);
    if (!isNew && found.length === 0) continue;
    const id = isNew ? subject.id : randomUUIDv7();
    const { kind, hashes, requestedAt } = subject;
    await catalog.erasures.begin({ id, kind, hashes, requestedAt, subject: hashes[0] ?? '', names: found, by });
    if (found.length === 0) await catalog.erasures.finish(id, new Date().toISOString());
  }
  return names.size;
}
