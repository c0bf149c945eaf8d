import { randomBytes } from 'node:crypto';
import { type CanaryReport, FAULTS, type PlaceReport } from '../canary/canary.ts';
import { canaryToken, conferenceNames } from '../canary/expected.ts';
import { runCanary } from '../canary/run.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DeliveryService } from '../forward/delivery-service.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { errorFields, type Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { hostForUrl } from '../net/host-for-url.ts';
import type { ListenAddress } from '../net/listen.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';

/** Milliseconds for the handshake, and again for the dump. */
const TIMEOUT_MS = 30_000;

/** What became of a place that should not have. What was planted there stays in the gateway. */
export type CanaryFault = Pick<PlaceReport, 'place' | 'classes' | 'outcome' | 'foundIn'>;

export interface CanarySummary extends Pick<CanaryReport, 'clean' | 'session' | 'state' | 'counts' | 'lost'> {
  readonly searched: Pick<CanaryReport['searched'], 'files' | 'bytes' | 'olderFiles' | 'unreadable' | 'whileRecording'>;
  readonly faults: readonly CanaryFault[];
}

/** What `GET /api/canary` answers: of the run that is going on, else of the last one since the gateway started. */
export interface CanaryState {
  readonly running: boolean;
  /** Times are ISO 8601 in UTC. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly report: CanarySummary | null;
  /** Why it could not be tried. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface CanaryRunsOptions {
  readonly config: Pick<Config, 'authorization' | 'privacy' | 'server'>;
  readonly dataDirectory: string;
  readonly keys: PseudonymKeys;
  readonly sessions: Pick<Sessions, 'list' | 'dump' | 'delete'>;
  readonly deliveries: Pick<DeliveryService, 'changed'>;
  readonly metrics: Pick<Metrics, 'text'>;
  /** Of the public listener, once it listens. */
  address(): ListenAddress | undefined;
  readonly log: Log;
}

const NEVER_RUN: CanaryState = { running: false, startedAt: null, finishedAt: null, report: null, error: null };

/** Canaries that the gateway sends itself, one at a time: as a client, through its own public listener. */
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

  /** @throws GatewayError CANARY_RUNNING, TRY_AGAIN_LATER */
  start(): CanaryState {
    if (this.#state.running) throw new GatewayError('CANARY_RUNNING');
    const address = this.#options.address();
    if (address === undefined || this.#stopping.signal.aborted) {
      throw new GatewayError('TRY_AGAIN_LATER', 'The public listener does not listen');
    }
    this.#state = { ...NEVER_RUN, running: true, startedAt: new Date().toISOString() };
    void this.#run(new URL(`ws://${hostForUrl(address.host)}:${address.port}`));
    return this.#state;
  }

  /** Gives up what is running, and does not wait for it. Its session is finished like any other, and stays. */
  stop(): void {
    this.#stopping.abort();
  }

  async #run(url: URL): Promise<void> {
    const { log } = this.#options;
    let outcome: Pick<CanaryState, 'report' | 'error'>;
    try {
      const report = await this.#send(url);
      outcome = { report: summaryOf(report), error: null };
      const { clean, session, counts, lost } = report;
      log[clean ? 'info' : 'error']({ session, clean, leaked: counts.leaked, changed: counts.changed, lost }, 'canary');
    } catch (thrown) {
      if (this.#stopping.signal.aborted) return;
      log.warn(errorFields(thrown), 'the canary could not be tried');
      const { code, message } = thrown instanceof GatewayError ? thrown : new GatewayError('INTERNAL');
      outcome = { report: null, error: { code, message } };
    }
    this.#state = { ...this.#state, ...outcome, running: false, finishedAt: new Date().toISOString() };
  }

  async #send(url: URL): Promise<CanaryReport> {
    const { config, dataDirectory, keys, sessions, deliveries, metrics } = this.#options;
    const { allowedOrigins, limits } = config.server;
    return await runCanary({
      url,
      policy: config.privacy,
      sessions: {
        list: (search) => sessions.list(search),
        dump: (id) => sessions.dump(id),
        delete: async (id) => {
          await sessions.delete(id);
          deliveries.changed();
        },
      },
      dataDirectory,
      // Where its own log goes to, the gateway does not know.
      logs: [],
      conferenceNames: conferenceNames(config, config.privacy, keys),
      token: (plan) => canaryToken(config, plan, false),
      metrics: () => metrics.text(),
      // Any subdomain is as good.
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

/** The name of an event beside the line's number is a place of its own, in which there may be what was planted. */
function faultOf({ place, classes, outcome, foundIn }: PlaceReport): CanaryFault {
  return { place, classes, outcome, foundIn: foundIn.map((where) => where.replace(/^(dump line \d+).*$/s, '$1')) };
}
