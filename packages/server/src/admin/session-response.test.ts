import { sessionRow } from '@rtcstats-server/testing/session-row';
import { expect, it } from 'vitest';
import type { SessionRow } from '../catalog/sessions.ts';
import { sessionDetailResponse, sessionResponse } from './session-response.ts';

/** The URL in the storage is for other programs on the database; the API serves the dump itself. */
function withoutUrl({ storageUrl, ...row }: SessionRow): Omit<SessionRow, 'storageUrl'> {
  return row;
}

it('shows everything that the row of a session says today, except the URL in the storage', () => {
  const row = sessionRow('a', { user: 'anna', signed: ['user'], country: 'DE', forward: false });
  expect(sessionResponse(row)).toEqual(withoutUrl(row));
  expect(sessionDetailResponse(row, [])).toEqual({ ...withoutUrl(row), deliveries: [] });
});

it('shows nothing that is added to the catalog', () => {
  const row = sessionRow('a');
  const extended = { ...row, secret: 'x', receipt: { ...row.receipt, secret: 'x' } } as SessionRow;
  expect(sessionResponse(extended)).toEqual(withoutUrl(row));
});
