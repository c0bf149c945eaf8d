import type { AffectedDump, FindingOutcome, FindingsReport } from '@rtcstats-server/api';
import type { Catalog } from '../catalog/catalog.ts';

/** A dump with what the catalog knows about it; null where neither the catalog nor the findings say. */
export type CompletedDump = {
  readonly [Key in Exclude<keyof AffectedDump, 'forwarded'>]-?: Exclude<AffectedDump[Key], undefined>;
} & {
  /** Where it had been sent; null if that is not known. */
  readonly forwarded: NonNullable<AffectedDump['forwarded']> | null;
  /** Whether the catalog has the session. */
  readonly isKnown: boolean;
};

/** The facts that a breach is described by: the affected dumps and sums over them. No values and no excerpts. */
export interface BreachFacts {
  readonly findings: Omit<FindingsReport, 'dumps'>;
  /** The oldest first; those without a time last. */
  readonly dumps: readonly CompletedDump[];
  /** By data class: findings, and the dumps that have some. */
  readonly categories: readonly { readonly name: string; readonly findings: number; readonly dumps: number }[];
  /** Different users, by pseudonym. */
  readonly persons: number;
  /** Dumps whose user is not known: each is of at least one person. */
  readonly withoutPerson: number;
  readonly conferences: number;
  /** When the first and the last of the sessions started, ISO 8601; null if no time is known. */
  readonly from: string | null;
  readonly to: string | null;
  /** Since when the first of the dumps could be read, ISO 8601. */
  readonly storedSince: string | null;
  readonly recipients: readonly { readonly target: string; readonly dumps: number; readonly withdrawn: number }[];
  /** Dumps of which it is not known whether they were forwarded. */
  readonly withoutLedger: number;
  readonly outcomes: Readonly<Partial<Record<FindingOutcome, number>>>;
}

export interface BreachSources {
  readonly catalog: Pick<Catalog, 'sessions' | 'deliveries'>;
  /** `forward.endpoint` */
  readonly endpoint: string;
}

/** Completes the findings from the catalog, dump by dump, and adds them up. */
export async function readBreachFacts(report: FindingsReport, sources: BreachSources): Promise<BreachFacts> {
  const { dumps: affected, ...findings } = report;
  const dumps: CompletedDump[] = [];
  for (const dump of affected) dumps.push(await completed(dump, sources));
  dumps.sort((a, b) => order(a.startedAt, b.startedAt));
  const starts = dumps.flatMap(({ startedAt }) => startedAt ?? []);
  const stored = dumps.flatMap(({ storedAt }) => storedAt ?? []).toSorted();
  const names = (field: 'user' | 'conference'): Set<string> => new Set(dumps.flatMap((dump) => dump[field] ?? []));
  return {
    findings,
    dumps,
    categories: categoriesOf(dumps),
    persons: names('user').size,
    withoutPerson: dumps.filter(({ user }) => user === null).length,
    conferences: names('conference').size,
    from: starts[0] ?? null,
    to: starts.at(-1) ?? null,
    storedSince: stored[0] ?? null,
    recipients: recipientsOf(dumps),
    withoutLedger: dumps.filter(({ forwarded }) => forwarded === null).length,
    outcomes: countBy(dumps.map(({ outcome }) => outcome)),
  };
}

async function completed(dump: AffectedDump, { catalog, endpoint }: BreachSources): Promise<CompletedDump> {
  const row = await catalog.sessions.get(dump.session);
  return {
    ...dump,
    isKnown: row !== undefined,
    user: dump.user ?? row?.user ?? null,
    conference: dump.conference ?? row?.conference ?? null,
    startedAt: dump.startedAt ?? row?.startedAt ?? null,
    // A dump is stored when its session has ended.
    storedAt: dump.storedAt ?? row?.endedAt ?? null,
    forwarded: dump.forwarded ?? (await forwardedTo(dump.session, row !== undefined, { catalog, endpoint })),
  };
}

async function forwardedTo(
  session: string,
  isKnown: boolean,
  { catalog, endpoint }: BreachSources,
): Promise<CompletedDump['forwarded']> {
  const delivery = await catalog.deliveries.get(session);
  if (delivery === undefined) return isKnown ? [] : null;
  // Without an attempt nothing was sent; after a failed one a part may have arrived.
  if (delivery.attempts === 0) return [];
  return [{ target: endpoint, at: delivery.createdAt, withdrawn: delivery.state === 'withdrawn' }];
}

function categoriesOf(dumps: readonly CompletedDump[]): BreachFacts['categories'] {
  const sums = new Map<string, { name: string; findings: number; dumps: number }>();
  for (const [name, count] of dumps.flatMap(({ findings }) => Object.entries(findings))) {
    if (count === 0) continue;
    const sum = sums.get(name) ?? { name, findings: 0, dumps: 0 };
    sums.set(name, { name, findings: sum.findings + count, dumps: sum.dumps + 1 });
  }
  return [...sums.values()].sort((a, b) => b.findings - a.findings || (a.name < b.name ? -1 : 1));
}

function recipientsOf(dumps: readonly CompletedDump[]): BreachFacts['recipients'] {
  const sums = new Map<string, { target: string; dumps: number; withdrawn: number }>();
  for (const { target, withdrawn } of dumps.flatMap(({ forwarded }) => forwarded ?? [])) {
    const sum = sums.get(target) ?? { target, dumps: 0, withdrawn: 0 };
    sums.set(target, { target, dumps: sum.dumps + 1, withdrawn: sum.withdrawn + Number(withdrawn) });
  }
  return [...sums.values()].sort((a, b) => b.dumps - a.dumps);
}

function countBy<Name extends string>(names: readonly Name[]): Partial<Record<Name, number>> {
  const counts: Partial<Record<Name, number>> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function order(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
