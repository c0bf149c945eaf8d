import { conferenceAnalysis, conferenceParams } from './conferences.ts';
import type { Route } from './route.ts';
import { CATALOG_ERRORS } from './route-errors.ts';

export const CONFERENCE_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/api/conferences/{name}/analysis',
    operationId: 'getConferenceAnalysis',
    tag: 'sessions',
    summary: 'Compares the sessions of a conference: whose network, which TURN server or which browser is at fault',
    description:
      'Computed from the stored analyses of the newest 2,000 sessions; no dump is read. docs/observations.md says how. URLs are often logged by ' +
      'proxies: use the name as it is stored.',
    authorization: 'required',
    params: conferenceParams,
    responses: { 200: { description: 'The calls of the conference.', body: conferenceAnalysis } },
    errors: { 404: ['SESSION_NOT_FOUND'], ...CATALOG_ERRORS },
  },
];
