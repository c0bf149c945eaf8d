import { sessionRow } from '@rtcstats-server/testing/session-row';
import { expect, it } from 'vitest';
import type { SessionRow } from '../catalog/sessions.ts';
import { sessionDetailResponse, sessionResponse } from './session-response.ts';

it('shows everything that the row of a session says today', () => {
  const row = sessionRow('a', { user: 'anna', signed: ['user'], country: 'DE', forward: false });
  expect(sessionResponse(row)).toEqual(row);
  expect(sessionDetailResponse(row, [])).toEqual({ ...row, deliveries: [] });
});

it('shows nothing that is added to the catalog', () => {
  const row = sessionRow('a');
  const extended = { ...row, secret: 'x', receipt: { ...row.receipt, secret: 'x' } } as SessionRow;
  expect(sessionResponse(extended)).toEqual(row);
});
