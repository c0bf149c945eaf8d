import { z } from 'zod';
import { isSecureUrl } from '../net/network.ts';
import { settingInfo } from './setting-info.ts';

export const FORWARD_MODES = ['off', 'upload', 'enrich'] as const;

const MAX_RULES = 100;

export const forwardSchema = z.strictObject({
  mode: z.enum(FORWARD_MODES).default('off').register(settingInfo, {
    help: 'Whether dumps go to rtcstats.com. `off`: none. `upload`: they are stored and analysed there. `enrich`: they are analysed there and not stored; scores and observations come back into the catalog.',
  }),
  endpoint: z.string().max(2048).refine(isApiUrl).default('https://api.rtcstats.com/v1.0').register(settingInfo, {
    help: 'Base of the API.',
    allowed: 'a URL that starts with https://, or with http:// on this machine, without user name, password and query',
  }),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{1,8192}$/)
    .optional()
    .register(settingInfo, {
      help: 'Application token of the account at rtcstats.com. Also needed to take back what was delivered, so leave it when you set the mode to `off`.',
      allowed: 'a text of 1 to 8192 printable ASCII characters without spaces',
      secret: true,
    }),
  sample: z.number().min(0).max(1).optional().register(settingInfo, {
    help: 'Share of conferences whose dumps go, whatever the rules say. Decided by the conference, so that all sides of a call go or stay. With 0 and no rules, dumps go only by hand.',
    allowed: 'a number from 0 to 1',
    defaultText: '1 without rules, 0 with rules',
    kind: 'number',
  }),
  when: z
    .array(z.unknown())
    .max(MAX_RULES)
    .default([])
    .register(settingInfo, {
      help: 'Rules; a dump goes when one of them matches: `{name: bad ratings, event: ":userRating", where: {rating: "<= 2"}}`. All conditions of a rule have to hold: `user`, `conference`, `origin`, `country` (ISO 3166-1 alpha-2), `closeCode` (each one value or a list), `minDuration` and `maxDuration` (seconds), `event` (a name) with `where` (properties of its value and what they are compared to by =, !=, <, <=, >, >=), `sample` (share of conferences). Users and conferences are written as the application names them.',
      allowed: `a list of at most ${MAX_RULES} rules`,
      defaultText: 'none',
      fileOnly: true,
    }),
  budget: z.int().min(0).max(10_000_000).optional().register(settingInfo, {
    help: 'Most dumps a day (UTC) over all gateways with one catalog; each costs a credit. What is over it goes the next day.',
    unit: 'dumps',
    allowed: 'a whole number from 0 to 10000000',
    defaultText: 'no limit',
  }),
});

export type ForwardSettings = z.output<typeof forwardSchema>;

function isApiUrl(text: string): boolean {
  return isSecureUrl(text) && !/[?#]/.test(text);
}
