import { REFUSALS, type Refusal, type RefusalName } from '../errors/refusals.ts';
import type { Log } from '../log/log.ts';
import type { Counts } from '../metrics/counts.ts';

/** Log lines per refusal and interval, so that an attack does not fill the disk. */
const MAX_LINES = 20;
const INTERVAL_MS = 60_000;
/** Clients that are remembered because they were logged. */
const MAX_CLIENTS = 1000;

/** The log lines of one refusal in its current interval. */
interface LoggedLines {
  since: number;
  lines: number;
  withheld: number;
}

/** Counts refusals, and logs the first ones of each minute. Neither the count nor the log identifies a client. */
export class Refusals {
  readonly #counts: Counts;
  readonly #log: Log;
  readonly #logged = new Map<RefusalName, LoggedLines>();
  /** Refusal and network of clients that were logged once, the oldest first. */
  readonly #clients = new Set<string>();

  constructor(counts: Counts, log: Log) {
    this.#counts = counts;
    this.#log = log;
  }

  /** @param details further fields of the log line; must not contain anything that a client sent */
  add(name: RefusalName, details?: Readonly<Record<string, string>>, now: number = performance.now()): void {
    this.#counts.refusals[name]++;
    const logged = this.#loggedOf(name, now);
    if (logged.lines >= MAX_LINES) {
      logged.withheld++;
      return;
    }
    const withheld = logged.withheld > 0 ? { withheld: logged.withheld } : {};
    logged.lines++;
    logged.withheld = 0;
    const refusal: Refusal = REFUSALS[name];
    this.#log[refusal.level ?? 'warn']({ refusal: name, ...details, ...withheld }, refusal.text);
  }

  /**
   * Counts a refusal that the same client is likely to cause again and again, and logs it once per network, for the
   * networks seen last.
   *
   * @param network keyed hash of the client's network (net/client-network.ts); null if it is not known
   */
  addOnce(name: RefusalName, network: string | null): void {
    const key = `${name} ${network}`;
    if (this.#clients.has(key)) {
      this.#counts.refusals[name]++;
      return;
    }
    if (this.#clients.size >= MAX_CLIENTS) this.#clients.delete(this.#clients.values().next().value!);
    this.#clients.add(key);
    this.add(name);
  }

  /** A new interval starts with the number of lines that were withheld in the previous one. */
  #loggedOf(name: RefusalName, now: number): LoggedLines {
    let logged = this.#logged.get(name);
    if (!logged || now - logged.since >= INTERVAL_MS) {
      logged = { since: now, lines: 0, withheld: logged?.withheld ?? 0 };
      this.#logged.set(name, logged);
    }
    return logged;
  }
}
