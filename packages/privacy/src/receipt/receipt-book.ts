import { type Drift, NO_DRIFT } from '../model/drift.ts';
import type { DropReason } from '../model/line.ts';
import type { RedactionName } from '../policy/policy.ts';
import type { Receipt } from './receipt.ts';

/**
 * Counts what is done in one session. Replacements are entered as they are made and count once the message they are in is kept: what
 * was tried and thrown away again was not done.
 */
export class ReceiptBook {
  readonly #redactions: Partial<Record<RedactionName, number>> = {};
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  /** Of the message that is being read. */
  readonly #entered: RedactionName[] = [];

  enter(name: RedactionName): void {
    this.#entered.push(name);
  }

  /** A point to which `undo` goes back. */
  get mark(): number {
    return this.#entered.length;
  }

  /** What was entered since then. */
  since(mark: number): readonly RedactionName[] {
    return this.#entered.slice(mark);
  }

  undo(mark: number): void {
    if (this.#entered.length > mark) this.#entered.length = mark;
  }

  /** The message is kept. */
  settle(): void {
    const entered = this.#entered;
    // Most messages have nothing in them.
    if (entered.length === 0) return;
    for (const name of entered) this.#redactions[name] = (this.#redactions[name] ?? 0) + 1;
    entered.length = 0;
  }

  /** The message is not kept, and with it nothing that was replaced in it. */
  drop(reason: DropReason): void {
    this.#entered.length = 0;
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
  }

  receipt(drift: Drift = NO_DRIFT): Receipt {
    return { redactions: { ...this.#redactions }, dropped: { ...this.#dropped }, drift };
  }
}
