import type { DumpEvent } from '@rtcstats-server/dump';
import type { ConnectionFacts } from '../setup/connection-facts.ts';
import type { Measurement } from '../signals/browsers.ts';
import type { ConnectionSample } from '../signals/samples.ts';
import type { Category, Finding, Severity } from './observation.ts';

/** Streams of a connection that a detector follows. Further ones are not judged, so that memory is bounded. */
export const MAX_STREAMS = 500;

/** When a signal is too high. Between `off` and `on` the state stays as it was. */
export interface Threshold {
  readonly on: number;
  readonly off: number;
  readonly unit: string;
  /** The signal is taken over a sliding window of this many milliseconds. */
  readonly window: number;
  /** Episodes that are shorter, in milliseconds, do not count. */
  readonly minimum: number;
}

/** From which value on an episode has a severity; below all of them it is `low`. */
export interface SeverityBand {
  readonly from: number;
  readonly severity: Severity;
}

/** The registry entry of a detector: everything that a person needs to know about it. */
export interface Definition {
  readonly name: string;
  readonly category: Category;
  readonly scope: 'client' | 'connection' | 'track';
  /** How the severity is chosen, in words. */
  readonly severity: string;
  /** What is measured, in words. */
  readonly signal: string;
  /** For detectors that compare a signal with a threshold. */
  readonly threshold?: Threshold;
  readonly bands?: readonly SeverityBand[];
  /** Without one of these measurements, the detector cannot judge. */
  readonly needs?: readonly Measurement[];
  /** Situations that look the same, and what is done about them. */
  readonly caveats: readonly string[];
  readonly meaning: string;
  readonly advice: string;
  /** Where the threshold comes from. */
  readonly source: string;
}

/** Watches one connection. */
export interface ConnectionWatcher {
  /** An event other than getStats, after the facts of the connection were updated. */
  event?(event: DumpEvent): void;
  sample?(sample: ConnectionSample): void;
  /** Called once, when the connection was closed or the dump ends. */
  end(time: number): readonly Finding[];
}

/** Watches the whole recording. */
export interface ClientWatcher {
  /** Any event other than getStats, with the facts of its connection. */
  event?(event: DumpEvent, facts: ConnectionFacts | undefined): void;
  sample?(sample: ConnectionSample, facts: ConnectionFacts): void;
  end(time: number): readonly Finding[];
}

export interface ConnectionDetector {
  readonly definition: Definition;
  watch(facts: ConnectionFacts): ConnectionWatcher;
}

export interface ClientDetector {
  readonly definition: Definition;
  watchClient(): ClientWatcher;
}

export type Detector = ConnectionDetector | ClientDetector;

/** The severity of a value by its bands. */
export function severityOf(bands: readonly SeverityBand[], value: number): Severity {
  let severity: Severity = 'low';
  let highest = Number.NEGATIVE_INFINITY;
  for (const band of bands) {
    if (value >= band.from && band.from > highest) {
      severity = band.severity;
      highest = band.from;
    }
  }
  return severity;
}
