import type { Change, Changes } from '@rtcstats-server/api';
import { expect, it } from 'vitest';
import { readQuery } from '../session-list/query.ts';
import {
  changeLink,
  changeSubject,
  changesSummary,
  differenceText,
  notComparedText,
  pText,
  sideText,
} from './change-text.ts';

const CHANGE: Change = {
  measure: 'badShare',
  dimension: null,
  value: null,
  problem: null,
  before: { calls: 80, judged: 79, affected: 6, share: 6 / 79 },
  after: { calls: 76, judged: 75, affected: 17, share: 17 / 75 },
  difference: 0.1507,
  differenceLow: 0.0412,
  differenceHigh: 0.2601,
  pValue: 0.011,
  adjustedPValue: 0.033,
  significant: true,
};
const range = { from: '2026-11-21T00:00:00.000Z', to: '2026-11-28T00:00:00.000Z', calls: 76 };
const CHANGES: Changes = {
  before: { ...range, calls: 80 },
  after: range,
  minimumGroup: 5,
  falseDiscoveryRate: 0.05,
  comparisons: 12,
  significant: 2,
  onlyBefore: 0,
  onlyAfter: 0,
  changes: [CHANGE],
};

it.each([
  [{}, 'bad calls'],
  [{ measure: 'setupFailureShare', dimension: 'browser', value: 'Firefox 153' }, 'setup failures, browser Firefox 153'],
  [{ measure: 'problemShare', problem: 'packet-loss' }, 'packet-loss'],
  [{ dimension: 'country', value: 'unknown' }, 'bad calls, country not known'],
] as const)('names what changed: %j', (change, subject) => {
  expect(changeSubject({ ...CHANGE, ...change })).toBe(subject);
});

it('writes both shares with their counts, also one that is not told', () => {
  expect(sideText(CHANGE.after, 5)).toBe('22.7 % (17 of 75)');
  expect(sideText({ calls: 80, judged: 79, affected: null, share: null }, 5)).toBe('fewer than 5 of 79');
});

it('writes the difference with its interval, in the same direction', () => {
  expect(differenceText(CHANGE)).toBe('15.1 points more (4.1 to 26)');
  const better = { ...CHANGE, difference: -0.1, differenceLow: -0.2, differenceHigh: 0.011 };
  expect(differenceText(better)).toBe('10 points less (−1.1 to 20)');
  const hidden = { ...CHANGE, before: { ...CHANGE.before, affected: null, share: null } };
  expect(differenceText(hidden)).toBe('at least 15.1 points more (4.1 to 26)');
  expect([0.00001, 0.0123, 0.4567].map(pText)).toEqual(['< 0.001', '0.012', '0.46']);
});

it('says how much was compared, and what was not', () => {
  expect(changesSummary(CHANGES)).toBe(
    '2 of 12 comparisons show a change; at most 5 % of such changes are expected to be chance.',
  );
  expect(changesSummary({ ...CHANGES, significant: 0 })).toBe(
    '12 comparisons show no change that is more than chance.',
  );
  expect(changesSummary({ ...CHANGES, comparisons: 0 })).toMatch(/^No group has enough/);
  expect(changesSummary({ ...CHANGES, before: { ...range, calls: 0 } })).toMatch(/nothing to compare with/);
  expect(notComparedText(CHANGES)).toBe('');
  expect(notComparedText({ ...CHANGES, onlyAfter: 1, onlyBefore: 2 })).toBe(
    'Not compared, because they have 5 calls or more in one of the times: 1 group only in this time, such as a new version of a browser; 2 groups only in the time before.',
  );
});

it.each([
  [{}, {}],
  [
    { measure: 'setupFailureShare', dimension: 'browser', value: 'Firefox 153' },
    { verdict: 'failed', browser: 'Firefox' },
  ],
  [
    { measure: 'problemShare', problem: 'packet-loss' },
    { observation: 'packet-loss', severity: 'medium' },
  ],
] as const)('leads to the sessions of a change: %j', (change, filters) => {
  const link = changeLink({ ...CHANGE, ...change }, range);
  const { from, to } = range;
  expect(readQuery(link!.to.slice('/sessions'.length), 0)).toEqual({ ...filters, from, to, sort: 'score' });
});

it('has no link where the list has no filter', () => {
  expect(changeLink({ ...CHANGE, dimension: 'browser', value: 'Samsung Internet 28' }, range)).toBeUndefined();
});
