import { type AffectedDump, FINDINGS_FORMAT, type FindingsReport } from '@rtcstats-server/api';
import { VERIFIER } from '@rtcstats-server/privacy/verifier';
import type { Catalog } from '../../catalog/catalog.ts';
import type { FoundDump } from './journal.ts';

export interface FindingsContext {
  readonly catalog: Pick<Catalog, 'sessions' | 'deliveries'>;
  /** `forward.endpoint` */
  readonly endpoint: string;
}

/**
 * The report of a run, with what the catalog knows about each session. Sessions that were removed since are left out.
 */
export async function findingsReport(
  found: Iterable<FoundDump>,
  run: Pick<FindingsReport, 'policy' | 'read' | 'unreadable' | 'measures'> & { readonly areStored: boolean },
  context: FindingsContext,
): Promise<FindingsReport> {
  const { areStored, ...figures } = run;
  const dumps: AffectedDump[] = [];
  for (const { storageKey: _, ...dump } of found) {
    const affected = areStored ? await completed(dump, context) : dump;
    if (affected !== undefined) dumps.push(affected);
  }
  return { format: FINDINGS_FORMAT, createdAt: new Date().toISOString(), verifier: VERIFIER, ...figures, dumps };
}

async function completed(dump: AffectedDump, context: FindingsContext): Promise<AffectedDump | undefined> {
  const row = await context.catalog.sessions.get(dump.session);
  if (row === undefined) return undefined;
  const { user, conference, startedAt } = row;
  // A dump is stored when its session has ended.
  return { ...dump, user, conference, startedAt, storedAt: row.endedAt, forwarded: await transfersOf(row.id, context) };
}

async function transfersOf(
  session: string,
  { catalog, endpoint }: FindingsContext,
): Promise<NonNullable<AffectedDump['forwarded']>> {
  const delivery = await catalog.deliveries.get(session);
  // Without an attempt nothing was sent; after a failed one a part may have arrived.
  if (delivery === undefined || delivery.attempts === 0) return [];
  return [{ target: endpoint, at: delivery.createdAt, withdrawn: delivery.state === 'withdrawn' }];
}
