import type { DumpEvent } from '@rtcstats-server/dump';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Analysis } from './analysis.ts';
import type { AnalysisDocument, AnalysisFeatures } from './analysis-document.ts';
import { FeatureAccumulator } from './features/features.ts';
import { MAX_OBSERVATIONS } from './observations/observer.ts';
import type { ConnectionSample } from './signals/samples.ts';

const START = 1_700_000_000_000;

function event(method: string, scope: string | null, value: unknown, at: number, extra: unknown[] = []): DumpEvent {
  return { method, methodCode: method, scope, value, extra, delta: 0, time: START + at, line: 1 };
}

function analyze(events: readonly DumpEvent[]): AnalysisDocument {
  const analysis = new Analysis();
  for (const it of events) analysis.add(it);
  return analysis.result();
}

const connected = (scope: string, at = 0): DumpEvent[] => [
  event('create', scope, {}, at),
  event('createOffer', scope, null, at + 1),
  event('oniceconnectionstatechange', scope, 'connected', at + 20),
  event('onconnectionstatechange', scope, 'connected', at + 30),
];

/** A second of a healthy stream of received audio. */
const audio = (second: number) => ({
  '1': {
    type: 'inbound-rtp',
    kind: 'audio',
    packetsReceived: second * 50,
    packetsLost: 0,
    jitter: 0.001,
    totalSamplesReceived: second * 48_000,
    concealedSamples: 0,
    jitterBufferDelay: second * 48_000 * 0.04,
    jitterBufferEmittedCount: second * 48_000,
  },
});

describe('an analysis of little', () => {
  it('says that there are no events', () => {
    expect(analyze([])).toMatchObject({
      scores: { experience: null, audio: null, video: null, connectivity: null, reasons: [] },
      observations: [],
      features: { client: {}, connections: [], tracks: [] },
      notJudged: [{ what: 'call', why: 'the recording has no events' }],
    });
  });

  it('says that there are no statistics', () => {
    const { notJudged, scores } = analyze(connected('PC_0'));
    expect(notJudged).toContainEqual({ what: 'media', why: 'the recording has no statistics' });
    expect(scores).toMatchObject({ audio: null, connectivity: 5 });
  });

  it('notes that the recording is not complete', () => {
    const analysis = new Analysis();
    analysis.incomplete('the file is cut short');
    expect(analysis.result().notJudged).toContainEqual({ what: 'end-of-recording', why: 'the file is cut short' });
  });

  it('gives a call that never connected a score', () => {
    const events = [...connected('PC_0').slice(0, 2), event('onconnectionstatechange', 'PC_0', 'failed', 20_000)];
    const { scores } = analyze(events);
    expect(scores).toMatchObject({ experience: 0, connectivity: 1 });
    expect(scores.reasons[0]).toMatchObject({ score: 'experience', name: 'ice-failed' });
  });
});

describe('clocks', () => {
  const call = (jump: (second: number) => number): AnalysisDocument => {
    const rows = Array.from({ length: 60 }, (_, second) =>
      event('getStats', 'PC_0', { ...audio(second), t: START + second * 1000 }, 1000 * second + jump(second)),
    );
    return analyze([...connected('PC_0'), ...rows]);
  };

  it.each([
    ['forward', (second: number) => (second > 30 ? 3_600_000 : 0)],
    ['back', (second: number) => (second > 30 ? -3_600_000 : 0)],
  ])('that are set %s are noted, and are no fault of the call', (_, jump) => {
    const { observations, notJudged, scores } = call(jump);
    expect(observations).toEqual([]);
    expect(notJudged.map(({ what }) => what)).toContain('durations');
    expect(scores.experience).toBeGreaterThan(90);
  });
});

describe('bounded memory', () => {
  it('ignores statistics that arrive after close', () => {
    const { setup } = analyze([
      ...connected('PC_0'),
      event('close', 'PC_0', null, 1000),
      event('getStats', 'PC_0', { ...audio(1), t: START }, 1100),
    ]);
    expect(setup).toHaveLength(1);
  });

  it('begins anew when a connection is created with the id of an earlier one', () => {
    const { setup } = analyze([...connected('PC_0'), ...connected('PC_0', 5000)]);
    expect(setup).toMatchObject([
      { id: 'PC_0', connected: true },
      { id: 'PC_0', connected: true },
    ]);
  });

  it('says how many of thousands of open connections it left out', () => {
    const events = Array.from({ length: 3000 }, (_, index) => event('create', `PC_${index}`, {}, index));
    const { notJudged, observations } = analyze([...events, event('publicIP', null, [], 60_000)]);
    expect(notJudged).toContainEqual({ what: 'connections', why: '2000 connections were too many at the same time' });
    expect(observations).toMatchObject([{ name: 'connection-leak', severity: 'high' }]);
  });

  it('keeps the worst observations if there are very many', () => {
    const events = Array.from({ length: 3000 }, (_, index) => {
      const scope = `PC_${index}`;
      return [
        event('create', scope, {}, index * 10),
        event(index === 2500 ? 'setRemoteDescriptionOnFailure' : 'addIceCandidateOnFailure', scope, 'E', index * 10),
        event('close', scope, null, index * 10 + 5),
      ];
    });
    const { observations, notJudged } = analyze(events.flat());
    expect(observations.length).toBeLessThanOrEqual(MAX_OBSERVATIONS);
    expect(observations[0]).toMatchObject({ name: 'sdp-error', severity: 'critical' });
    expect(notJudged.map(({ what }) => what)).toContain('observations');
  });
});

