import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { analysisDocument } from '@rtcstats-server/api';
import { openEvents } from '@rtcstats-server/dump';
import { ANALYSIS_VERSION, type AnalysisDocument, analyzeEvents, DETECTORS } from '@rtcstats-server/insights';
import { describe, expect, it } from 'vitest';
import { readTruth } from './truth/recordings.ts';
import { judge, scoreLabels, total } from './truth/score.ts';

const FOLDER = fileURLToPath(new URL('recordings/', import.meta.url));
const recordings = await readTruth(`${FOLDER}faults`);
const judged = recordings.map(({ label, analysis }) => judge(label, analysis));

describe('detectors on recordings of real browsers with injected faults', () => {
  it('have a recording for every name', () => {
    const expected = recordings.flatMap(({ label }) => label.expected.map((it) => it.label));
    expect(DETECTORS.map(({ definition }) => definition.name).sort()).toEqual(Array.from(new Set(expected)).sort());
  });

  it.each(judged)('find what is expected in $name, and nothing else', ({ name, wrong, missed }) => {
    // The other side never got the answer. This side sees ICE connect and DTLS not begin, as with blocked DTLS.
    const unknowable = name === 'answer-never-arrives.b' ? ['dtls-failed'] : [];
    expect({ wrong, missed }).toEqual({ wrong: unknowable, missed: [] });
  });

  it('give documents as the schema of the API describes them', () => {
    for (const { analysis } of recordings) {
      const { start: _, ...document } = analysis;
      const json: unknown = JSON.parse(JSON.stringify(document));
      expect(analysisDocument.parse(json)).toEqual(json);
    }
  });

  it('report no problem of severity medium or higher on healthy calls', () => {
    const healthy = judged.filter(({ isHealthy }) => isHealthy);
    expect(healthy.length).toBeGreaterThanOrEqual(10);
    expect(healthy.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('reach the precision and recall that are promised', () => {
    const { precision, recall } = total(scoreLabels(judged));
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  });

  it('give healthy calls a better score than any call that failed or was interrupted', () => {
    const experience = (isHealthy: boolean): number[] =>
      recordings.flatMap(({ label, analysis }) => {
        const score = analysis.scores.experience;
        const severe = analysis.observations.some(({ severity }) => severity === 'critical' || severity === 'high');
        return (label.fault.kind === 'none') === isHealthy && (isHealthy || severe) && score !== null ? [score] : [];
      });
    expect(Math.min(...experience(true))).toBeGreaterThan(80);
    expect(Math.max(...experience(false))).toBeLessThan(80);
  });
});

describe('the dumps that Chromium itself writes', () => {
  const dumps = readdirSync(FOLDER).filter((name) => name.includes('_dump'));

  async function analyzeDump(name: string): Promise<AnalysisDocument> {
    return await analyzeEvents(await openEvents(createReadStream(FOLDER + name), { badLines: 'skip' }));
  }

  it('are at hand', () => expect(dumps.length).toBeGreaterThan(2));

  it.each(dumps)('%s: a good call', async (name) => {
    const { analysisVersion, scores, observations, setup } = await analyzeDump(name);
    expect(analysisVersion).toBe(ANALYSIS_VERSION);
    expect(scores.experience).toBeGreaterThan(90);
    expect(observations.filter(({ severity }) => severity !== 'low' && severity !== 'info')).toEqual([]);
    expect(setup.filter(({ connected }) => connected)).toHaveLength(2);
  });
});

describe('a damaged dump', () => {
  const lines = readFileSync(`${FOLDER}chromium-relay.raw`, 'utf8').split('\n');
  const dump = (...parts: string[]) => new Blob(['RTCStatsDump\n{"fileFormat":3}\n', parts.join('\n')]).stream();

  it('is judged up to the point where it is cut', async () => {
    const source = dump(...lines.slice(0, 100), lines[100]!.slice(0, 50));
    const { notJudged, scores } = await analyzeEvents(await openEvents(source, { badLines: 'skip' }));
    expect(notJudged.map(({ what }) => what)).toEqual(['end-of-recording']);
    expect(scores.experience).toBeGreaterThan(90);
  });

  it('is judged without the lines that are not events', async () => {
    const source = dump(...lines.slice(0, 50), 'garbage', '{}', ...lines.slice(50));
    const { notJudged } = await analyzeEvents(await openEvents(source, { badLines: 'skip' }));
    expect(notJudged).toContainEqual({ what: 'lines', why: '2 lines are not events' });
  });
});

describe('the comparison with labels', () => {
  const label = {
    name: 'a',
    file: 'a.raw',
    fault: { kind: 'loss' },
    expected: [{ label: 'packet-loss', direction: 'inbound', from: 20, to: 30 } as const],
    acceptable: ['high-jitter'],
  };
  const observed = (name: string, direction: 'in' | 'out', from: number, to: number) => ({
    name,
    direction,
    severity: 'low' as const,
    category: 'network' as const,
    scope: { type: 'connection' as const, connection: 'PC_0' },
    from,
    to,
    intervals: [[from, to] as const],
    evidence: {},
  });
  const analysis = {
    analysisVersion: 1,
    scores: { experience: 50, audio: null, video: null, connectivity: null, reasons: [] },
    features: { client: {}, connections: [], tracks: [] },
    setup: [],
    notJudged: [],
    start: 1_000_000,
  };

  it('counts a label once, another direction as wrong, and an acceptable one not at all', () => {
    const observations = [
      observed('packet-loss', 'in', 1_021_000, 1_031_000),
      observed('packet-loss', 'in', 1_025_000, 1_026_000),
      observed('packet-loss', 'out', 1_021_000, 1_031_000),
      observed('high-jitter', 'in', 1_021_000, 1_031_000),
    ];
    const result = judge(label, { ...analysis, observations });
    expect(result).toMatchObject({ found: ['packet-loss in'], wrong: ['packet-loss out'], missed: [], misplaced: [] });
  });

  it('counts an observation at another time as missed', () => {
    const result = judge(label, { ...analysis, observations: [observed('packet-loss', 'in', 1_000_000, 1_005_000)] });
    expect(result).toMatchObject({ found: [], wrong: [], missed: ['packet-loss in'], misplaced: ['packet-loss in'] });
  });
});
