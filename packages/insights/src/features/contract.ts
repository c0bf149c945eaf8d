import type { DumpEvent } from '@rtcstats-server/dump';
import type { CLIENT_FEATURES } from './client-table.ts';
import type { CONNECTION_FEATURES } from './connection-table.ts';
import type { FeatureDefinition } from './definition.ts';
import type { TRACK_FEATURES } from './track-table.ts';

/** The values of a table of features. A feature that the dump does not tell is absent; no value is ever null or NaN. */
export type FeatureValues<Table extends Readonly<Record<string, FeatureDefinition>>> = {
  readonly [Name in keyof Table]?: ValueOf<Table[Name]>;
};

type ValueOf<Definition extends FeatureDefinition> = Definition['type'] extends 'integer' | 'number'
  ? number
  : Definition['type'] extends 'boolean'
    ? boolean
    : Definition['type'] extends 'string'
      ? string
      : Readonly<Record<string, unknown>>;

/**
 * Features of the client: from the events that belong to no connection. Members of the client's `create` event that are
 * not in the table are copied under their own names.
 */
export type ClientFeatures = FeatureValues<typeof CLIENT_FEATURES> & Readonly<Record<string, unknown>>;

/** Features of one peer connection: from the events with its scope. */
export interface ConnectionFeatures extends FeatureValues<typeof CONNECTION_FEATURES> {
  /** The scope of its events, such as `PC_0`. */
  readonly id: string;
}

/**
 * Features of one track of a connection. A track that was added twice, or that is both sent and received, has several
 * entries with the same id.
 */
export interface TrackFeatures extends FeatureValues<typeof TRACK_FEATURES> {
  /** The `id` of the connection. */
  readonly connection: string;
  /** The id of the track, the same as `trackIdentifier`. */
  readonly id: string;
}

/** The features of a dump. Connections and tracks are in order of first appearance. */
export interface Features {
  readonly client: ClientFeatures;
  readonly connections: readonly ConnectionFeatures[];
  readonly tracks: readonly TrackFeatures[];
}

/** Turns a stream of events into a result. `result` may be called at any time, and more than once. */
export interface EventAccumulator<Result> {
  add(event: DumpEvent): void;
  result(): Result;
}
