import { kindOfSetting, quoteSetting } from '@rtcstats-server/privacy';
import { z } from 'zod';
import { type Comparison, parseComparison } from './comparison.ts';
import type { ForwardSettings } from './forward-schema.ts';
import { didYouMean } from './nearest.ts';

const MAX_ITEMS = 1000;

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item, z.array(item).min(1).max(MAX_ITEMS)]).transform((value) => (Array.isArray(value) ? value : [value]));
const text = z.string().min(1).max(1024);

/** Keys of a rule, with the allowed values of each. */
const RULE_KEYS = {
  name: { schema: text.regex(/^[^\p{Cc}]+$/u), allowed: 'a text' },
  user: { schema: oneOrMore(text).optional(), allowed: 'a text or a list of texts' },
  conference: { schema: oneOrMore(text).optional(), allowed: 'a text or a list of texts' },
  origin: { schema: oneOrMore(text).optional(), allowed: 'an origin such as https://example.com, or a list of them' },
  country: {
    schema: oneOrMore(z.string().regex(/^[A-Z]{2}$/)).optional(),
    allowed: 'two capital letters (ISO 3166-1 alpha-2), or a list of them',
  },
  closeCode: {
    schema: oneOrMore(z.int().min(1000).max(4999)).optional(),
    allowed: 'a close code from 1000 to 4999, or a list of them',
  },
  minDuration: { schema: z.number().min(0).optional(), allowed: 'a number of seconds' },
  maxDuration: { schema: z.number().min(0).optional(), allowed: 'a number of seconds' },
  event: { schema: text.optional(), allowed: "an event's name such as :userRating" },
  where: {
    schema: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    allowed: 'properties of the event and what they are compared to, such as {rating: "<= 2"}',
  },
  sample: { schema: z.number().min(0).max(1).optional(), allowed: 'a number from 0 to 1' },
} as const;
type RuleKey = keyof typeof RULE_KEYS;

const ruleSchema = z.strictObject(
  Object.fromEntries(Object.entries(RULE_KEYS).map(([key, { schema }]) => [key, schema])) as {
    [K in RuleKey]: (typeof RULE_KEYS)[K]['schema'];
  },
);

/** One rule of `forward.when`, checked and with its comparisons parsed. */
export type ForwardRule = Omit<z.output<typeof ruleSchema>, 'event' | 'where'> & {
  readonly event?: { readonly name: string; readonly where: readonly Comparison[] };
};

/** The settings that decide whether a dump is forwarded. */
export interface ForwardRules {
  /** Share of conferences that are always forwarded, 0 to 1. */
  readonly sample: number;
  readonly when: readonly ForwardRule[];
}

/** Parses the rules: returns them, or every problem with them. */
export function readForwardRules({
  when,
  sample,
}: {
  readonly when: readonly unknown[];
  readonly sample?: number | undefined;
}): { readonly rules: ForwardRules } | { readonly problems: string[] } {
  const problems: string[] = [];
  const rules: ForwardRule[] = [];
  for (const [index, value] of when.entries()) {
    const read = readRule(value, `forward.when[${index}]`);
    if ('rule' in read) rules.push(read.rule);
    else problems.push(...read.problems);
  }
  if (problems.length > 0) return { problems };
  return { rules: { sample: sample ?? (rules.length === 0 ? 1 : 0), when: rules } };
}

function readRule(value: unknown, place: string): { readonly rule: ForwardRule } | { readonly problems: string[] } {
  const parsed = ruleSchema.safeParse(value);
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => describe(issue, value, place)) };
  const { name, event, where, ...conditions } = parsed.data;
  const has = event !== undefined || Object.values(conditions).some((condition) => condition !== undefined);
  if (!has) return { problems: [`${place}: the rule has no condition, so that it would match every session`] };
  if (where !== undefined && event === undefined) return { problems: [`${place}.where: it needs an \`event\``] };
  if (event === undefined) return { rule: { name, ...conditions } };
  const comparisons: Comparison[] = [];
  const problems: string[] = [];
  for (const [path, operand] of Object.entries(where ?? {})) {
    const comparison = parseComparison(path, operand);
    if (comparison) comparisons.push(comparison);
    else
      problems.push(`${place}.where.${path}: ${quoteSetting(operand)} is not a comparison such as "<= 2" or "= poor"`);
  }
  if (problems.length > 0) return { problems };
  return { rule: { name, ...conditions, event: { name: event, where: comparisons } } };
}

function describe(issue: z.core.$ZodIssue, value: unknown, place: string): string[] {
  const [key] = issue.path;
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    const known = Object.keys(RULE_KEYS);
    return issue.keys.map(
      (unknown) =>
        `${place}.${unknown}: no such condition${didYouMean(unknown, known) || `; known are ${known.join(', ')}`}`,
    );
  }
  if (typeof key !== 'string') return [`${place}: expected a rule with a name, got ${kindOfSetting(value)}`];
  const given = (value as Record<string, unknown>)[key];
  const shown = given === undefined ? 'it is missing' : `${quoteSetting(given)} is not allowed`;
  return [`${place}.${key}: ${shown}; allowed: ${RULE_KEYS[key as RuleKey].allowed}`];
}

/** Problems that concern several of these settings. */
export function forwardContradictions(settings: ForwardSettings): string[] {
  const { mode, token } = settings;
  const read = readForwardRules(settings);
  const problems = 'problems' in read ? read.problems : [];
  if (mode !== 'off' && token === undefined) problems.push(`forward.token: ${mode} needs the token of the account`);
  return problems;
}
