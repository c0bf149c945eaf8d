/** Severities in the words of rtcstats.com, worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const CATEGORIES = ['network', 'setup', 'signaling', 'capture', 'media', 'client'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Seen from the recorded client: `in` is what it receives. Null if the observation has no direction. */
export type Direction = 'in' | 'out' | 'both' | null;

/** Where something was observed. `track` is the id of the media track, or what identifies it if there is none. */
export type Scope =
  | { readonly type: 'client' }
  | { readonly type: 'connection'; readonly connection: string }
  | { readonly type: 'track'; readonly connection?: string; readonly track: string };

/** From and to, in milliseconds since the epoch. */
export type Interval = readonly [from: number, to: number];

/** The numbers that an observation is based on. */
export type Evidence = Readonly<Record<string, number | string>>;

/** Something that a person who runs the service should know about a call. */
export interface Observation {
  readonly name: string;
  readonly severity: Severity;
  readonly category: Category;
  readonly scope: Scope;
  readonly direction: Direction;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly intervals: readonly Interval[];
  readonly evidence: Evidence;
}

/** What a detector reports; the registry adds the name and the category. */
export interface Finding {
  readonly severity: Severity;
  /** Id of the media track; undefined if the finding is about the connection or the client. */
  readonly track?: string;
  readonly direction: Direction;
  readonly intervals: readonly Interval[];
  readonly evidence: Evidence;
}

/** A value rounded to three significant digits, because more would pretend a precision that nobody measured. */
export function rounded(value: number): number {
  return value === 0 || !Number.isFinite(value) ? 0 : Number(value.toPrecision(3));
}

export function isWorse(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}

/** Whether an observation is a problem: its severity is medium or higher. */
export function isProblem({ severity }: Pick<Observation, 'severity'>): boolean {
  return !isWorse('medium', severity);
}
