import type { ConnectionSample, InboundSample, OutboundSample } from '../signals/samples.ts';
import { type Metric, PATH_METRICS, TRACK_METRICS } from './metrics.ts';

/** Tracks and paths whose statistics are held; a call has far fewer. */
const MAX_GROUPS = 2000;
/** Steps of all groups together. When there are more, each step covers twice the time. */
const MAX_STEPS = 50_000;
const FIRST_STEP_MS = 1000;
/** Statistics later than this after the first ones are not held: the clock of the client was set. */
const MAX_SPAN_MS = 24 * 3600 * 1000;

/** What a series belongs to. */
export interface Group {
  readonly connection: string;
  /** Undefined for the path of the connection. */
  readonly track:
    | { readonly id: string; readonly kind: 'audio' | 'video'; readonly direction: 'in' | 'out' }
    | undefined;
}

interface HeldGroup extends Group {
  readonly metrics: readonly Pick<Metric<never>, 'name' | 'join'>[];
  /** By number of the step: for each metric the sum, and what it is divided by; 0 if there is no value. */
  steps: Map<number, number[]>;
}

/** The statistics of a group over time. */
export interface GroupSeries extends Group {
  /** One value per point; undefined where there is none. */
  readonly rows: readonly { readonly name: string; readonly values: readonly (number | undefined)[] }[];
}

/** A part of the call with the statistics of some groups. */
export interface SeriesWindow {
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Milliseconds from one point to the next. */
  readonly step: number;
  readonly groups: readonly GroupSeries[];
}

/**
 * Holds the main statistics of a call in bounded memory, for the digest:
 *
 *     const series = new CallSeries();
 *     const analysis = new Analysis({ samples: series });
 *
 * Steps begin with one second and become longer when the call has many tracks or is long.
 */
export class CallSeries {
  readonly #groups = new Map<string, HeldGroup>();
  readonly #connections = new Map<string, { from: number; to: number }>();
  #start: number | undefined;
  #end = 0;
  #step = FIRST_STEP_MS;
  #steps = 0;
  /** Whether statistics were left out, because there were too many tracks or the clock was set. */
  isIncomplete = false;

