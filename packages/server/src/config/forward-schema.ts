import { z } from 'zod';
import { isSecureUrl } from '../net/network.ts';
import { settingInfo } from './setting-info.ts';

const FORWARD_MODES = ['off', 'upload', 'enrich'] as const;

const MAX_RULES = 100;

export const forwardSchema = z.strictObject({
  mode: z.enum(FORWARD_MODES).default('off').register(settingInfo, {
    help: 'Whether dumps are sent to rtcstats.com. `off`: no. `upload`: they are stored and analyzed there. `enrich`: they are analyzed there but not stored; scores and observations are added to the catalog.',
  }),
  endpoint: z.string().max(2048).refine(isApiUrl).default('https://api.rtcstats.com/v1.0').register(settingInfo, {
    help: 'Base URL of the API.',
    allowed: 'a URL that starts with https://, or with http:// on this machine, without user name, password and query',
    url: true,
  }),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{1,8192}$/)
    .optional()
    .register(settingInfo, {
      help: 'Application token of the account at rtcstats.com. Also needed to withdraw delivered dumps, so keep it when you set the mode to `off`.',
      allowed: 'a text of 1 to 8192 printable ASCII characters without spaces',
      secret: true,
    }),
  sample: z.number().min(0).max(1).optional().register(settingInfo, {
    help: 'Share of conferences whose dumps are always forwarded, regardless of the rules. Decided per conference, so that all sessions of a call are treated the same. With 0 and no rules, dumps are forwarded only on request.',
    allowed: 'a number from 0 to 1',
    defaultText: '1 without rules, 0 with rules',
    kind: 'number',
  }),
  when: z
    .array(z.unknown())
    .max(MAX_RULES)
    .default([])
    .register(settingInfo, {
      help: 'Rules; a dump is forwarded when one of them matches: `{name: bad ratings, event: ":userRating", where: {rating: "<= 2"}}`. All conditions of a rule must hold: `user`, `conference`, `origin`, `country` (ISO 3166-1 alpha-2), `closeCode` (each one value or a list), `minDuration` and `maxDuration` (seconds), `event` (a name) with `where` (properties of its value and what they are compared to by =, !=, <, <=, >, >=), `sample` (share of conferences). Users and conferences are written as the application names them.',
      allowed: `a list of at most ${MAX_RULES} rules`,
      defaultText: 'none',
      fileOnly: true,
    }),
  budget: z.int().min(0).max(10_000_000).optional().register(settingInfo, {
    help: 'Maximum number of dumps per day (UTC) over all gateways with the same catalog; each costs a credit. Further dumps are sent the next day.',
    unit: 'dumps',
    allowed: 'a whole number from 0 to 10000000',
    defaultText: 'no limit',
  }),
});

export type ForwardSettings = z.output<typeof forwardSchema>;

function isApiUrl(text: string): boolean {
  return isSecureUrl(text) && !/[?#]/.test(text);
}
