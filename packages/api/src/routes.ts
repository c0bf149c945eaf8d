import { z } from 'zod';
import { credentials, signInState, tryIt, tryItQuery } from './access.ts';
import { AUDIT_ROUTES } from './audit-routes.ts';
import { canary } from './canary.ts';
import { changes, changesQuery } from './changes.ts';
import { CONFERENCE_ROUTES } from './conference-routes.ts';
import { deliveriesOverview, deliveriesQuery, delivery, egressPage, egressQuery } from './deliveries.ts';
import { overview, overviewQuery } from './overview.ts';
import { policy } from './policy.ts';
import { readiness } from './readiness.ts';
import { risk, riskQuery } from './risk.ts';
import type { Route } from './route.ts';
import { AUTHORIZATION_ERRORS, BAD_REQUEST, CATALOG_ERRORS } from './route-errors.ts';
import { SESSION_ROUTES } from './session-routes.ts';
import { sessionParams } from './sessions.ts';
import { SUBJECT_ROUTES } from './subject-routes.ts';

/** Every route of the admin listener except the pages of the console, in the order of the reference. */
export const ROUTES: readonly Route[] = [
  ...SESSION_ROUTES,
  ...CONFERENCE_ROUTES,
  ...AUDIT_ROUTES,
  ...SUBJECT_ROUTES,
  {
    method: 'get',
    path: '/api/insights/overview',
    operationId: 'getOverview',
    tag: 'insights',
    summary: 'Counts calls, bad calls, failed setups and problems in a time range, and compares it with the one before',
    description:
      'Read from counts per hour, day or month, so it takes the same time for any number of calls. Calls count a few seconds after they were ' +
      'analyzed; deleted sessions stay counted. The range is extended to whole hours (UTC) if it is at most three days long and ' +
      'not older than a month, or else to whole days. Groups of fewer calls than `insights.minimumGroup` are part of `other`.',
    authorization: 'required',
    query: overviewQuery,
    responses: { 200: { description: 'The overview.', body: overview } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
  {
    method: 'get',
    path: '/api/insights/changes',
    operationId: 'getChanges',
    tag: 'insights',
    summary: 'Compares a time range with the one of the same length before: what got worse or better, and for whom',
    description:
      'Shares of bad calls and of failed setups of all calls and of each group of a dimension, and the share of calls with each problem, ' +
      'with the numbers of calls in both ranges and a p-value that is corrected for the number of comparisons. Read from the same counts as ' +
      'the overview. docs/operations.md says how far to trust it.',
    authorization: 'required',
    query: changesQuery,
    responses: { 200: { description: 'The changes.', body: changes } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
  {
    method: 'post',
    path: '/api/sessions/{id}/forward',
    operationId: 'forwardSession',
    tag: 'forwarding',
    summary: 'Delivers a dump to rtcstats.com, or tries a failed delivery again',
    description: 'A delivery that is running or done stays as it is: each dump is sent once.',
    authorization: 'required',
    params: sessionParams,
    responses: { 202: { description: 'The delivery.', body: delivery } },
    errors: {
      404: ['SESSION_NOT_FOUND'],
      409: ['SESSION_ACTIVE', 'FORWARD_OFF', 'FORWARD_NOT_CLEAN', 'FORWARD_NOT_ALLOWED'],
      ...CATALOG_ERRORS,
    },
  },
  {
    method: 'get',
    path: '/api/deliveries',
    operationId: 'listDeliveries',
    tag: 'forwarding',
    summary: 'Lists deliveries, and says whether forwarding is on or paused',
    authorization: 'required',
    query: deliveriesQuery,
    responses: { 200: { description: 'The deliveries.', body: deliveriesOverview } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
  {
    method: 'get',
    path: '/api/egress',
    operationId: 'listEgress',
    tag: 'forwarding',
    summary: 'Lists the ledger of everything that left the gateway, newest first',
    authorization: 'required',
    query: egressQuery,
    responses: { 200: { description: 'A page of the ledger.', body: egressPage } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
  {
    method: 'get',
    path: '/api/policy',
    operationId: 'getPolicy',
    tag: 'privacy',
    summary: 'Shows the privacy policy in force',
    authorization: 'required',
    responses: { 200: { description: 'The policy.', body: policy } },
  },
  {
    method: 'get',
    path: '/api/risk',
    operationId: 'getRisk',
    tag: 'privacy',
    summary: 'Measures what stays after anonymization and can still single people out',
    description:
      'Entropy of each attribute, small groups of their combinations, and the settings that would lower them. Read from the newest ' +
      'stored sessions, so it takes the same time for any number of sessions, and kept for ten minutes. The response never has a value ' +
      'of an attribute.',
    authorization: 'required',
    query: riskQuery,
    responses: { 200: { description: 'The risk that remains.', body: risk } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
  {
    method: 'get',
    path: '/api/canary',
    operationId: 'getCanary',
    tag: 'privacy',
    summary: 'Shows the running canary, or the result of the last one',
    authorization: 'required',
    responses: { 200: { description: 'The canary.', body: canary } },
  },
  {
    method: 'post',
    path: '/api/canary',
    operationId: 'startCanary',
    tag: 'privacy',
    summary: 'Starts a canary: a session full of invented personal values, and a search for each of them',
    authorization: 'required',
    responses: { 202: { description: 'The canary is running.', body: canary } },
    errors: { 409: ['CANARY_RUNNING'], 503: ['TRY_AGAIN_LATER'] },
  },
  {
    method: 'get',
    path: '/api/sign-in',
    operationId: 'getSignIn',
    tag: 'access',
    summary: 'Says whether a browser has to sign in, and has signed in',
    authorization: 'none',
    responses: { 200: { description: 'The state.', body: signInState } },
  },
  {
    method: 'post',
    path: '/api/sign-in',
    operationId: 'signIn',
    tag: 'access',
    summary: 'Exchanges the admin token for a cookie that is valid for twelve hours, until the gateway restarts',
    description: 'For pages of the console only: a request from another origin is rejected.',
    authorization: 'none',
    body: credentials,
    responses: { 204: { description: 'Signed in. `Set-Cookie` carries the cookie.' } },
    errors: { ...BAD_REQUEST, ...AUTHORIZATION_ERRORS },
  },
  {
    method: 'post',
    path: '/api/sign-out',
    operationId: 'signOut',
    tag: 'access',
    summary: 'Ends the sign-in, and deletes the cookie',
    description: 'For pages of the console only: a request from another origin is rejected.',
    authorization: 'none',
    responses: { 204: { description: 'Signed out. `Set-Cookie` deletes the cookie.' } },
    errors: { 401: ['ADMIN_UNAUTHORIZED'] },
  },
  {
    method: 'get',
    path: '/api/try-it',
    operationId: 'getTryIt',
    tag: 'access',
    summary: 'Says how a page of the console connects to the public listener as a client',
    authorization: 'required',
    query: tryItQuery,
    responses: { 200: { description: 'Port and token.', body: tryIt } },
    errors: { ...BAD_REQUEST, 503: ['TRY_AGAIN_LATER'] },
  },
  {
    method: 'get',
    path: '/readyz',
    operationId: 'getReadiness',
    tag: 'operations',
    summary: 'Says whether the gateway accepts sessions',
    authorization: 'none',
    responses: {
      200: { description: 'The gateway accepts sessions.', body: readiness },
      503: { description: 'The gateway does not accept sessions; the checks say why.', body: readiness },
    },
  },
  {
    method: 'get',
    path: '/metrics',
    operationId: 'getMetrics',
    tag: 'operations',
    summary: 'Metrics in the text format of Prometheus',
    description: 'docs/metrics.md lists them.',
    authorization: 'required',
    responses: { 200: { description: 'The metrics.', body: z.string(), mediaType: 'text/plain; version=0.0.4' } },
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    operationId: 'getOpenApi',
    tag: 'operations',
    summary: 'This document',
    authorization: 'required',
    responses: {
      200: { description: 'An OpenAPI 3.1 document.', body: z.record(z.string(), z.unknown()) },
    },
  },
];
