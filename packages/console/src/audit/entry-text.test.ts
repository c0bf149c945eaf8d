import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditEntryBody } from '@rtcstats-server/api';
import { expect, it } from 'vitest';
import { actionName, detailsText, erasedText, outcomeTone } from './entry-text.ts';

const entry: AuditEntryBody = {
  position: 1,
  time: '2026-11-28T12:00:00.000Z',
  actor: 'anna',
  action: 'dump.read',
  outcome: 'done',
  target: 's-1',
  targetExists: true,
  persons: ['u-1'],
  details: { state: 'stored' },
  erased: 0,
};

it('has words for every action, and shows those of later versions as they are', () => {
  expect(AUDIT_ACTIONS.filter((action) => actionName(action) === action)).toEqual([]);
  expect(actionName('dump.translate')).toBe('dump.translate');
  expect([...AUDIT_OUTCOMES, 'other'].map(outcomeTone)).toEqual(['plain', 'warn', 'bad', 'accent', 'plain']);
});

it('shows details as a list', () => {
  expect(detailsText({ sessions: 4, finished: true })).toBe('sessions 4, finished true');
  expect(detailsText(null)).toBe('');
});

it.each([
  [{}, undefined],
  [{ erased: 2, target: null, persons: [], details: null }, 'content erased'],
  [{ erased: 1, target: null }, '1 name erased'],
  [{ erased: 2, target: null, persons: [] }, '2 names erased'],
])('says what an erasure has left of an entry with %j', (changed, text) => {
  expect(erasedText({ ...entry, ...changed })).toBe(text);
});