  /** Takes the next sample of a connection. */
  sample(connection: string, sample: ConnectionSample): void {
    const { time, path, inbound, outbound } = sample;
    this.#start ??= time;
    const offset = time - this.#start;
    if (!(offset >= 0 && offset <= MAX_SPAN_MS)) {
      this.isIncomplete = true;
      return;
    }
    this.#end = Math.max(this.#end, time);
    if (path !== undefined) this.#add({ connection, track: undefined }, PATH_METRICS, sample, offset);
    for (const [track, streams] of byTrack(inbound)) {
      const { kind } = streams[0]!;
      this.#add({ connection, track: { ...track, kind, direction: 'in' } }, TRACK_METRICS.in[kind], streams, offset);
    }
    for (const [track, streams] of byTrack(outbound)) {
      const { kind } = streams[0]!;
      this.#add({ connection, track: { ...track, kind, direction: 'out' } }, TRACK_METRICS.out[kind], streams, offset);
    }
    while (this.#steps > MAX_STEPS && this.#step < MAX_SPAN_MS) this.#widen();
  }

  /** The connections that have statistics, with the time of their first and last ones. */
  get connections(): readonly { readonly id: string; readonly from: number; readonly to: number }[] {
    return Array.from(this.#connections, ([id, { from, to }]) => ({ id, from, to }));
  }

  /** The paths and tracks of a connection. */
  groups(connection: string): readonly Group[] {
    return Array.from(this.#groups.values()).filter((group) => group.connection === connection);
  }

  /** The statistics of these groups in a part of the call, in at most `points` points. */
  window(groups: readonly Group[], from: number, to: number, points: number): SeriesWindow {
    const start = this.#start ?? 0;
    const first = Math.max(0, Math.floor((from - start) / this.#step));
    const last = Math.max(first, Math.floor((Math.min(to, this.#end) - start) / this.#step));
    const width = Math.ceil((last - first + 1) / points);
    const count = Math.ceil((last - first + 1) / width);
    return {
      from: start + first * this.#step,
      step: width * this.#step,
      groups: groups.flatMap((group) => {
        const held = this.#groups.get(keyOf(group));
        return held === undefined ? [] : [seriesOf(held, first, width, count)];
      }),
    };
  }

  #add<Source>(group: Group, metrics: readonly Metric<Source>[], source: Source, offset: number): void {
    const key = keyOf(group);
    let held = this.#groups.get(key);
    if (held === undefined) {
      if (this.#groups.size >= MAX_GROUPS) {
        this.isIncomplete = true;
        return;
      }
      held = { ...group, metrics, steps: new Map() };
      this.#groups.set(key, held);
    }
    const time = this.#start! + offset;
    const seen = this.#connections.get(group.connection);
    if (seen === undefined) this.#connections.set(group.connection, { from: time, to: time });
    else seen.to = Math.max(seen.to, time);
    const number = Math.floor(offset / this.#step);
    let step = held.steps.get(number);
    if (step === undefined) {
      step = new Array<number>(2 * metrics.length).fill(0);
      held.steps.set(number, step);
      this.#steps += 1;
    }
    for (const [index, metric] of metrics.entries()) {
      const fraction = metric.of(source);
      if (fraction !== undefined) join(step, index, metric.join, fraction[0], fraction[1]);
    }
  }

  #widen(): void {
    this.#step *= 2;
    this.#steps = 0;
    for (const group of this.#groups.values()) {
      const steps = new Map<number, number[]>();
      for (const [number, values] of group.steps) {
        const half = number >> 1;
        const there = steps.get(half);
        if (there === undefined) steps.set(half, values);
        else addAll(there, values, group.metrics);
      }
      group.steps = steps;
      this.#steps += steps.size;
    }
  }
}

function keyOf({ connection, track }: Group): string {
  return JSON.stringify([connection, track?.direction, track?.id, track?.kind]);
}

/** The streams of each track. */
function byTrack<Stream extends InboundSample | OutboundSample>(
  streams: readonly Stream[],
): [{ readonly id: string }, Stream[]][] {
  const tracks = Map.groupBy(streams, ({ track, kind }) => JSON.stringify([track, kind]));
  return Array.from(tracks.values(), (own) => [{ id: own[0]!.track }, own]);
}

function join(step: number[], index: number, how: Metric<never>['join'], sum: number, of: number): void {
  const [at, per] = [2 * index, 2 * index + 1];
  if (how === 'highest') {
    step[at] = step[per] === 0 ? sum : Math.max(step[at]!, sum);
    step[per] = 1;
  } else {
    step[at]! += sum;
    step[per] = how === 'sum' ? 1 : step[per]! + of;
  }
}

function addAll(target: number[], values: readonly number[], metrics: HeldGroup['metrics']): void {
  for (const [index, { join: how }] of metrics.entries()) {
    const of = values[2 * index + 1]!;
    if (of > 0) join(target, index, how, values[2 * index]!, of);
  }
}

function seriesOf(
  { connection, track, metrics, steps }: HeldGroup,
  first: number,
  width: number,
  count: number,
): GroupSeries {
  const points = Array.from({ length: count }, (_, point) => {
    const values = new Array<number>(2 * metrics.length).fill(0);
    for (let number = first + point * width; number < first + (point + 1) * width; number++) {
      const step = steps.get(number);
      if (step !== undefined) addAll(values, step, metrics);
    }
    return values;
  });
  const rows = metrics.map(({ name }, index) => ({
    name,
    values: points.map((values) =>
      values[2 * index + 1] === 0 ? undefined : values[2 * index]! / values[2 * index + 1]!,
    ),
  }));
  return { connection, track, rows };
}
