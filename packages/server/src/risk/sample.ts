import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Figures, SampledSession } from '../catalog/figures.ts';
import type { SessionReceipt } from '../catalog/sessions.ts';
import { type Facts, factsOf } from './facts.ts';

/** The most sessions that are read: enough for shares to within a percent, and read in a second or two. */
export const MAX_SESSIONS = 5000;
/** The most text of analyses that is read, in UTF-16 code units; an analysis has some 20,000, and at most a million. */
const MAX_TEXT = 200 * 1024 * 1024;
/** A page of the longest analyses has 20 MiB. */
const PAGE = 20;

/** The newest stored sessions, with what stays of their participants. The arrays have one entry per session. */
export interface Sample {
  readonly facts: readonly Facts[];
  /** The pseudonym of the user, null where it is not known. */
  readonly persons: readonly (string | null)[];
  /** The policy that each was recorded under: preset and hash. */
  readonly policies: readonly string[];
  readonly maxSessions: number;
  /** Whether there are no further stored sessions. */
  readonly complete: boolean;
}

export interface SampleOptions {
  readonly maxSessions?: number;
  /** Called with every session that is read, for other figures about the same sessions. */
  readonly onSession?: (session: SampledSession, receipt: SessionReceipt) => void;
}

/** Reads the sample page by page, and lets other work of the process run in between. */
export async function readSample(
  figures: Pick<Figures, 'newest'>,
  { maxSessions = MAX_SESSIONS, onSession = () => {} }: SampleOptions = {},
): Promise<Sample> {
  const facts: Facts[] = [];
  const persons: (string | null)[] = [];
  const policies: string[] = [];
  const read = { facts, persons, policies, maxSessions };
  let text = 0;
  let after: SampledSession | undefined;
  while (facts.length < maxSessions && text < MAX_TEXT) {
    const limit = Math.min(PAGE, maxSessions - facts.length);
    const page = await figures.newest({ limit, ...(after !== undefined && { after }) });
    for (const session of page) {
      const receipt = JSON.parse(session.receipt) as SessionReceipt;
      facts.push(factsOf(session));
      persons.push(session.user);
      policies.push(receipt.policy);
      onSession(session, receipt);
      text += session.document?.length ?? 0;
      await nextTurn();
    }
    if (page.length < limit) return { ...read, complete: true };
    after = page.at(-1);
  }
  const next = await figures.newest({ limit: 1, ...(after !== undefined && { after }) });
  return { ...read, complete: next.length === 0 };
}
