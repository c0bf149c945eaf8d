import { z } from 'zod';
import { ADMIN_ROLES } from './audit-actions.ts';
import type { Shape } from './fields.ts';

/** The cookie that `POST /api/sign-in` sets. */
export const ADMIN_COOKIE = 'rtcstats-admin';

export const signInState = z
  .strictObject({
    required: z.boolean().describe('Whether `admin.token` or `admin.tokens` is set, so that the API asks for a token.'),
    signedIn: z
      .boolean()
      .describe('Whether this request may use the API: its cookie is valid, or no token is required.'),
    name: z
      .string()
      .optional()
      .describe('Who is signed in: the name of the token, `admin` for `admin.token`, `local` if none is required.'),
    roles: z.array(z.enum(ADMIN_ROLES)).optional().describe('What the token allows, if signed in.'),
  })
  .describe('Whether a browser has to sign in, and has signed in.');
export type SignInState = Shape<typeof signInState>;

export const credentials = z.strictObject({
  token: z.string().min(1).max(512).describe('An admin token (`admin.token` or one of `admin.tokens`).'),
});

/** The query of `GET /api/try-it`. */
export const tryItQuery = z.strictObject({
  conference: z.string().min(1).max(128).describe('Name of the conference of the call, 1 to 128 characters.'),
});

export const tryIt = z
  .strictObject({
    port: z.number().int().min(1).max(65535).describe('TCP port of the public listener.'),
    tokenRequired: z.boolean().describe('Whether clients need a token.'),
    token: z
      .string()
      .nullable()
      .describe(
        'A token for this conference, valid for ten minutes; null if the gateway has no secret to sign it with.',
      ),
  })
  .describe('How a page of the console connects to the public listener as a client.');
export type TryIt = Shape<typeof tryIt>;
