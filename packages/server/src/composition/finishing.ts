import type { Policy } from '@rtcstats-server/privacy';
import type { Config } from '../config/config.ts';
import { type ErasedSessions, FINISH_STEPS, Finisher, type ForwardGate } from '../finish/finisher.ts';
import type { DumpVerifier } from '../finish/pack.ts';
import { FinishQueue } from '../finish/queue.ts';
import { VerifierThreads } from '../finish/verifier-threads.ts';
import { forwardGate } from '../forward/open.ts';
import { FinishMetrics } from '../metrics/finish-metrics.ts';
import { policyNamed } from '../session/session-policies.ts';
import { dumpPlaces } from '../storage/place.ts';
import type { BackEnds, RowCatalog } from './back-ends.ts';

/** Stage 2: what takes a closed session to the storage. */
export interface Finishing {
  /** Stopped by the intake (stage 3), which closes the sessions that end up in it first. */
  readonly queue: FinishQueue;
  readonly finishMetrics: FinishMetrics;
}

/**
 * @param deliver adds the delivery of a dump that is forwarded; called again when finishing is repeated
 * @param erased absent where nobody can be erased
 */
export function createFinishing(
  { config, keys, counts, catalog, storage, quarantine, log }: BackEnds<RowCatalog>,
  deliver: ForwardGate['deliver'],
  erased?: ErasedSessions,
): Finishing {
  const finishMetrics = new FinishMetrics(counts, FINISH_STEPS);
  const forward = forwardGate(config.forward, keys, deliver);
  const finisher = new Finisher({
    catalog: catalog.sessions,
    storage,
    quarantine,
    host: config.server.hostIdentifier,
    placeOf: dumpPlaces(config),
    compression: config.storage.compression,
    createVerifier: verifiersOf(config),
    analyzes: config.insights.enabled,
    observer: finishMetrics,
    ...(forward && { forward }),
    ...(erased && { erased }),
  });
  return { queue: new FinishQueue(finisher, log), finishMetrics };
}

/**
 * Makes verifiers for dumps, by the name of the policy that a dump was recorded under, its size if known, and whether
 * it is analyzed as well.
 */
export function verifiersOf({
  privacy,
}: Pick<Config, 'privacy'>): (policy: string, bytes?: number, analyze?: boolean) => DumpVerifier {
  const threads = new VerifierThreads();
  // By name, because the verifiers prepare their detectors once per policy object.
  const policies = new Map<string, Policy>();
  return (name, bytes, analyze) => {
    const policy = policies.get(name) ?? policyNamed(name, privacy);
    policies.set(name, policy);
    return threads.verifier(policy, bytes, analyze);
  };
}
