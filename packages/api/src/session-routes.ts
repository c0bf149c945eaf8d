import { z } from 'zod';
import { analysisDocument } from './analysis.ts';
import type { Route } from './route.ts';
import { BAD_REQUEST, CATALOG_ERRORS, STORE_ERRORS } from './route-errors.ts';
import { analysisQuery, rtcstatsAnalysis } from './rtcstats-analysis.ts';
import { liveQuery, session, sessionDetail, sessionPage, sessionParams, sessionQuery, verdict } from './sessions.ts';

/** The routes of sessions, in the order of the reference. */
export const SESSION_ROUTES: readonly Route[] = [
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
    query: analysisQuery,
    responses: { 200: { description: 'The analysis.', body: z.union([analysisDocument, rtcstatsAnalysis]) } },
    errors: {
      ...BAD_REQUEST,
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
];
