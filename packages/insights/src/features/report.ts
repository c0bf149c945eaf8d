import { numberOf, textOf } from './values.ts';

/** One report of getStats with its current values. */
export class Report {
  readonly id: string;
  type = '';
  readonly values = new Map<string, unknown>();
  /** In milliseconds since the epoch, and the number of the getStats event that it came with, counted from 1. */
  timestamp: number | undefined;
  timestampAt = 0;

  constructor(id: string) {
    this.id = id;
  }

  number(name: string): number | undefined {
    return numberOf(this.values.get(name));
  }

  text(name: string): string | undefined {
    return textOf(this.values.get(name));
  }
}
