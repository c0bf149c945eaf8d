import { type DumpEvent, statsPropertyCode } from '@rtcstats-server/dump';
import type { ConnectionFeatures, Features, TrackFeatures } from '../contract.ts';
import { FeatureAccumulator } from '../features.ts';

/** An event made by hand: `[method, scope, value, ...extra, delta]`, with the name of the method. */
export type Made = readonly [method: string, scope: string | null, value: unknown, ...rest: unknown[]];

/** The time of the first event, plus its delta. */
export const START = 1_795_400_000_000;

/** Events from their lines; the deltas are added up, beginning at `START`. */
export function* madeEvents(made: Iterable<Made>): Generator<DumpEvent> {
  let time = START;
  let line = 2;
  for (const [method, scope, value, ...rest] of made) {
    const delta = Number(rest.at(-1));
    time += delta;
    line += 1;
    yield { method, methodCode: method, scope, value, extra: rest.slice(0, -1), delta, time, line };
  }
}

/** The features of events made by hand. */
export function featuresOf(made: Iterable<Made>): Features {
  const features = new FeatureAccumulator();
  for (const event of madeEvents(made)) features.add(event);
  return features.result();
}

/** The features of the only connection, from events without the scope: `[method, value, ...extra, delta]`. */
export function connectionOf(events: Iterable<readonly [method: string, value: unknown, ...rest: unknown[]]>): {
  readonly connection: ConnectionFeatures;
  readonly tracks: readonly TrackFeatures[];
} {
  const made = [...events].map(([method, value, ...rest]): Made => [method, 'PC_0', value, ...rest]);
  const { connections, tracks } = featuresOf(made);
  return { connection: connections[0]!, tracks };
}

type Reports = Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;

/** Statistics in the form that clients send: properties by their codes, the timestamp beside the reports. */
export function stats(reports: Reports, timestamp?: number): object {
  const coded = Object.entries(reports).map(([id, report]) => [
    id,
    report && Object.fromEntries(Object.entries(report).map(([name, value]) => [statsPropertyCode(name), value])),
  ]);
  return { ...(timestamp !== undefined && { t: timestamp }), ...Object.fromEntries(coded) };
}
