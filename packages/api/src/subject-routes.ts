import { z } from 'zod';
import type { Route } from './route.ts';
import { BAD_REQUEST, CATALOG_ERRORS, STORE_ERRORS } from './route-errors.ts';
import {
  eraseBody,
  erasePreview,
  erasurePage,
  erasureReceipt,
  erasuresQuery,
  subjectOverview,
  subjectQuery,
} from './subjects.ts';

const ZIP = {
  description: 'The ZIP file. It is made while it is sent; a connection that breaks off means that it is not complete.',
  body: z.string(),
  mediaType: 'application/zip',
};

/** The routes for requests of the people in the data, in the order of the reference. */
export const SUBJECT_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/api/subjects/export',
    operationId: 'exportSubject',
    tag: 'subjects',
    summary:
      'Downloads everything that is stored about a person or a call, as one ZIP file with a page that explains it',
    description:
      'Give exactly one of the parameters. URLs are often logged by proxies and kept by browsers: `POST` takes the same in its body.',
    authorization: 'required',
    query: subjectQuery,
    responses: { 200: ZIP },
    errors: { ...BAD_REQUEST, 404: ['SESSION_NOT_FOUND'], ...STORE_ERRORS },
  },
  {
    method: 'post',
    path: '/api/subjects/export',
    operationId: 'exportSubjectByBody',
    tag: 'subjects',
    summary: 'The same, with the name in the body, so that it is in no log and no history',
    authorization: 'required',
    body: subjectQuery,
    responses: { 200: ZIP },
    errors: { ...BAD_REQUEST, 404: ['SESSION_NOT_FOUND'], ...STORE_ERRORS },
  },
  {
    method: 'post',
    path: '/api/subjects/preview',
    operationId: 'previewSubject',
    tag: 'subjects',
    summary: 'Lists the sessions of a person or a call, with the legal holds on them',
    description: 'Give exactly one of the properties. Changes nothing.',
    authorization: 'required',
    body: subjectQuery,
    responses: { 200: { description: 'What is stored.', body: subjectOverview } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
  {
    method: 'post',
    path: '/api/subjects/erase',
    operationId: 'eraseSubject',
    tag: 'subjects',
    summary: 'Erases everything about a person or a call, or counts what would be erased',
    description:
      'Answers when all is erased, or after a few seconds with what it still waits for; the gateway continues on its own. ' +
      'Repeating it changes nothing and answers with the same receipt.',
    authorization: 'required',
    body: eraseBody,
    responses: {
      200: { description: 'The receipt; with `dryRun`, the preview.', body: z.union([erasureReceipt, erasePreview]) },
    },
    errors: { ...BAD_REQUEST, 409: ['SUBJECT_HELD'], ...STORE_ERRORS },
  },
  {
    method: 'get',
    path: '/api/subjects/erasures',
    operationId: 'listErasures',
    tag: 'subjects',
    summary: 'Lists the receipts of erasures, newest first',
    authorization: 'required',
    query: erasuresQuery,
    responses: { 200: { description: 'A page of receipts.', body: erasurePage } },
    errors: { ...BAD_REQUEST, ...CATALOG_ERRORS },
  },
];
