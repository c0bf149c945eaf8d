import type { SessionState } from '@rtcstats-server/api/states';
import type { Catalog } from '../catalog/catalog.ts';
import { moment } from './words.ts';

/** Evidence that data is removed when its time is over. Held data may be older. */
export interface RetentionProof {
  /** Before this time nothing is removed, because retention has just been set up; null: it removes. ISO 8601. */
  readonly removesFrom: string | null;
  /** The oldest of each kind; kinds of which there are none are left out. */
  readonly oldest: readonly OldestData[];
}

export interface OldestData {
  readonly what: string;
  /** When its session started, ISO 8601. */
  readonly startedAt: string;
  /** Whether it should have been removed, `LATENESS_MS` ago or earlier. */
  readonly isOverdue: boolean;
}

/** Milliseconds; null: kept forever. */
export interface DumpPeriods {
  readonly dumps: number | null;
  readonly sessions: number | null;
}

/** A pass runs every hour and takes some time. */
const LATENESS_MS = 2 * 3_600_000;

export async function readRetentionProof(catalog: Catalog, periods: DumpPeriods, now: Date): Promise<RetentionProof> {
  const removesFrom = (await catalog.retention.removesFrom()) ?? null;
  const oldest = async (state: SessionState): Promise<string | undefined> => await catalog.figures.oldest(state);
  const found: readonly (readonly [what: string, startedAt: string | undefined, period: number | null])[] = [
    ['stored dump', await oldest('stored'), periods.dumps],
    ['dump in quarantine', await oldest('quarantined'), periods.dumps],
    ['session in the catalog', await catalog.sessions.oldestStart(), periods.sessions],
  ];
  const isRemoving = removesFrom === null || Date.parse(removesFrom) <= now.getTime();
  return {
    removesFrom: isRemoving ? null : removesFrom,
    oldest: found.flatMap(([what, startedAt, period]): OldestData[] => {
      if (startedAt === undefined) return [];
      const isOverdue = isRemoving && period !== null && Date.parse(startedAt) + period + LATENESS_MS < now.getTime();
      return [{ what, startedAt, isOverdue }];
    }),
  };
}

/** The proof in words: `oldest stored dump from 2026-03-01 10:00 UTC`. */
export function proofText({ oldest, removesFrom }: RetentionProof): string {
  const texts = oldest.map(
    ({ what, startedAt, isOverdue }) =>
      `oldest ${what} from ${moment(startedAt)}${isOverdue ? ' (OVERDUE, or held)' : ''}`,
  );
  if (removesFrom !== null) texts.push(`nothing is removed before ${moment(removesFrom)}`);
  return texts.length === 0 ? 'there is no data' : texts.join('; ');
}
