import type { DataClass } from '../policy/policy.ts';

/** What a finding is counted under: a class, or a rule of the operator's. */
export type FindingClass = DataClass | `rule:${string}`;

/** Something personal that the verifier found. Never holds the value itself. */
export interface Finding {
  readonly class: FindingClass;
  /** Line of the dump, from 1 (the head `RTCStatsDump` is line 1). */
  readonly line: number;
  /** Where in the line's JSON value: `$[2].candidate`, `$.remoteAddresses[0]`; a key is `$[2]{key}`. */
  readonly path: string;
  /** The surroundings with the value blotted out, at most 80 characters: `typ srflx raddr ███.███.███.███ rport 9`. */
  readonly excerpt: string;
}

/** What the verifier says of one dump. `findings` is capped (100); `total` counts all. */
export interface Verdict {
  readonly clean: boolean;
  readonly total: number;
  readonly findings: readonly Finding[];
  /** How many of each class. Those of which there are none are left out. */
  readonly classes: Readonly<Partial<Record<FindingClass, number>>>;
  /** Lines read, the head included. */
  readonly lines: number;
}
