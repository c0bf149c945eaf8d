import type { Drift, DriftEntry, JsonType } from '@rtcstats-server/privacy';

/**
 * Sessions, and networks of clients, that must have sent a name before it becomes a label. Metrics are stored for
 * months and copied into other systems, and a name that one client made up may say something of a person
 * (`room-anna-keller`). Names of a browser or an application come from many clients.
 */
export const MIN_SESSIONS = 5;
export const MIN_NETWORKS = 3;

/** Maximum number of labeled kinds, so of time series; a new browser release adds a handful. */
export const MAX_LABELS = 100;
/**
 * Kinds that are remembered until enough sessions have sent them. Beyond that the one not seen for longest is
 * forgotten.
 */
const MAX_CANDIDATES = 2000;
/** The event and path of every kind without a label of its own. */
export const OTHER = 'other';

interface Candidate {
  sessions: number;
  /** Keyed hashes, at most `MIN_NETWORKS`. */
  readonly networks: Set<string>;
}

/** A kind of drift with its own time series. */
interface Labeled extends Omit<DriftEntry, 'count'> {
  count: number;
}

/**
 * The values of `rtcstats_drift_total`. A kind of drift is an event, a path and a type. Occurrences before a kind has
 * become a label stay counted under `other`, because a counter must not decrease. Everything is in memory only, and
 * each process counts for itself: with workers, a kind becomes a label when one worker has seen it often enough.
 */
export class DriftLabels {
  readonly #labels = new Map<string, Labeled>();
  /** In the order in which they were last seen. */
  readonly #candidates = new Map<string, Candidate>();
  readonly #others = new Map<JsonType, number>();
  #more = 0;

  /**
   * Adds the drift of one ended session.
   *
   * @param network keyed hash of the client's network; null if it is not known, which counts as no network
   */
  add({ entries, more }: Drift, network: string | null): void {
    this.#more += more;
    for (const entry of entries) {
      const label = this.#labelFor(entry, network);
      if (label) label.count += entry.count;
      else this.#others.set(entry.type, (this.#others.get(entry.type) ?? 0) + entry.count);
    }
  }

  /** One entry per time series. */
  get entries(): readonly DriftEntry[] {
    const others = [...this.#others].map(([type, count]) => ({ event: OTHER, path: OTHER, type, count }));
    return [...Array.from(this.#labels.values(), (label) => ({ ...label })), ...others];
  }

  /** Occurrences that the receipts of sessions count without a name. */
  get more(): number {
    return this.#more;
  }

  /** Number of names that are remembered without being labels. */
  get candidates(): number {
    return this.#candidates.size;
  }

  #labelFor({ event, path, type }: DriftEntry, network: string | null): Labeled | undefined {
    const key = `${event}\n${path}\n${type}`;
    const known = this.#labels.get(key);
    if (known || this.#labels.size >= MAX_LABELS) return known;
    const candidate = this.#candidates.get(key) ?? { sessions: 0, networks: new Set() };
    this.#candidates.delete(key);
    candidate.sessions++;
    if (network !== null && candidate.networks.size < MIN_NETWORKS) candidate.networks.add(network);
    if (candidate.sessions >= MIN_SESSIONS && candidate.networks.size >= MIN_NETWORKS) {
      const label = { event, path, type, count: 0 };
      this.#labels.set(key, label);
      if (this.#labels.size >= MAX_LABELS) this.#candidates.clear();
      return label;
    }
    this.#candidates.set(key, candidate);
    if (this.#candidates.size > MAX_CANDIDATES) this.#candidates.delete(this.#candidates.keys().next().value!);
    return undefined;
  }
}
