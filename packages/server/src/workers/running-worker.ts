import { join } from 'node:path';
import { openBackEnds, type RowCatalog } from '../composition/back-ends.ts';
import { createFinishing } from '../composition/finishing.ts';
import { type Intake, openIntake } from '../composition/intake.ts';
import type { ShutdownHooks } from '../composition/shutdown-hooks.ts';
import { DataDirectory } from '../files/data-directory.ts';
import { openTombstones } from '../lifecycle/subjects/tombstones.ts';
import type { OpenLog } from '../log/create-log.ts';
import { Counts } from '../metrics/counts.ts';
import { type MetricObject, Metrics } from '../metrics/metrics.ts';
import type { ListenAddress } from '../net/listen.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import type { PrimaryMethods, WorkerFigures, WorkerStart } from './contract.ts';
import { dumpKeysOver } from './dump-keys.ts';

/** A worker that accepts clients. */
export interface RunningWorker {
  readonly address: ListenAddress;
  figures(): WorkerFigures;
  metrics(): Promise<MetricObject[]>;
  erase: Intake['erase'];
}

/** Stages 1 to 4 of the composition (gateway/gateway.ts), with the primary's catalog and forwarding. */
export async function startWorker(
  { config, slot }: WorkerStart,
  primary: PrimaryMethods,
  hooks: ShutdownHooks,
  { log, output }: OpenLog,
): Promise<RunningWorker> {
  const directory = DataDirectory.claim(join(config.dataDirectory, 'spool', String(slot)));
  hooks.add(() => directory.release());
  const counts = new Counts();
  const keys = openPseudonymKeys(config, { create: false });
  const sessions: RowCatalog['sessions'] = {
    put: (row, analysis) => primary.put(analysis === undefined ? { row } : { row, analysis }),
  };
  const dumpKeys = dumpKeysOver((call) => primary.dumpKeys(call));
  const backEnds = await openBackEnds(
    { config, keys, counts, catalog: { sessions, dumpKeys }, owner: false, log },
    hooks,
  );
  const tombstones = await openTombstones(config, keys, { create: false });
  const { queue, finishMetrics } = createFinishing(backEnds, (delivery) => primary.deliver(delivery), {
    has: (session) => tombstones.of(session).length > 0,
    discarded: (id) => primary.discarded(id),
  });
  const intake = await openIntake({ ...backEnds, queue, tombstones, ownSpoolDirectory: directory.path });
  hooks.addSelfLimiting((milliseconds) => intake.stop(milliseconds));
  const pendingSessions = (): number => queue.size + intake.pendingSessions;
  const metrics = new Metrics(counts, finishMetrics, {
    connections: () => intake.connections,
    pendingSessions,
    stallSeconds: () => intake.stallSeconds,
    forwardPaused: () => false,
    droppedLogLines: () => output.dropped,
  });
  return {
    address: await intake.listen(),
    figures: () => ({
      connections: intake.connections,
      pendingSessions: pendingSessions(),
      stallSeconds: intake.stallSeconds,
      shortage: intake.shortage,
    }),
    metrics: () => metrics.json(),
    erase: (subject, ids) => intake.erase(subject, ids),
  };
}
