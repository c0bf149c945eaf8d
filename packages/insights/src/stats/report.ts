import { NUMBERS, type NumberSlot, OTHERS, type OtherSlot } from './properties.ts';

/** Copies of these are faster to make than new lists that are filled. */
const NO_NUMBERS: readonly number[] = Array.from({ length: NUMBERS }, () => Number.NaN);
const NO_OTHERS: readonly unknown[] = Array.from({ length: OTHERS }, () => undefined);

/** One report of getStats with its current values, which later statistics change. */
export class Report {
  readonly id: string;
  /** Reports are sorted by this number. */
  readonly order: number;
  /** Change it with `ReportStore` only. */
  type = '';
  /** The number of the getStats event that last changed it, counted from 1. */
  changedAt = 0;
  /** Its own timestamp, in milliseconds since the epoch, and the number of the getStats event that it came with. */
  timestamp: number | undefined;
  timestampAt = 0;
  /** NaN if there is no value, or one that is not a number. */
  readonly numbers: number[] = NO_NUMBERS.slice();
  readonly others: unknown[] = NO_OTHERS.slice();

  constructor(id: string, order: number) {
    this.id = id;
    this.order = order;
  }

  /** A finite number; undefined if there is none. */
  number(slot: NumberSlot): number | undefined {
    const value = this.numbers[slot]!;
    return Number.isNaN(value) ? undefined : value;
  }

  text(slot: OtherSlot): string | undefined {
    const value = this.others[slot - NUMBERS];
    return typeof value === 'string' ? value : undefined;
  }

  /** A text that says something: undefined if it is empty, too. */
  name(slot: OtherSlot): string | undefined {
    const value = this.others[slot - NUMBERS];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  flag(slot: OtherSlot): boolean | undefined {
    const value = this.others[slot - NUMBERS];
    return typeof value === 'boolean' ? value : undefined;
  }

  /** The value as it is. Objects change later. */
  value(slot: OtherSlot): unknown {
    return this.others[slot - NUMBERS];
  }

  clear(): void {
    this.numbers.fill(Number.NaN);
    this.others.fill(undefined);
  }
}
