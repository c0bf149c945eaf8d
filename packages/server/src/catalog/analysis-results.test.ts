import * as api from '@rtcstats-server/api/states';
import {
  type AnalysisDocument,
  CALL_VERDICTS,
  NO_FEATURES,
  type Observation,
  SEVERITIES,
} from '@rtcstats-server/insights';
import { expect, it } from 'vitest';
import { analysisRow, failedAnalysis, MAX_DOCUMENT_LENGTH } from './analysis-results.ts';

const AT = '2026-03-01T10:00:00.000Z';

function observation(name: string, severity: Observation['severity']): Observation {
  const scope = { type: 'track', connection: 'PC_0', track: 't' } as const;
  return {
    name,
    severity,
    category: 'network',
    scope,
    direction: 'in',
    from: 1,
    to: 2,
    intervals: [[1, 2]],
    evidence: {},
  };
}

function document(changes: Partial<AnalysisDocument> = {}): AnalysisDocument {
  return {
    analysisVersion: 7,
    scores: { experience: 55, audio: 2.5, video: null, connectivity: 5, reasons: [] },
    observations: [],
    features: NO_FEATURES,
    setup: [],
    notJudged: [],
    ...changes,
  };
}

it('has the names of the API', () => {
  expect(api.CALL_VERDICTS).toEqual(CALL_VERDICTS);
  expect(api.SEVERITIES).toEqual(SEVERITIES);
});

it('makes a row of a document', () => {
  const observations = [
    observation('video-freeze', 'medium'),
    observation('packet-loss', 'medium'),
    observation('packet-loss', 'high'),
    observation('microphone-quiet', 'low'),
  ];
  const notJudged = [
    { what: 'high-rtt', why: 'its detector failed: TypeError' },
    { what: 'one-way-audio', why: 'Firefox does not report it' },
  ];
  const given = document({ observations, notJudged });
  const row = analysisRow(given, AT);
  expect(row).toMatchObject({ analysisVersion: 7, analyzedAt: AT, verdict: 'bad', experience: 55, severity: 'high' });
  expect(row.problems).toEqual([
    { name: 'packet-loss', severity: 'high' },
    { name: 'video-freeze', severity: 'medium' },
  ]);
  expect(row.observations[0]).toEqual({
    ...{ name: 'video-freeze', severity: 'medium', category: 'network', direction: 'in', from: 1, to: 2 },
    ...{ scopeType: 'track', connection: 'PC_0', track: 't' },
  });
  expect(row.failedDetectors).toEqual(['high-rtt']);
  expect(row.setupFailure).toBeNull();
  expect(JSON.parse(row.document!)).toEqual(given);
});

it('leaves a document out that is too large, but not its scores and observations', () => {
  const why = 'x'.repeat(MAX_DOCUMENT_LENGTH);
  const row = analysisRow(
    document({ observations: [observation('packet-loss', 'low')], notJudged: [{ what: 'a', why }] }),
    AT,
  );
  expect(row).toMatchObject({ document: null, failure: null, experience: 55, severity: 'low', problems: [] });
  expect(row.observations).toHaveLength(1);
});

it('makes a row of a failure', () => {
  expect(failedAnalysis('deadline', AT)).toMatchObject({ failure: 'deadline', verdict: 'notJudged', experience: null });
});
