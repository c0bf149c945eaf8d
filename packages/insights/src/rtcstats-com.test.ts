import { expect, it } from 'vitest';
import { type AnalysisDocument, NO_FEATURES } from './analysis-document.ts';
import type { Observation } from './observations/observation.ts';
import { toRtcstatsCom } from './rtcstats-com.ts';

const LOSS: Observation = {
  name: 'packet-loss',
  severity: 'high',
  category: 'network',
  scope: { type: 'track', connection: 'PC_0', track: 't' },
  direction: 'in',
  from: 1_795_800_000_000.7,
  to: 1_795_800_012_345,
  intervals: [
    [0, 2000],
    [5000, 6234],
  ],
  evidence: { kind: 'video', maxLossShare: 0.12345, lostPackets: 321 },
};

function document(changes: Partial<AnalysisDocument>): AnalysisDocument {
  return {
    analysisVersion: 1,
    scores: { experience: 55, audio: 2.5, video: null, connectivity: 5, reasons: [] },
    observations: [],
    features: NO_FEATURES,
    setup: [],
    notJudged: [],
    ...changes,
  };
}

it('has the scores, the counts, and what the browser says of itself', () => {
  const userAgentData = { platform: 'Linux' };
  const features = { ...NO_FEATURES, client: { userAgentData, duration: 1 } };
  const observations = [LOSS, { ...LOSS, severity: 'low' as const }];
  expect(toRtcstatsCom(document({ features, observations }))).toMatchObject({
    scores: { experienceScore: 55, audioScore: 2.5, videoScore: null, connectivityScore: 5, observationsScore: null },
    observationsCount: { critical: 0, high: 1, medium: 0, low: 1, info: 0 },
    userAgentData,
  });
  expect(toRtcstatsCom(document({}))).toMatchObject({ observations: [], userAgentData: {} });
});

it.each([
  [
    {},
    {
      ...{ type: 'packet-loss', severity: 'high', category: 'streams', tags: ['inbound', 'network', 'video'] },
      ...{ firstSeenAt: 1_795_800_000_000, valueInPercent: 12.35, valueInCount: 321, durationInSeconds: 3.23 },
    },
  ],
  [
    {
      scope: { type: 'connection', connection: 'PC_0' },
      direction: 'both',
      evidence: { maxRttMs: 712, durationMs: 9000 },
    },
    {
      ...{ type: 'packet-loss', severity: 'high', category: 'connections', tags: ['inbound', 'outbound', 'network'] },
      ...{ firstSeenAt: 1_795_800_000_000, maxInMs: 712, durationInMs: 9000, durationInSeconds: 3.23 },
    },
  ],
  [
    {
      ...{ name: 'one-way-audio', category: 'capture', scope: { type: 'client' }, direction: null },
      ...{ from: Number.NaN, intervals: [], evidence: { error: 'NotFoundError', maxLevelDbfs: -60 } },
    },
    { type: 'one-way-audio', severity: 'high', category: 'devices', tags: ['peripheral', 'audio'] },
  ],
  [
    { category: 'client', scope: { type: 'client' }, direction: null, evidence: {}, intervals: [] },
    { type: 'packet-loss', severity: 'high', tags: [], firstSeenAt: 1_795_800_000_000 },
  ],
] satisfies [Partial<Observation>, object][])('converts an observation with %j', (changes, expected) => {
  const { observations } = toRtcstatsCom(document({ observations: [{ ...LOSS, ...changes } as Observation] }));
  expect(observations).toEqual([expected]);
});
