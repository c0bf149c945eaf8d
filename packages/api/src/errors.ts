import { z } from 'zod';
import type { Shape } from './fields.ts';

/** The body of every response with a status of 400 or above, except that of `GET /readyz`. */
export const errorBody = z
  .strictObject({
    error: z.string().describe('What happened, in one English sentence. The text may change between versions.'),
    code: z
      .string()
      .describe('The error code, `SESSION_NOT_FOUND`. It does not change; docs/errors.md lists all codes.'),
  })
  .describe('An error.');
export type ErrorBody = Shape<typeof errorBody>;
