import { z } from 'zod';
import { count, type Shape, timestamp } from './fields.ts';

/** Smallest group that does not count as small, unless a request asks for another size. */
export const DEFAULT_GROUP_SIZE = 5;

/** The query of `GET /api/risk`. */
export const riskQuery = z.strictObject({
  k: z.coerce
    .number()
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe(`Groups of fewer sessions than this are small. Default: ${DEFAULT_GROUP_SIZE}.`),
});

/** The same as a client writes it. */
export type RiskQuery = z.input<typeof riskQuery>;

const share = z.number().min(0).max(1);

const small = z
  .strictObject({
    sessions: count.describe('Sessions in groups of fewer than `k` sessions.'),
    share: share.describe('The same as a part of all sessions that were measured; 0 without sessions.'),
    alone: share.describe('Part of the sessions that have their values for themselves.'),
    personShare: share
      .nullable()
      .describe(
        'Part of the sessions with a known user that are in groups of fewer than `k` different users; null if no user is known. ' +
          'Higher than `share` where few people made many sessions.',
      ),
  })
  .describe('How many sessions are in small groups. The values of the groups are never part of a response.');
export type SmallGroups = Shape<typeof small>;

const attribute = z.strictObject({
  name: z.string().describe('The attribute: `network`, `country`, `browser`, …'),
  title: z.string().describe('The same in words.'),
  measured: z.boolean().describe('Whether it could be measured. If not, all figures are 0 and `reason` says why.'),
  reason: z.string().nullable().describe('Why it was not measured, in one sentence; otherwise null.'),
  sessions: count.describe(
    'Sessions that have a value. All without one are a group, because its absence tells as well.',
  ),
  values: count.describe('Number of different values.'),
  entropy: z.number().min(0).describe('Shannon entropy of the values, in bits.'),
  effectiveValues: z
    .number()
    .min(0)
    .describe('2 to the power of the entropy: as many equally frequent values would tell as much.'),
  small: small.describe('Groups of sessions with the same value.'),
  setting: z.string().nullable().describe('The setting that lowers it, with a value; null if there is none.'),
});
export type RiskAttribute = Shape<typeof attribute>;

const combination = z.strictObject({
  name: z.string().describe('The combination: `browserAndSystem`, `device`, `place`, `visit`, `everything`.'),
  title: z.string().describe('The same in words.'),
  attributes: z.array(z.string()).describe('Names of the attributes that were combined: those that were measured.'),
  groups: count.describe('Number of different combinations of values.'),
  entropy: z.number().min(0).describe('Shannon entropy of the combination, in bits.'),
  effectiveValues: z.number().min(0).describe('2 to the power of the entropy.'),
  small: small.describe('Groups of sessions with the same values.'),
});
export type RiskCombination = Shape<typeof combination>;

const advice = z.strictObject({
  setting: z.string().describe('A setting with the value that lowers the risk: `privacy.userAgent: truncate`.'),
  attributes: z.array(z.string()).describe('Names of the attributes that it makes coarser or removes.'),
  loses: z.string().describe('What analysis loses by it, in one sentence.'),
  combination: z
    .string()
    .describe(
      'Name of the combination that it changes most; of the attribute, if every combination is as telling without it.',
    ),
  before: small.describe('Small groups without the setting.'),
  after: small.describe('Small groups with the setting.'),
  entropyLowered: z.number().min(0).describe('Bits of entropy of that combination that the setting removes.'),
});
export type RiskAdvice = Shape<typeof advice>;

export const risk = z
  .strictObject({
    measuredAt: timestamp.describe('When it was measured. A result is kept for some minutes.'),
    policy: z.string().describe('The policy in force: preset and hash.'),
    k: count.describe('Groups of fewer sessions than this are small.'),
    sessions: count.describe('Number of sessions that were measured: the newest stored ones.'),
    maxSessions: count.describe('The most sessions that are measured.'),
    complete: z.boolean().describe('Whether all stored sessions were measured.'),
    from: timestamp.nullable().describe('When the oldest of them started, up to the hour; null without sessions.'),
    to: timestamp.nullable().describe('When the newest of them started, up to the hour; null without sessions.'),
    otherPolicies: count.describe('Sessions among them that were recorded under another policy than the one in force.'),
    persons: count.describe('Number of different users among them, by pseudonym.'),
    sessionsWithPerson: count.describe('Sessions whose user is known.'),
    attributes: z
      .array(attribute)
      .describe('Every attribute that stays after anonymization and can single people out.'),
    combinations: z.array(combination).describe('What an attacker could know together, from little to everything.'),
    advice: z.array(advice).describe('Settings that lower the risk, the most effective first.'),
  })
  .describe(
    'What stays after anonymization and can still single people out, measured on the newest stored sessions. In a larger set, a ' +
      'group has more members, so the shares are upper bounds for all sessions.',
  );
export type Risk = Shape<typeof risk>;
