import type { ErasureReceipt, SubjectOverviewBody } from '@rtcstats-server/api';
import { expect, it } from 'vitest';
import { overviewText, placeName, queryOf, sessionsText } from './subject-text.ts';

const overview: SubjectOverviewBody = {
  sessions: 3,
  states: { stored: 2, recording: 1 },
  forwarded: 0,
  elsewhere: 0,
  holds: [],
  newest: [],
  destroyedEpochs: 0,
};

it('gives the name to the API under its kind', () => {
  expect(queryOf({ kind: 'conference', name: 'standup' })).toEqual({ conference: 'standup' });
});

it.each([
  [{}, '3 sessions: 2 verified, 1 live.'],
  [
    { forwarded: 1, elsewhere: 2 },
    '3 sessions: 2 verified, 1 live. 1 dump at rtcstats.com. ' +
      '2 dumps in the quarantine of another gateway, which has to run to erase them.',
  ],
])('says what was found: %j', (changed, text) => {
  expect(overviewText({ ...overview, ...changed })).toBe(text);
});

it('names the places of a receipt, and shows those of later versions as they are', () => {
  expect(['exports', 'tape'].map(placeName)).toEqual(['Parquet files', 'tape']);
});

it('says how many live sessions were ended', () => {
  const receipt = { sessions: 1200, live: 0 } as ErasureReceipt;
  expect(sessionsText(receipt)).toBe('1,200');
  expect(sessionsText({ ...receipt, live: 2 })).toBe('1,200, 2 of them live and ended');
});
