import { type Drift, NO_DRIFT } from '../model/drift.ts';
import type { DropReason } from '../model/line.ts';
import type { RedactionName } from '../policy/policy.ts';
import type { Receipt } from './receipt.ts';

/**
 * Counts the replacements and drops of one session. Replacements are entered as they are made, but counted only once
 * their message is stored, so that discarded attempts do not count.
 */
export class ReceiptBook {
  readonly #redactions: Partial<Record<RedactionName, number>> = {};
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  /** Replacements in the current message. */
  readonly #entered: RedactionName[] = [];

  enter(name: RedactionName): void {
    this.#entered.push(name);
  }

  /** The current position, to which `undo` can return. */
  get mark(): number {
    return this.#entered.length;
  }

  /** The names entered since `mark`. */
  since(mark: number): readonly RedactionName[] {
    return this.#entered.slice(mark);
  }

  undo(mark: number): void {
    if (this.#entered.length > mark) this.#entered.length = mark;
  }

  /** Counts the entered replacements; call it when the message is stored. */
  settle(): void {
    const entered = this.#entered;
    // Most messages have no replacements.
    if (entered.length === 0) return;
    for (const name of entered) this.#redactions[name] = (this.#redactions[name] ?? 0) + 1;
    entered.length = 0;
  }

  /** Counts a dropped message and discards its replacements. */
  drop(reason: DropReason): void {
    this.#entered.length = 0;
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
  }

  /** Adds the counts of another book. */
  add({ redactions, dropped }: Pick<Receipt, 'redactions' | 'dropped'>): void {
    addCounts(this.#redactions, redactions);
    addCounts(this.#dropped, dropped);
  }

  receipt(drift: Drift = NO_DRIFT): Receipt {
    return { redactions: { ...this.#redactions }, dropped: { ...this.#dropped }, drift };
  }
}

function addCounts<K extends string>(
  sums: Partial<Record<K, number>>,
  counts: Readonly<Partial<Record<K, number>>>,
): void {
  for (const [name, count] of Object.entries(counts) as [K, number][]) sums[name] = (sums[name] ?? 0) + count;
}
