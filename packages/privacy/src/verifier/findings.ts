import type { Finding, FindingClass } from '../model/finding.ts';

/** Findings that are kept; the rest is only counted. */
const KEPT = 100;
const NONE: FindingCounts = Object.freeze({});

export type FindingCounts = Readonly<Partial<Record<FindingClass, number>>>;

/** How far it was at some moment. */
interface Mark {
  readonly total: number;
  readonly kept: number;
  readonly counts: FindingCounts;
}

/** What was found so far. What was seen of a text that turns out to be none of its kind can be forgotten again. */
export class Findings {
  readonly list: Finding[] = [];
  total = 0;
  #counts: Partial<Record<FindingClass, number>> = {};

  get counts(): FindingCounts {
    return { ...this.#counts };
  }

  /** `describe` makes the finding, if it is one of those that are kept. */
  add(name: FindingClass, describe: () => Finding): void {
    this.total++;
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
    if (this.list.length < KEPT) this.list.push(describe());
  }

  mark(): Mark {
    return { total: this.total, kept: this.list.length, counts: this.total === 0 ? NONE : this.counts };
  }

  undo({ total, kept, counts }: Mark): void {
    if (this.total === total) return;
    this.total = total;
    this.list.length = kept;
    this.#counts = { ...counts };
  }
}
