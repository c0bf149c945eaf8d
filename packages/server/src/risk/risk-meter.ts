import { DEFAULT_GROUP_SIZE, type Risk } from '@rtcstats-server/api';
import type { Figures } from '../catalog/figures.ts';
import { measureRisk } from './measure-risk.ts';
import type { RiskSettings } from './remedies.ts';
import { readSample } from './sample.ts';

export interface RiskMeterOptions {
  readonly figures: Pick<Figures, 'newest'>;
  readonly settings: RiskSettings;
  /** Replaced in tests. */
  readonly maxSessions?: number;
  readonly now?: () => Date;
}

/** How long a result is valid, in milliseconds: it reads thousands of sessions and changes slowly. */
const VALID_MS = 600_000;
const MAX_RESULTS = 4;

/** Measures the risk on the newest stored sessions, however often it is asked for at most every ten minutes. */
export class RiskMeter {
  readonly #options: RiskMeterOptions;
  readonly #now: () => Date;
  /** By group size; the oldest first. */
  readonly #results = new Map<number, Risk>();
  /** Settles with the last measurement; never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: RiskMeterOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /**
   * @param k groups of fewer sessions, or persons, are small
   * @throws GatewayError the errors of the catalog
   */
  async measure(k: number = DEFAULT_GROUP_SIZE): Promise<Risk> {
    // One at a time, so that no number of requests makes more work than one.
    const result = this.#last.then(() => this.#cached(k) ?? this.#measure(k));
    this.#last = result.catch(() => {});
    return await result;
  }

  #cached(k: number): Risk | undefined {
    const known = this.#results.get(k);
    if (known === undefined || this.#now().getTime() - Date.parse(known.measuredAt) < VALID_MS) return known;
    this.#results.delete(k);
    return undefined;
  }

  async #measure(k: number): Promise<Risk> {
    const { figures, settings, maxSessions } = this.#options;
    const now = this.#now();
    const sample = await readSample(figures, { ...(maxSessions !== undefined && { maxSessions }) });
    const result = await measureRisk(sample, settings, k, now);
    this.#results.set(k, result);
    if (this.#results.size > MAX_RESULTS) this.#results.delete(this.#results.keys().next().value!);
    return result;
  }
}
