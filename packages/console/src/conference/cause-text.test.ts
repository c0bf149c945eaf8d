import { expect, it } from 'vitest';
import { causeReason, causeTitle, intervalText, missingText } from './cause-text.ts';

const nameOf = (user: string): string => (user === 'user-1' ? 'user-1' : 'session 01a2');

it.each([
  ['participant-downlink', { participant: 'user-1' }, 'Downlink of user-1'],
  ['participant-uplink', { participant: '01a2-long-id' }, 'Uplink of session 01a2'],
  ['shared-relay', { relay: 'turn:turn.example.com' }, 'TURN server turn:turn.example.com'],
  ['shared-browser', { browser: 'Firefox 153' }, 'Firefox 153'],
] as const)('names the cause %s', (name, scope, title) => {
  expect(causeTitle({ name, scope: { type: 'conference', ...scope } }, nameOf)).toBe(title);
});

it('says what was compared, with the numbers', () => {
  const side = { connections: 2, affectedConnections: 2, others: 3, othersAffected: 1 };
  expect(causeReason({ name: 'participant-downlink', evidence: side })).toBe(
    'What this participant receives is bad on 2 of 2 connections. The same is bad for 1 of 3 other participants.',
  );
  expect(causeReason({ name: 'participant-uplink', evidence: { ...side, receivers: 3, receiversAffected: 3 } })).toBe(
    'What this participant sends is bad on 2 of 2 connections. The same is bad for 1 of 3 other participants. ' +
      'At the same time, 3 of 3 other participants received badly.',
  );
  const group = { problem: 'packet-loss', members: 4, affected: 4, others: 5, othersAffected: 0 };
  expect(causeReason({ name: 'shared-relay', evidence: group })).toBe(
    '4 of 4 participants behind it have packet-loss. So do 0 of 5 other participants.',
  );
  expect(causeReason({ name: 'shared-browser', evidence: {} })).toBe('');
});

it('says why sessions are not compared', () => {
  expect(missingText([])).toBe('');
  expect(missingText([{ session: 'a', why: 'recording' }])).toBe('1 session is not compared: 1 still recorded.');
  expect(
    missingText([
      { session: 'a', why: 'notAnalyzed' },
      { session: 'b', why: 'recording' },
      { session: 'c', why: 'notAnalyzed' },
    ]),
  ).toBe('3 sessions are not compared: 2 not analyzed, 1 still recorded.');
});

it('writes an interval with its length', () => {
  const from = new Date(2026, 10, 28, 10, 2, 3).getTime();
  expect(intervalText([from, from + 12_000])).toBe('10:02:03 for 12 s');
  expect(intervalText([from, from])).toBe('10:02:03');
});
