import { z } from 'zod';
import type { Shape } from './fields.ts';

const checkResult = z.strictObject({
  ok: z.boolean().describe('Whether the check passed.'),
  required: z.boolean().describe('Whether the gateway needs it to accept sessions.'),
  code: z.string().optional().describe('Error code, if the check failed; docs/errors.md lists all codes.'),
});

export const readiness = z
  .strictObject({
    ready: z.boolean().describe('Whether all required checks passed.'),
    checks: z
      .record(z.string(), checkResult)
      .describe('Results by check: `accepting`, `spool`, `room`, `catalog`, `storage`, `forward`.'),
  })
  .describe('Whether the gateway accepts sessions.');
export type Readiness = Shape<typeof readiness>;
