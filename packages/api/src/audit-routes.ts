import { auditPage, auditQuery, auditVerification, auditVerifyBody } from './audit.ts';
import type { Route } from './route.ts';
import { BAD_REQUEST, CATALOG_ERRORS } from './route-errors.ts';

/** The routes of the audit log. */
export const AUDIT_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/api/audit',
    operationId: 'listAudit',
    tag: 'privacy',
    summary: 'Lists the audit log, newest first',
    description:
      'Entries about people that were erased stay in the list, without what was about them. A request reads at most 5,000 entries to find ' +
      'those of an actor or with an outcome; `nextCursor` goes on from there.',
    authorization: 'required',
    query: auditQuery,
    responses: { 200: { description: 'A page of the log.', body: auditPage } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
  {
    method: 'post',
    path: '/api/audit/verify',
    operationId: 'verifyAudit',
    tag: 'privacy',
    summary: 'Reads the whole audit log, and says whether an entry was changed, removed, moved or cut off',
    description:
      'Compares the log with the checkpoints that this gateway signed, and with one that was kept elsewhere if it is given: only such a copy proves ' +
      'that nothing was cut off by somebody who can change the catalog and the data directory. `rtcstats-server audit --verify` does the same ' +
      'where another machine should do it.',
    authorization: 'required',
    body: auditVerifyBody,
    responses: { 200: { description: 'The result.', body: auditVerification } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
];
