import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { BackEnds } from '../composition/back-ends.ts';
import type { Intake } from '../composition/intake.ts';
import type { Forwarder } from '../forward/forwarder.ts';
import { SessionRemoval } from '../lifecycle/removal.ts';
import { SubjectFinder } from '../lifecycle/subjects/finder.ts';
import { ErasureJob } from '../lifecycle/subjects/job.ts';
import { ErasureRunner } from '../lifecycle/subjects/runner.ts';
import { ErasureService } from '../lifecycle/subjects/service.ts';
import type { Tombstones } from '../lifecycle/subjects/tombstones.ts';

/** Gateways look for erasures every second; with three times as long, one that is busy has seen it as well. */
const SHARED_CATALOG_MS = 3000;

export interface ErasureParts extends BackEnds<Catalog> {
  readonly removal: SessionRemoval;
  readonly tombstones: Tombstones;
  readonly intake: Intake;
  readonly forwarder: Forwarder | undefined;
  readonly audit: AuditLog;
}

export function createRemoval({ config, catalog, storage, quarantine }: BackEnds<Catalog>): SessionRemoval {
  const { dataDirectory, server } = config;
  return new SessionRemoval({
    catalog,
    storage,
    quarantine,
    host: server.hostIdentifier,
    dataDirectory,
    holder: server.hostIdentifier,
  });
}

export interface Erasures {
  readonly finder: SubjectFinder;
  readonly service: ErasureService;
  readonly job: ErasureJob;
}

/** The erasures of a gateway: the job that does the work, and the service that begins them. */
export function createErasures(parts: ErasureParts): Erasures {
  const { config, keys, catalog, removal, tombstones, intake, forwarder, audit, log } = parts;
  const host = config.server.hostIdentifier;
  const finder = new SubjectFinder(catalog, keys);
  const runner = new ErasureRunner({
    catalog,
    finder,
    removal: {
      remove: async (row, reason) => {
        const report = await removal.remove(row, reason);
        // A dump that was forwarded is deleted there now.
        if (report.places.deliveries === 'pending') forwarder?.wake();
        return report;
      },
    },
    tombstones,
    unfinished: intake,
    host,
    // The same in every process of this gateway, so that the next one need not wait until the claim of a killed one
    // ends.
    claimant: `gateway:${host}`,
    audit,
    minOpenMs: config.catalog.type === 'postgres' ? SHARED_CATALOG_MS : 0,
  });
  const job = new ErasureJob({ catalog, finder, tombstones, runner, by: 'replay', log });
  const service = new ErasureService({ catalog, finder, tombstones, host, audit, run: (id) => job.finish(id) });
  return { finder, service, job };
}
