import { expect, it } from 'vitest';
import { verdictText, verdictTitle } from './call-verdict-text.ts';

it.each([
  ['good', 96.4, '96 good'],
  ['bad', 0, '0 bad'],
  ['failed', 0, 'failed'],
  ['notJudged', null, 'not judged'],
] as const)('writes the verdict %s with a score of %s as %j', (verdict, experience, text) => {
  expect(verdictText(verdict, experience)).toBe(text);
});

const SCORES = { experience: 62, audio: 4.1, video: null, connectivity: 5 };
const PROBLEMS = [
  { name: 'packet-loss', severity: 'high' },
  { name: 'high-rtt', severity: 'medium' },
] as const;

it.each([
  [{ scores: SCORES, problems: [], analysisFailure: null }, 'Experience 62 of 100'],
  [
    { scores: SCORES, problems: [...PROBLEMS], analysisFailure: null },
    'Experience 62 of 100, packet-loss (high), high-rtt (medium)',
  ],
  [{ scores: null, problems: [], analysisFailure: null }, 'No call to judge'],
  [{ scores: null, problems: [], analysisFailure: 'unreadable' }, 'The dump is damaged.'],
] as const)('explains the verdict of %j', (session, title) => {
  expect(verdictTitle({ ...session, problems: [...session.problems] })).toBe(title);
});
