import { randomBytes } from 'node:crypto';
import { type CanaryReport, FAULTS, type PlaceReport, runCanary } from '@rtcstats-server/canary';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DeliveryService } from '../forward/delivery-service.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { errorFields, type Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { hostForUrl } from '../net/host-for-url.ts';
import type { ListenAddress } from '../net/listen.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { canaryDataDirectory, canarySessions } from './adapters.ts';
import { withGatewayErrors } from './canary-errors.ts';
import { canaryToken, conferenceNames, type ExpectedConfig } from './expected.ts';

/** Milliseconds to wait for the handshake, and as long again for the dump. */
const TIMEOUT_MS = 30_000;

/** A place with a fault. The planted value itself is not in the report, so it never leaves the gateway. */
export type CanaryFault = Pick<PlaceReport, 'place' | 'classes' | 'outcome' | 'foundIn'>;

export interface CanarySummary extends Pick<CanaryReport, 'clean' | 'session' | 'state' | 'counts' | 'lost'> {
  readonly searched: Pick<CanaryReport['searched'], 'files' | 'bytes' | 'olderFiles' | 'unreadable' | 'whileRecording'>;
  readonly faults: readonly CanaryFault[];
}

/** The response of `GET /api/canary`: the current run, or the last one since the gateway started. */
export interface CanaryState {
  readonly running: boolean;
  /** ISO 8601 in UTC, like `finishedAt`. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly report: CanarySummary | null;
  /** Why the canary could not be completed. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The parts of the configuration that a canary depends on. */
export interface CanaryConfig extends ExpectedConfig {
  readonly server: {
    readonly allowedOrigins: readonly string[];
    readonly limits: { readonly messagesPerSecond: number };
  };
}

export interface CanaryRunsOptions {
  readonly config: CanaryConfig;
  readonly dataDirectory: string;
  readonly keys: PseudonymKeys;
  readonly sessions: Pick<Sessions, 'list' | 'text' | 'delete'>;
  readonly deliveries: Pick<DeliveryService, 'changed'>;
  readonly metrics: Pick<Metrics, 'text'>;
  /** The address of the public listener, `undefined` until it listens. */
  address(): ListenAddress | undefined;
  readonly log: Log;
}

const NEVER_RUN: CanaryState = { running: false, startedAt: null, finishedAt: null, report: null, error: null };

/** Runs canaries against this gateway, one at a time: each connects to the public listener as a client does. */
export class CanaryRuns {
  readonly #options: CanaryRunsOptions;
  readonly #stopping = new AbortController();
  #state = NEVER_RUN;

  constructor(options: CanaryRunsOptions) {
    this.#options = options;
  }

  get state(): CanaryState {
    return this.#state;
  }

  /** Starts a run in the background. @throws GatewayError CANARY_RUNNING, TRY_AGAIN_LATER */
  start(): CanaryState {
    if (this.#state.running) throw new GatewayError('CANARY_RUNNING');
    const address = this.#options.address();
    if (address === undefined || this.#stopping.signal.aborted) {
      throw new GatewayError('TRY_AGAIN_LATER', 'The public listener does not accept connections');
    }
    this.#state = { ...NEVER_RUN, running: true, startedAt: new Date().toISOString() };
    void this.#run(new URL(`ws://${hostForUrl(address.host)}:${address.port}`));
    return this.#state;
  }

  /** Aborts the current run without waiting for it. Its session is finished like any other, and is not deleted. */
  stop(): void {
    this.#stopping.abort();
  }

  async #run(url: URL): Promise<void> {
    const { log } = this.#options;
    let result: Pick<CanaryState, 'report' | 'error'>;
    try {
      const report = await withGatewayErrors(() => this.#runCanary(url));
      result = { report: summaryOf(report), error: null };
      const { clean, session, counts, lost } = report;
      log[clean ? 'info' : 'error']({ session, clean, leaked: counts.leaked, changed: counts.changed, lost }, 'canary');
    } catch (thrown) {
      if (this.#stopping.signal.aborted) return;
      log.warn(errorFields(thrown), 'the canary could not be completed');
      const { code, message } = thrown instanceof GatewayError ? thrown : new GatewayError('INTERNAL');
      result = { report: null, error: { code, message } };
    }
    this.#state = { ...this.#state, ...result, running: false, finishedAt: new Date().toISOString() };
  }

  async #runCanary(url: URL): Promise<CanaryReport> {
    const { config, dataDirectory, keys, sessions, deliveries, metrics } = this.#options;
    const { allowedOrigins, limits } = config.server;
    return await runCanary({
      url,
      policy: config.privacy,
      sessions: canarySessions(sessions, () => deliveries.changed()),
      dataDirectory: canaryDataDirectory(dataDirectory),
      // The gateway logs to its standard output and does not know where that goes.
      logs: [],
      conferenceNames: conferenceNames(config, config.privacy, keys),
      token: (plan) => canaryToken(config, plan, false),
      metrics: () => metrics.text(),
      // An allowed origin may have a wildcard, which stands for any subdomain.
      origin: allowedOrigins[0]?.replace('*', 'canary'),
      messagesPerSecond: limits.messagesPerSecond,
      seed: randomBytes(8).toString('hex'),
      timeout: TIMEOUT_MS,
      keep: false,
      signal: this.#stopping.signal,
    });
  }
}

function summaryOf({ clean, session, state, counts, lost, searched, places }: CanaryReport): CanarySummary {
  const { files, bytes, olderFiles, unreadable, whileRecording } = searched;
  const faults = places.filter(({ outcome }) => FAULTS.has(outcome)).map(faultOf);
  return {
    clean,
    session,
    state,
    counts,
    lost,
    searched: { files, bytes, olderFiles, unreadable, whileRecording },
    faults,
  };
}

/** The name of an event, which follows the number of its line, is left out because values are planted in names too. */
function faultOf({ place, classes, outcome, foundIn }: PlaceReport): CanaryFault {
  return { place, classes, outcome, foundIn: foundIn.map((where) => where.replace(/^(dump line \d+).*$/s, '$1')) };
}
