import type { DumpEvent } from '@rtcstats-server/dump';
import type { ConnectionFacts } from '../setup/connection-facts.ts';
import type { ConnectionSample } from '../signals/samples.ts';
import type { ClientDetector, ClientWatcher, ConnectionWatcher, Definition, Detector } from './detector.ts';
import { type Finding, type Interval, isWorse, type Observation, type Scope, type SEVERITIES } from './observation.ts';
import { DETECTORS } from './registry.ts';

/** Maximum observations; the least severe are left out beyond that. */
export const MAX_OBSERVATIONS = 1000;

interface Watching<Watcher> {
  readonly definition: Definition;
  readonly watcher: Watcher;
}

/** Runs all detectors over the events and samples of a recording. */
export class Observer {
  readonly #client: readonly Watching<ClientWatcher>[];
  readonly #connections = new Map<ConnectionFacts, readonly Watching<ConnectionWatcher>[]>();
  readonly #observations: Observation[] = [];
  /** Number of observations that were left out because there were too many. */
  dropped = 0;

  constructor() {
    this.#client = DETECTORS.filter(isClientDetector).map((detector) => ({
      definition: detector.definition,
      watcher: detector.watchClient(),
    }));
  }

  open(facts: ConnectionFacts): void {
    const watching = DETECTORS.flatMap((detector) =>
      isClientDetector(detector) ? [] : [{ definition: detector.definition, watcher: detector.watch(facts) }],
    );
    this.#connections.set(facts, watching);
  }

  /** An event other than getStats. */
  event(event: DumpEvent, facts: ConnectionFacts | undefined): void {
    for (const { watcher } of this.#client) watcher.event?.(event, facts);
    if (facts === undefined) return;
    for (const { watcher } of this.#connections.get(facts) ?? []) watcher.event?.(event);
  }

  sample(sample: ConnectionSample, facts: ConnectionFacts): void {
    for (const { watcher } of this.#client) watcher.sample?.(sample, facts);
    for (const { watcher } of this.#connections.get(facts) ?? []) watcher.sample?.(sample);
  }

  /** Ends the watchers of a connection. */
  close(facts: ConnectionFacts, time: number): void {
    for (const { definition, watcher } of this.#connections.get(facts) ?? []) {
      for (const finding of watcher.end(time)) this.#add(definition, finding, facts.id);
    }
    this.#connections.delete(facts);
  }

  /** Ends all watchers; the worst observations first, and by time. */
  result(time: number): Observation[] {
    for (const facts of Array.from(this.#connections.keys())) this.close(facts, time);
    for (const { definition, watcher } of this.#client) {
      for (const finding of watcher.end(time)) this.#add(definition, finding, undefined);
    }
    return this.#observations.sort(byImportance).slice(0, MAX_OBSERVATIONS);
  }

  #add({ name, category, scope: kind }: Definition, finding: Finding, connection: string | undefined): void {
    const { severity, direction, evidence, track } = finding;
    // Chromium itself writes times with fractions.
    const intervals = finding.intervals.map(([begin, end]): Interval => [Math.round(begin), Math.round(end)]);
    const from = Math.min(...intervals.map(([begin]) => begin));
    const to = Math.max(...intervals.map(([, end]) => end));
    const scope = scopeOf(kind, connection, track);
    this.#observations.push({ name, severity, category, scope, direction, from, to, intervals, evidence });
    if (this.#observations.length < 2 * MAX_OBSERVATIONS) return;
    this.#observations.sort(byImportance);
    this.dropped += this.#observations.splice(MAX_OBSERVATIONS).length;
  }
}

function scopeOf(kind: Definition['scope'], connection: string | undefined, track: string | undefined): Scope {
  if (kind === 'client' || (connection === undefined && track === undefined)) return { type: 'client' };
  if (track !== undefined) return { type: 'track', ...(connection !== undefined && { connection }), track };
  return { type: 'connection', connection: connection! };
}

function isClientDetector(detector: Detector): detector is ClientDetector {
  return 'watchClient' in detector;
}

function byImportance(a: Observation, b: Observation): number {
  if (a.severity !== b.severity) return isWorse(a.severity, b.severity) ? -1 : 1;
  return a.from - b.from;
}

/** How many observations there are of each severity. */
export function countBySeverity(observations: readonly Observation[]): Record<(typeof SEVERITIES)[number], number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of observations) counts[severity] += 1;
  return counts;
}
