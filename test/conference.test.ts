import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { DumpReader } from '@rtcstats-server/dump';
import {
  type AnalysisDocument,
  analyzeEvents,
  conferenceCalls,
  conferenceSession,
  FeatureAccumulator,
} from '@rtcstats-server/insights';
import { describe, expect, it } from 'vitest';

const FAULTS = join(import.meta.dirname, 'recordings/faults');
const START = 1_795_900_000_000;

async function analyze(name: string): Promise<AnalysisDocument> {
  const file = createReadStream(`${FAULTS}/${name}.raw.gz`).pipe(createGunzip());
  const reader = DumpReader.openRecording(file as AsyncIterable<Uint8Array>, { badLines: 'skip' });
  return await analyzeEvents(reader, FeatureAccumulator.of(reader));
}

/** From the first to the last event. */
function durationOf({ features }: AnalysisDocument): number {
  const connections = features.connections as readonly {
    readonly id: string;
    readonly startTime: number;
    readonly duration: number;
  }[];
  return Math.max(...connections.map((one) => one.startTime + one.duration)) - (features.client['startTime'] as number);
}

/** Shifts the clock of the client. */
function shifted(analysis: AnalysisDocument, by: number): AnalysisDocument {
  const { client } = analysis.features;
  const connections = analysis.features.connections as readonly { readonly id: string; readonly startTime: number }[];
  return {
    ...analysis,
    features: {
      ...analysis.features,
      client: { ...client, startTime: (client['startTime'] as number) + by },
      connections: connections.map((one) => ({ ...one, startTime: one.startTime + by })),
    },
    observations: analysis.observations.map((observation) => ({
      ...observation,
      intervals: observation.intervals.map(([from, to]) => [from + by, to + by] as const),
    })),
  };
}

const bad = await analyze('loss-8pct-firefox.a');
const good = await analyze('healthy-av-chromium.a');

/** A conference of a client with loss in both directions, and three without problems. */
function conference(clock = 0) {
  const session = (id: string, analysis: AnalysisDocument) => {
    const duration = durationOf(analysis);
    return conferenceSession({ id, user: null, start: START, end: START + duration + 200, browser: null }, analysis);
  };
  return [
    session('bad', shifted(bad, clock)),
    ...['one', 'two', 'three'].map((id, index) => session(id, shifted(good, index * -clock))),
  ];
}

describe('conferences of recordings', () => {
  it('says whose network is bad, in both directions', () => {
    const [call] = conferenceCalls(conference());
    expect(call!.observations.map(({ name, scope }) => [name, scope.participant])).toEqual([
      ['participant-downlink', 'bad'],
      ['participant-uplink', 'bad'],
    ]);
  });

  it('does not depend on the clocks of the clients', () => {
    const calls = conferenceCalls(conference());
    expect(conferenceCalls(conference(5 * 60_000))).toEqual(calls);
    const [{ observations, clockUncertaintyMs }] = calls as [(typeof calls)[number]];
    expect(clockUncertaintyMs).toBe(1000);
    const losses = bad.observations.filter(({ name, direction }) => name === 'packet-loss' && direction === 'out');
    const sinceStart = losses[0]!.from - (bad.features.client['startTime'] as number);
    expect(sinceStart).toBeGreaterThan(1000);
    expect(observations[1]).toMatchObject({ direction: 'out', from: Math.round(START + sinceStart) });
  });

  it('reports a clock that cannot be trusted', () => {
    const facts = { id: 'a', user: null, start: START, end: START + 3_600_000, browser: null };
    expect(conferenceSession(facts, good).uncertainty).toBeGreaterThan(3_000_000);
    const hostile = { ...good, features: { ...good.features, client: { startTime: -1e308, duration: 1e308 } } };
    expect(conferenceSession(facts, hostile).uncertainty).toBe(3_600_000);
    const without = { ...good, features: { ...good.features, client: {} } };
    expect(conferenceSession(facts, without).uncertainty).toBeNull();
  });

  it('does not take the bad track of one sender for a bad connection', () => {
    const facts = { id: 'a', user: null, start: START, end: START + 60_000, browser: null };
    const concealed = bad.observations.find(({ name }) => name === 'audio-concealment')!;
    const [track] = bad.features.tracks.filter(({ id }) => 'track' in concealed.scope && id === concealed.scope.track);
    const analysis = (tracks: number): AnalysisDocument => ({
      ...bad,
      observations: [concealed],
      features: {
        ...bad.features,
        tracks: [track!, ...Array.from({ length: tracks - 1 }, (_, index) => ({ ...track!, id: `other-${index}` }))],
      },
    });
    const affected = (tracks: number) => conferenceSession(facts, analysis(tracks)).receiving.affected;
    expect([affected(1), affected(2), affected(5)]).toEqual([1, 0, 0]);
  });

  it('takes a thousand participants', () => {
    const [one] = conference();
    const many = Array.from({ length: 1000 }, (_, index) => ({
      ...one!,
      id: `session-${index}`,
      user: `user-${index}`,
    }));
    expect(conferenceCalls(many)).toMatchObject([{ participants: 1000, observations: [] }]);
  });
});
