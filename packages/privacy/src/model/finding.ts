import type { DataClass } from '../policy/policy.ts';

/**
 * The name a finding is counted under: a data class, an operator rule, or `unverifiable` for a dump that the verifier
 * could not read to its end.
 */
export type FindingClass = DataClass | `rule:${string}` | 'unverifiable';

/** A personal value found by the verifier. Never contains the value itself. */
export interface Finding {
  readonly class: FindingClass;
  /** Line number in the dump, starting with 1 (the head `RTCStatsDump` is line 1). */
  readonly line: number;
  /** Location in the line's JSON value: `$[2].candidate`, `$.remoteAddresses[0]`; a key is `$[2]{key}`. */
  readonly path: string;
  /** The surrounding text with the value masked, at most 80 characters: `typ srflx raddr ███.███.███.███ rport 9`. */
  readonly excerpt: string;
}

/** The verifier's result for one dump. `findings` has at most 100 entries; `total` counts all. */
export interface Verdict {
  readonly clean: boolean;
  readonly total: number;
  readonly findings: readonly Finding[];
  /** Number of findings per class; classes without findings are left out. */
  readonly classes: Readonly<Partial<Record<FindingClass, number>>>;
  /** Number of lines read, including the head. */
  readonly lines: number;
}
