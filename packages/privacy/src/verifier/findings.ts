import type { Finding, FindingClass } from '../model/finding.ts';

/** Maximum number of findings kept in detail; the others are only counted. */
const MAX_FINDINGS = 100;
const NONE: FindingCounts = Object.freeze({});

export type FindingCounts = Readonly<Partial<Record<FindingClass, number>>>;

/** A snapshot of the findings. */
interface Mark {
  readonly total: number;
  readonly kept: number;
  readonly counts: FindingCounts;
}

/** Collects findings. Findings in a text that turns out to be of another format can be discarded (`mark`, `undo`). */
export class Findings {
  readonly list: Finding[] = [];
  total = 0;
  #counts: Partial<Record<FindingClass, number>> = {};

  get counts(): FindingCounts {
    return { ...this.#counts };
  }

  /** Counts a finding. `describe` is only called if the finding is kept in detail. */
  add(name: FindingClass, describe: () => Finding): void {
    this.total++;
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
    if (this.list.length < MAX_FINDINGS) this.list.push(describe());
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
