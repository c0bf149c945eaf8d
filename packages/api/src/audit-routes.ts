import { auditPage, auditQuery } from './audit.ts';
import type { Route } from './route.ts';
import { BAD_REQUEST, CATALOG_ERRORS } from './route-errors.ts';

/** The route of the audit log. */
export const AUDIT_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/api/audit',
    operationId: 'listAudit',
    tag: 'privacy',
    summary: 'Lists the audit log, newest first',
    description:
      'Entries about people that were erased stay in the list, without what was about them. `rtcstats-server audit --verify` checks that no entry ' +
      'was changed or removed.',
    authorization: 'required',
    query: auditQuery,
    responses: { 200: { description: 'A page of the log.', body: auditPage } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
];
