/**
 * Maximum reports that are held at a time, of all connections of a recording together; each takes about 1 KB. A call
 * with hundreds of participants has some thousands.
 */
const MAX_REPORTS = 40_000;

/** Bounds the memory for reports of several connections. */
export class ReportPool {
  #left: number;

  constructor(most: number = MAX_REPORTS) {
    this.#left = most;
  }

  /** Takes a report; returns false if there are none left. */
  take(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }

  give(reports: number): void {
    this.#left += reports;
  }
}
