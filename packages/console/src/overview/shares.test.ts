import { expect, it } from 'vitest';
import { badText, changeText, growthText, pointsText, shareText } from './shares.ts';

it('writes a share with the counts behind it', () => {
  expect(shareText(0.0508, 6, 118)).toBe('5.1 % (6 of 118)');
  expect(shareText(null, 0, 0)).toBe('–');
  expect(badText({ badShare: 0.5, judged: 1200, verdicts: { bad: 500, failed: 100 } })).toBe('50 % (600 of 1,200)');
});

it.each([
  [0.1234, 0.1, '2.3 points more'],
  [0.1, 0.2, '10 points less'],
  [0.1, 0.11, '1 point less'],
  [0.1, 0.1, 'the same'],
  [0.10001, 0.1, 'the same'],
  [null, 0.1, undefined],
  [0.1, null, undefined],
])('writes the change from %j to %j', (share, before, text) => {
  expect(pointsText(share, before)).toBe(text);
});

it('writes changes of scores and of numbers of calls', () => {
  expect(changeText(-3, 'point')).toBe('3 points less');
  expect(growthText(120, 100)).toBe('20 % more');
  expect(growthText(50, 100)).toBe('50 % less');
  expect(growthText(100, 100)).toBe('the same');
  expect(growthText(5, 0)).toBeUndefined();
});
