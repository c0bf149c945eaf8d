import type { FastifyInstance } from 'fastify';
import { adminTokens } from '../admin/admin-tokens.ts';
import { gatewayChecks } from '../admin/checks.ts';
import { Readiness } from '../admin/readiness.ts';
import { createAdminServer } from '../admin/server.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { AuditReader } from '../audit/audit-reader.ts';
import { AuditVerifier } from '../audit/audit-verifier.ts';
import { signToken } from '../auth/sign-token.ts';
import { CanaryRuns } from '../canary/runs.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { BackEnds } from '../composition/back-ends.ts';
import { verifiersOf } from '../composition/finishing.ts';
import type { Intake } from '../composition/intake.ts';
import type { Config } from '../config/config.ts';
import { DeliveryService } from '../forward/delivery-service.ts';
import type { Forwarder } from '../forward/forwarder.ts';
import { releaseSession } from '../lifecycle/release.ts';
import type { SessionRemoval } from '../lifecycle/removal.ts';
import { Sessions } from '../lifecycle/sessions.ts';
import { exportSubject } from '../lifecycle/subjects/export.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Overviews } from '../overview/overviews.ts';
import { RangeComparison } from '../overview/range-comparison.ts';
import { RiskMeter } from '../risk/risk-meter.ts';
import { liveDump } from '../spool/live-dump.ts';
import { dumpPlaces } from '../storage/place.ts';
import type { Erasures } from './erasures.ts';

/** Lifetime of the token that the console's "try it" page gets for a call, in seconds. */
const TRY_IT_TOKEN_SECONDS = 600;

/** The results of the earlier stages that the admin listener shows or acts on. */
export interface AdminParts extends BackEnds<Catalog> {
  readonly audit: AuditLog;
  readonly sessions: Sessions;
  readonly erasures: Erasures;
  /** `undefined` where nothing is forwarded. */
  readonly forwarder: Forwarder | undefined;
  readonly intake: Intake;
  readonly metrics: Metrics;
  /** Whether the gateway is stopping; read on every readiness check. */
  stopping(): boolean;
}

/** Stage 5: console, API, metrics and readiness, for operators. */
export interface AdminListener {
  /** Not listening yet. */
  readonly app: FastifyInstance;
  readonly canary: CanaryRuns;
}

/** The stored sessions, for operators. */
export function createSessions(
  { config, catalog, storage, quarantine, keys }: BackEnds<Catalog>,
  removal: SessionRemoval,
): Sessions {
  const host = config.server.hostIdentifier;
  return new Sessions({ catalog, storage, quarantine, host, createVerifier: verifiersOf(config), removal, keys });
}

export function createAdminListener(parts: AdminParts): AdminListener {
  const {
    config,
    keys,
    counts,
    catalog,
    storage,
    quarantine,
    budget,
    sessions,
    erasures,
    spoolDirectory,
    forwarder,
    intake,
    metrics,
    audit,
    log,
  } = parts;
  const { dataDirectory } = config;
  const host = config.server.hostIdentifier;
  const placeOf = dumpPlaces(config);
  const createVerifier = verifiersOf(config);
  const deliveries = new DeliveryService({ catalog, enabled: config.forward.mode !== 'off', forwarder });
  const room = () => budget.shortage ?? intake.shortage;
  const overview = new Overviews(catalog.rollups, config.insights);
  const comparison = new RangeComparison(catalog.rollups, config.insights);
  const risk = new RiskMeter({ figures: catalog.figures, settings: config });
  const checks = gatewayChecks({ spoolDirectory, room, catalog, storage, forwarder });
  const address = () => intake.address;
  const canary = new CanaryRuns({ config, dataDirectory, keys, sessions, deliveries, metrics, address, log });
  const app = createAdminServer({
    sessions,
    deliveries,
    overview,
    comparison,
    risk,
    policy: config.privacy,
    tokens: adminTokens(config.admin),
    audit,
    auditReader: new AuditReader(catalog.audit),
    auditVerifier: new AuditVerifier(catalog.audit, dataDirectory),
    publicPort: () => intake.address?.port,
    canary,
    live: (id, from) => liveDump(spoolDirectory, id, from),
    subjects: {
      erasures: erasures.service,
      receipts: catalog.erasures,
      export: (subject) =>
        exportSubject(
          { sessions, catalog, finder: erasures.finder, live: (id) => liveDump(spoolDirectory, id, 0) },
          subject,
        ),
    },
    release: (id) =>
      releaseSession(id, {
        catalog: catalog.sessions,
        storage,
        quarantine,
        dataDirectory,
        host,
        placeOf,
        createVerifier: (policy, analyze) => createVerifier(policy, undefined, analyze),
        analyzes: config.insights.enabled,
        onAnalyzed: (analysis) => counts.analyzed(analysis),
      }),
    tryIt: {
      tokenRequired: isTokenRequired(config.authorization),
      sign: (conference) => signToken(config.authorization, { conference, forward: false }, TRY_IT_TOKEN_SECONDS),
    },
    readiness: new Readiness(() => parts.stopping(), checks),
    metrics,
    log,
  });
  return { app, canary };
}

function isTokenRequired({ jwtSecret, publicKey, jwksUrl, required }: Config['authorization']): boolean {
  return required ?? (jwtSecret !== undefined || publicKey !== undefined || jwksUrl !== undefined);
}
