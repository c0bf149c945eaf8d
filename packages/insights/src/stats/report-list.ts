import type { Report } from './report.ts';

/** Reports in order. */
export class ReportList {
  readonly #reports: Report[];

  constructor(first: Report) {
    this.#reports = [first];
  }

  get reports(): readonly Report[] {
    return this.#reports;
  }

  add(report: Report): void {
    const { length } = this.#reports;
    // Ids are handed out in ascending order, so a new report nearly always belongs at the end.
    if (length === 0 || this.#reports[length - 1]!.order < report.order) this.#reports.push(report);
    else this.#reports.splice(this.#positionOf(report), 0, report);
  }

  remove(report: Report): void {
    const position = this.#positionOf(report);
    if (this.#reports[position] === report) this.#reports.splice(position, 1);
  }

  /** The position of the first report that is not before this one. */
  #positionOf({ order }: Report): number {
    let from = 0;
    let to = this.#reports.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#reports[middle]!.order < order) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
