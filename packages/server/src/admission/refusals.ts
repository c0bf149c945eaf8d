import { REFUSALS, type Refusal, type RefusalName } from '../errors/refusals.ts';
import type { Log } from '../log/log.ts';
import type { Counts } from '../metrics/counts.ts';

/** Lines that one refusal may have in the log in an interval: an attack must not fill the disk. */
const LINES = 20;
const INTERVAL_MS = 60_000;

interface Told {
  since: number;
  lines: number;
  withheld: number;
}

/** Counts refusals, and tells the log of the first ones in a minute. Neither says who was refused. */
export class Refusals {
  readonly #counts: Counts;
  readonly #log: Log;
  readonly #told = new Map<RefusalName, Told>();

  constructor(counts: Counts, log: Log) {
    this.#counts = counts;
    this.#log = log;
  }

  /** @param details more for the log; nothing that a client said */
  add(name: RefusalName, details?: Readonly<Record<string, string>>, now: number = performance.now()): void {
    this.#counts.refusals[name]++;
    const told = this.#toldOf(name, now);
    if (told.lines >= LINES) {
      told.withheld++;
      return;
    }
    const withheld = told.withheld > 0 ? { withheld: told.withheld } : {};
    told.lines++;
    told.withheld = 0;
    const refusal: Refusal = REFUSALS[name];
    this.#log[refusal.level ?? 'warn']({ refusal: name, ...details, ...withheld }, refusal.text);
  }

  /** A new interval begins with what was withheld in the one before. */
  #toldOf(name: RefusalName, now: number): Told {
    let told = this.#told.get(name);
    if (!told || now - told.since >= INTERVAL_MS) {
      told = { since: now, lines: 0, withheld: told?.withheld ?? 0 };
      this.#told.set(name, told);
    }
    return told;
  }
}
