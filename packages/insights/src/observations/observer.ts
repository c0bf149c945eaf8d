import type { DumpEvent } from '@rtcstats-server/dump';
import type { ConnectionFacts } from '../setup/connection-facts.ts';
import type { ConnectionSample } from '../signals/samples.ts';
import type {
  ClientDetector,
  ClientWatcher,
  ConnectionDetector,
  ConnectionWatcher,
  Definition,
  Detector,
} from './detector.ts';
import { type Finding, type Interval, isWorse, type Observation, type Scope, type SEVERITIES } from './observation.ts';
import { DETECTORS } from './registry.ts';

/** Maximum observations; the least severe are left out beyond that. */
export const MAX_OBSERVATIONS = 1000;

type TakeSample = (sample: ConnectionSample, facts: ConnectionFacts) => void;

interface Watching<Watcher> {
  readonly definition: Definition;
  watcher: Watcher;
  /** The method of the watcher: all watchers are different, so that looking it up takes as long as some of them do. */
  sample: TakeSample | undefined;
}

function watchingOf<Watcher extends ClientWatcher | ConnectionWatcher>(
  definition: Definition,
  watcher: Watcher,
): Watching<Watcher> {
  return { definition, watcher, sample: watcher.sample };
}

/** All watchers, and those that watch events or samples: most watch one of the two. */
class Watchers<Watcher extends ClientWatcher | ConnectionWatcher> {
  readonly all: readonly Watching<Watcher>[];
  readonly ofEvents: readonly Watching<Watcher>[];
  readonly ofSamples: readonly Watching<Watcher>[];

  constructor(all: readonly Watching<Watcher>[]) {
    this.all = all;
    this.ofEvents = all.filter(({ watcher }) => watcher.event !== undefined);
    this.ofSamples = all.filter(({ sample }) => sample !== undefined);
  }
}

const NONE: readonly Watching<ConnectionWatcher>[] = [];

/** Runs all detectors over the events and samples of a recording. */
export class Observer {
  readonly #ofConnections: readonly ConnectionDetector[];
  readonly #client: Watchers<ClientWatcher>;
  readonly #connections = new Map<ConnectionFacts, Watchers<ConnectionWatcher>>();
  readonly #observations: Observation[] = [];
  /** Number of observations that were left out because there were too many. */
  dropped = 0;
  /** Names of detectors that failed, with the name of the error. */
  readonly failed = new Map<string, string>();

  /** @param detectors replaced in tests only */
  constructor(detectors: readonly Detector[] = DETECTORS) {
    this.#ofConnections = detectors.filter((it): it is ConnectionDetector => !isClientDetector(it));
    this.#client = new Watchers(
      detectors
        .filter(isClientDetector)
        .map((detector) => watchingOf<ClientWatcher>(detector.definition, detector.watchClient())),
    );
  }

  open(facts: ConnectionFacts): void {
    const watching = this.#ofConnections.map((detector) => watchingOf(detector.definition, detector.watch(facts)));
    this.#connections.set(facts, new Watchers(watching));
  }

  /** An event other than getStats. */
  event(event: DumpEvent, facts: ConnectionFacts | undefined): void {
    for (const watching of this.#client.ofEvents) {
      try {
        watching.watcher.event?.(event, facts);
      } catch (error) {
        this.#fail(watching, error);
      }
    }
    for (const watching of (facts && this.#connections.get(facts)?.ofEvents) ?? NONE) {
      try {
        watching.watcher.event?.(event);
      } catch (error) {
        this.#fail(watching, error);
      }
    }
  }

  sample(sample: ConnectionSample, facts: ConnectionFacts): void {
    for (const watching of this.#client.ofSamples) this.#sample(watching, sample, facts);
    for (const watching of this.#connections.get(facts)?.ofSamples ?? NONE) this.#sample(watching, sample, facts);
  }

  #sample(
    watching: Watching<ConnectionWatcher | ClientWatcher>,
    sample: ConnectionSample,
    facts: ConnectionFacts,
  ): void {
    try {
      watching.sample?.call(watching.watcher, sample, facts);
    } catch (error) {
      this.#fail(watching, error);
    }
  }

  /** Ends the watchers of a connection. */
  close(facts: ConnectionFacts, time: number): void {
    for (const watching of this.#connections.get(facts)?.all ?? NONE) this.#end(watching, time, facts.id);
    this.#connections.delete(facts);
  }

  /** Ends all watchers; the worst observations first, and by time. */
  result(time: number): Observation[] {
    for (const facts of Array.from(this.#connections.keys())) this.close(facts, time);
    for (const watching of this.#client.all) this.#end(watching, time, undefined);
    return this.#observations.sort(byImportance).slice(0, MAX_OBSERVATIONS);
  }

  /** A detector that fails must not take the others with it; it is not asked again. */
  #fail(watching: Watching<ConnectionWatcher | ClientWatcher>, error: unknown): void {
    watching.watcher = { end: () => [] };
    watching.sample = undefined;
    this.failed.set(watching.definition.name, error instanceof Error ? error.name : 'unknown error');
  }

  #end(watching: Watching<ConnectionWatcher | ClientWatcher>, time: number, connection: string | undefined): void {
    try {
      for (const finding of watching.watcher.end(time)) this.#add(watching.definition, finding, connection);
    } catch (error) {
      this.#fail(watching, error);
    }
  }

  #add({ name, category, scope: kind }: Definition, finding: Finding, connection: string | undefined): void {
    const { severity, direction, evidence, track } = finding;
    const intervals = finding.intervals.map(inOrder);
    const from = Math.min(...intervals.map(([begin]) => begin));
    const to = Math.max(...intervals.map(([, end]) => end));
    const scope = scopeOf(kind, connection, track);
    this.#observations.push({ name, severity, category, scope, direction, from, to, intervals, evidence });
    if (this.#observations.length < 2 * MAX_OBSERVATIONS) return;
    this.#observations.sort(byImportance);
    this.dropped += this.#observations.splice(MAX_OBSERVATIONS).length;
  }
}

/** Whole milliseconds, because Chromium itself writes fractions; begin first, also if the clock was set back. */
function inOrder([begin, end]: Interval): Interval {
  return [Math.round(Math.min(begin, end)), Math.round(Math.max(begin, end))];
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
