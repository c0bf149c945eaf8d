import type { Risk } from '@rtcstats-server/api';
import type { SessionState } from '@rtcstats-server/api/states';
import { type Policy, policyHash } from '@rtcstats-server/privacy';
import type { Catalog } from '../catalog/catalog.ts';
import type { SessionReceipt } from '../catalog/sessions.ts';
import { measureRisk } from '../risk/measure-risk.ts';
import type { RiskSettings } from '../risk/remedies.ts';
import { readSample } from '../risk/sample.ts';
import type { CanaryEvidence } from './canary-evidence.ts';
import type { PublicSettings } from './public-settings.ts';
import { type Recipient, readRecipients } from './recipients.ts';
import { type DumpPeriods, type RetentionProof, readRetentionProof } from './retention-proof.ts';
import { MAX_COUNTED } from './words.ts';

/** Everything that a report is made from. No secrets, no names of people, and no values of small groups. */
export interface ReportFacts {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Version of the software. */
  readonly version: string;
  readonly policy: Policy;
  readonly policyHash: string;
  readonly settings: PublicSettings;
  /** Number of sessions by state; counting ends at `MAX_COUNTED`. */
  readonly sessions: Readonly<Record<SessionState, number>>;
  readonly sampled: SampledFigures;
  /** Findings by class in the newest dumps in quarantine, at most `MAX_QUARANTINED` of them. */
  readonly quarantineFindings: Counts;
  readonly risk: Risk;
  /** The targets that dumps were sent to, with the newest transfers. */
  readonly recipients: readonly Recipient[];
  readonly canary: CanaryEvidence | null;
  readonly holds: readonly LegalHold[];
  readonly retention: RetentionProof;
  /** Of the newest requests for erasure, at most `MAX_ERASURES` of them. */
  readonly erasures: ErasureFigures;
  /** The newest checkpoint of the audit log that this machine signed; null without one. */
  readonly checkpoint: AuditCheckpoint | null;
  /** The oldest first; null on a machine without the key. */
  readonly destroyedEpochs: readonly DestroyedKey[] | null;
}

/** A key epoch whose key was destroyed. */
export interface DestroyedKey {
  /** Id of the epoch, as in receipts. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** A legal hold without the name that is held, because a report names nobody. */
export interface LegalHold {
  readonly id: string;
  /** `user`, `conference` or `session` */
  readonly kind: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A signed checkpoint of the audit log. */
export interface AuditCheckpoint {
  /** Name of the log. */
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface ErasureFigures {
  readonly finished: number;
  /** Requests of which something remains to be erased. */
  readonly open: number;
}

export type Counts = Readonly<Record<string, number>>;

/** Figures about the sessions that the risk was measured on. */
export interface SampledFigures {
  /** Dumps that the verifier had read and found clean. */
  readonly verified: number;
  /** Sessions by version of the verifier, by version of the anonymizer and by policy. */
  readonly verifiers: Counts;
  readonly engines: Counts;
  readonly policies: Counts;
  /** Values replaced, by data class or operator rule. */
  readonly redactions: Counts;
  /** Dumps whose SHA-256 is recorded. */
  readonly hashed: number;
}

export const MAX_QUARANTINED = 1000;
export const MAX_ERASURES = 1000;

export interface FactSources {
  readonly catalog: Catalog;
  readonly privacy: RiskSettings;
  readonly settings: PublicSettings;
  readonly version: string;
  readonly canary: CanaryEvidence | null;
  readonly holds: readonly LegalHold[];
  /** `retention.dumps` and `retention.sessions` */
  readonly periods: DumpPeriods;
  readonly checkpoint: AuditCheckpoint | null;
  readonly destroyedEpochs: readonly DestroyedKey[] | null;
  /** Smallest group that does not count as small. */
  readonly k: number;
  readonly now: Date;
}

/** Reads the facts, in batches: the time depends on the size of the sample and not on that of the catalog. */
export async function readFacts(sources: FactSources): Promise<ReportFacts> {
  const { catalog, privacy, settings, version, canary, holds, periods, checkpoint, destroyedEpochs, k, now } = sources;
  const tally = new Tally();
  const sample = await readSample(catalog.figures, { onSession: (_, receipt) => tally.add(receipt) });
  const count = (state: SessionState): Promise<number> => catalog.figures.sessions(state, MAX_COUNTED);
  return {
    createdAt: now.toISOString(),
    version,
    policy: privacy.privacy,
    policyHash: policyHash(privacy.privacy),
    settings,
    sessions: {
      recording: await count('recording'),
      closed: await count('closed'),
      stored: await count('stored'),
      quarantined: await count('quarantined'),
      erased: await count('erased'),
    },
    sampled: tally.figures(),
    quarantineFindings: await quarantineFindings(catalog),
    risk: await measureRisk(sample, privacy, k, now),
    recipients: await readRecipients(catalog.ledger),
    canary,
    holds: holds.map(({ id, kind, reason, createdAt }) => ({ id, kind, reason, createdAt })),
    erasures: await readErasures(catalog),
    retention: await readRetentionProof(catalog, periods, now),
    checkpoint,
    destroyedEpochs: destroyedEpochs?.map(({ id, at }) => ({ id, at })) ?? null,
  };
}

async function readErasures({ erasures }: Catalog): Promise<ErasureFigures> {
  const receipts = await erasures.list({ limit: MAX_ERASURES });
  const open = receipts.filter(({ finishedAt }) => finishedAt === null).length;
  return { finished: receipts.length - open, open };
}

async function quarantineFindings({ sessions }: Catalog): Promise<Counts> {
  const findings = new Map<string, number>();
  const page = await sessions.list({ state: 'quarantined', limit: MAX_QUARANTINED });
  for (const { receipt } of page.sessions) addAll(findings, receipt.findingsByClass);
  return Object.fromEntries(findings);
}

/** Adds up receipts. */
class Tally {
  #verified = 0;
  #hashed = 0;
  readonly #verifiers = new Map<string, number>();
  readonly #engines = new Map<string, number>();
  readonly #policies = new Map<string, number>();
  readonly #redactions = new Map<string, number>();

  add({ verified, findings, sha256, verifier, engine, policy, redactions }: SessionReceipt): void {
    if (verified && findings === 0) this.#verified += 1;
    if (sha256) this.#hashed += 1;
    addAll(this.#verifiers, { [verifier ?? 'not recorded']: 1 });
    addAll(this.#engines, { [engine ?? 'not recorded']: 1 });
    addAll(this.#policies, { [policy]: 1 });
    addAll(this.#redactions, redactions);
  }

  figures(): SampledFigures {
    return {
      verified: this.#verified,
      hashed: this.#hashed,
      verifiers: Object.fromEntries(this.#verifiers),
      engines: Object.fromEntries(this.#engines),
      policies: Object.fromEntries(this.#policies),
      redactions: Object.fromEntries(this.#redactions),
    };
  }
}

function addAll(sums: Map<string, number>, counts: Readonly<Partial<Record<string, number>>>): void {
  for (const [name, count = 0] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
}
