import { expect, it } from 'vitest';
import { scoresOf } from './scores.ts';

it.each([
  [null, []],
  ['text', []],
  [{ data: { scores: { experienceScore: 87 } } }, [{ name: 'experienceScore', value: 87 }]],
  [{ data: [{ scores: { audio: { mos: 4.1, label: 'good' }, video: null } }] }, [{ name: 'audio.mos', value: 4.1 }]],
  [{ scores: 5, score: 7 }, []],
])('finds in %j the scores %j', (analysis, scores) => {
  expect(scoresOf(analysis)).toEqual(scores);
});
