import { z } from 'zod';
import { credentials, signInState, tryIt, tryItQuery } from './access.ts';
import { analysisDocument } from './analysis.ts';
import { canary } from './canary.ts';
import { deliveriesOverview, deliveriesQuery, delivery, egressPage, egressQuery } from './deliveries.ts';
import { policy } from './policy.ts';
import { readiness } from './readiness.ts';
import type { Route } from './route.ts';
import { liveQuery, session, sessionDetail, sessionPage, sessionParams, sessionQuery, verdict } from './sessions.ts';

/** Errors of every route that requires authorization. */
export const AUTHORIZATION_ERRORS = { 401: ['ADMIN_UNAUTHORIZED'], 429: ['ADMIN_TOO_MANY_ATTEMPTS'] } as const;
/** Errors of every route. */
export const SERVER_ERRORS = { 500: ['INTERNAL'] } as const;

const BAD_REQUEST = { 400: ['BAD_REQUEST'] };
const CATALOG_ERRORS = { 503: ['CATALOG_UNAVAILABLE', 'CATALOG_MISCONFIGURED'] };
const STORE_ERRORS = {
  503: ['CATALOG_UNAVAILABLE', 'CATALOG_MISCONFIGURED', 'STORAGE_UNAVAILABLE', 'STORAGE_MISCONFIGURED'],
};

/** Every route of the admin listener except the pages of the console, in the order of the reference. */
export const ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/api/sessions',
    operationId: 'listSessions',
    tag: 'sessions',
    summary: 'Lists sessions, newest first or worst first',
    description:
      'All conditions of the query must hold. Unknown parameters are rejected. URLs are often logged by proxies and kept by browsers: ' +
      'search for names of people with `POST /api/sessions/search` instead.',
    authorization: 'required',
    query: sessionQuery,
    responses: { 200: { description: 'A page of sessions.', body: sessionPage } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
  {
    method: 'post',
    path: '/api/sessions/search',
    operationId: 'searchSessions',
    tag: 'sessions',
    summary: 'Lists sessions like `GET /api/sessions`, with the conditions in the body',
    description: 'Names of people are then in no URL. Changes nothing.',
    authorization: 'required',
    body: sessionQuery,
    responses: { 200: { description: 'A page of sessions.', body: sessionPage } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
  {
    method: 'get',
    path: '/api/sessions/{id}',
    operationId: 'getSession',
    tag: 'sessions',
    summary: 'Shows a session with its receipt and its deliveries',
    authorization: 'required',
    params: sessionParams,
    responses: { 200: { description: 'The session.', body: sessionDetail } },
    errors: { 404: ['SESSION_NOT_FOUND'], ...CATALOG_ERRORS },
  },
  {
    method: 'delete',
    path: '/api/sessions/{id}',
    operationId: 'deleteSession',
    tag: 'sessions',
    summary: 'Deletes a session: its dump and its row',
    description: 'A dump that was forwarded is deleted at the target, too.',
    authorization: 'required',
    params: sessionParams,
    responses: { 204: { description: 'The session is deleted.' } },
    errors: { 404: ['SESSION_NOT_FOUND', 'DUMP_NOT_FOUND'], 409: ['SESSION_ACTIVE'], ...STORE_ERRORS },
  },
  {
    method: 'get',
    path: '/api/sessions/{id}/dump',
    operationId: 'getDump',
    tag: 'sessions',
    summary: 'Downloads the stored dump',
    description: 'The dump is sent with `Content-Encoding: gzip` if the request accepts that.',
    authorization: 'required',
    params: sessionParams,
    responses: {
      200: {
        description: 'The dump, one JSON value per line.',
        body: z.string(),
        mediaType: 'text/plain; charset=utf-8',
      },
    },
    errors: { 404: ['SESSION_NOT_FOUND', 'DUMP_NOT_FOUND'], 409: ['SESSION_ACTIVE'], ...STORE_ERRORS },
  },
  {
    method: 'get',
    path: '/api/sessions/{id}/live',
    operationId: 'getLiveDump',
    tag: 'sessions',
    summary: 'Reads the dump of a session that is being recorded',
    description:
      'The anonymized lines that are on disk, complete lines only, from the offset on. The body is empty while there is nothing new. The verifier has not read them yet.',
    authorization: 'required',
    params: sessionParams,
    query: liveQuery,
    responses: {
      200: {
        description: 'The lines, one JSON value per line.',
        body: z.string(),
        mediaType: 'text/plain; charset=utf-8',
      },
    },
    errors: { ...BAD_REQUEST, 404: ['SESSION_NOT_FOUND', 'DUMP_NOT_FOUND'], ...CATALOG_ERRORS },
  },
  {
    method: 'post',
    path: '/api/sessions/{id}/verify',
    operationId: 'verifySession',
    tag: 'sessions',
    summary: 'Reads the stored dump again with the verifier',
    description: 'Changes nothing.',
    authorization: 'required',
    params: sessionParams,
    responses: { 200: { description: 'The verdict.', body: verdict } },
    errors: { 404: ['SESSION_NOT_FOUND', 'DUMP_NOT_FOUND'], 409: ['SESSION_ACTIVE'], ...STORE_ERRORS },
  },
  {
    method: 'get',
    path: '/api/sessions/{id}/analysis',
    operationId: 'getAnalysis',
    tag: 'sessions',
    summary: 'Analyzes a call: how good it was, what went wrong, when, and in which direction',
    description:
      'Made when the dump was finished. If there is none, or it is of an older version, the dump is analyzed when it is asked for, one at a time, ' +
      'so a long call takes seconds; the result is not stored. docs/observations.md explains the ' +
      'observations. A dump that is cut short is judged up to there, and `notJudged` says so.',
    authorization: 'required',
    params: sessionParams,
    responses: { 200: { description: 'The analysis.', body: analysisDocument } },
    errors: {
      404: ['SESSION_NOT_FOUND', 'DUMP_NOT_FOUND'],
      409: ['SESSION_ACTIVE'],
      500: ['ANALYSIS_FAILED'],
      ...STORE_ERRORS,
    },
  },
  {
    method: 'post',
    path: '/api/sessions/{id}/release',
    operationId: 'releaseSession',
    tag: 'sessions',
    summary: 'Moves a dump from quarantine to storage if the verifier finds nothing in it any more',
    authorization: 'required',
    params: sessionParams,
    responses: { 200: { description: 'The session, now stored.', body: session } },
    errors: {
      404: ['SESSION_NOT_FOUND', 'DUMP_NOT_FOUND'],
      409: ['NOT_QUARANTINED', 'STILL_NOT_CLEAN'],
      ...STORE_ERRORS,
    },
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