describe('features', () => {
  it('are computed in the same pass', () => {
    const features: AnalysisFeatures = { client: { duration: 7 }, connections: [], tracks: [] };
    const seen: string[] = [];
    const analysis = new Analysis({ features: { add: ({ method }) => seen.push(method), result: () => features } });
    for (const it of connected('PC_0')) analysis.add(it);
    expect(analysis.result().features).toBe(features);
    expect(seen).toHaveLength(4);
  });
});

describe('input that no client sends', () => {
  const METHODS = [
    'create',
    'getStats',
    'close',
    'addTrack',
    'addTransceiver',
    'replaceTrack',
    'removeTrack',
    'setLocalDescription',
    'setLocalDescriptionOnSuccess',
    'setRemoteDescription',
    'setRemoteDescriptionOnSuccess',
    'setRemoteDescriptionOnFailure',
    'onicecandidate',
    'onicecandidateerror',
    'addIceCandidate',
    'oniceconnectionstatechange',
    'onconnectionstatechange',
    'navigator.mediaDevices.getUserMedia',
    'navigator.mediaDevices.getUserMediaOnSuccess',
    'navigator.mediaDevices.getUserMediaOnFailure',
    'MediaStreamTrack.onended',
  ];
  const report = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom('type', 'kind', '14', 'packetsReceived', 'timestamp', '59', 'id'), fc.jsonValue()),
    fc.record({
      type: fc.constantFrom('inbound-rtp', 'outbound-rtp', 'candidate-pair', 'transport', 'remote-inbound-rtp'),
      kind: fc.constantFrom('audio', 'video'),
      packetsReceived: fc.double(),
      framesEncoded: fc.integer(),
      remoteId: fc.constantFrom('a', 'b'),
      selectedCandidatePairId: fc.constantFrom('a', 'b'),
    }),
  );
  const events = fc.array(
    fc.record({
      method: fc.constantFrom(...METHODS),
      scope: fc.constantFrom(null, 'PC_0', 'PC_1'),
      value: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom('a', 'b', 't', '__proto__'), report),
        fc.record({
          type: fc.constantFrom('offer', 'answer', 'rollback'),
          sdp: fc.constantFrom('m=', 'm=audio 0 x', ''),
        }),
        fc.array(fc.array(fc.jsonValue())),
      ),
      at: fc.integer({ min: -100_000, max: 100_000 }),
      extra: fc.array(fc.jsonValue(), { maxLength: 2 }),
    }),
    { maxLength: 60 },
  );

  it('gives a document of finite numbers, never an error', () => {
    fc.assert(
      fc.property(events, (all) => {
        const document = analyze(
          all.map(({ method, scope, value, at, extra }) => event(method, scope, value, at, extra)),
        );
        // JSON has no NaN and no Infinity: they would become null.
        expect(JSON.parse(JSON.stringify(document.observations))).toEqual(document.observations);
        expect(document.notJudged.filter(({ why }) => why.includes('failed'))).toEqual([]);
        const { experience } = document.scores;
        if (experience !== null) expect(experience >= 0 && experience <= 100).toBe(true);
        for (const { from, to } of document.observations) expect(to).toBeGreaterThanOrEqual(from);
      }),
      { numRuns: 500 },
    );
  });

  it('judges statistics alike with and without features, for each life of a connection id', () => {
    const late = { ...audio(21), '2': { type: 'inbound-rtp', kind: 'video', packetsReceived: 1 } };
    const others = Array.from({ length: 70 }, (_, index) => [
      event('create', `PC_${index + 1}`, {}, 10_500),
      event('close', `PC_${index + 1}`, null, 10_501),
    ]);
    const life = (from: number): DumpEvent[] => [
      ...connected('PC_0', from),
      ...Array.from({ length: 20 }, (_, second) => event('getStats', 'PC_0', audio(second), from + second * 1000)),
    ];
    const events = [
      event('create', 'PC_0', {}, 0),
      event('close', 'PC_0', null, 1),
      ...life(10).slice(0, 14),
      // After that many, the features of the connection that was closed above are settled.
      ...others.flat(),
      ...life(10).slice(14),
      event('close', 'PC_0', null, 21_000),
      event('getStats', 'PC_0', late, 21_001),
      ...life(22_000),
      ...life(45_000),
    ];
    const samples: [connection: string, ConnectionSample][][] = [];
    for (const features of [undefined, new FeatureAccumulator()]) {
      const seen: [string, ConnectionSample][] = [];
      const listener = { sample: (id: string, sample: ConnectionSample) => seen.push([id, sample]) };
      const analysis = new Analysis({ ...(features && { features }), samples: listener });
      for (const it of events) analysis.add(it);
      analysis.result();
      samples.push(seen);
    }
    expect(samples[0]).toHaveLength(60);
    expect(samples[1]).toEqual(samples[0]);
  });
});
