import { z } from 'zod';
import { DURATION_ALLOWED, parseDuration } from './duration.ts';
import { settingInfo } from './setting-info.ts';

const FOREVER = 'forever';

function period(help: string, byDefault: string) {
  return z
    .string()
    .refine((text) => text === FOREVER || parseDuration(text) !== undefined)
    .default(byDefault)
    .register(settingInfo, { help, allowed: `${DURATION_ALLOWED}, or ${FOREVER}` });
}

/** The settings of `retention`. */
export const retentionSchema = z.strictObject({
  dumps: period(
    'How long dumps are kept, in the storage and in quarantine, counted from the start of their session. A copy at rtcstats.com is deleted at the same time. The session stays in the list, in the state `erased`.',
    '30d',
  ),
  sessions: period(
    'How long sessions stay in the list, with their receipts and analyses. Not shorter than `retention.dumps`, because a dump could not be found without its session.',
    '90d',
  ),
  audit: period('How long entries of the audit log are kept.', '1y'),
  deliveries: period(
    'How long finished deliveries and the entries of the ledger are kept. A delivery whose dump is still at rtcstats.com stays until the dump is deleted there.',
    '90d',
  ),
  insights: period(
    'How long the results of analyses are kept: analyses and observations, the counts of the overview, and the Parquet files, by day. The analysis of a session is removed with the session at the latest.',
    '90d',
  ),
});

/** Milliseconds; null: forever. */
export type RetentionPeriods = Readonly<Record<keyof z.output<typeof retentionSchema>, number | null>>;

export function retentionPeriods(settings: z.output<typeof retentionSchema>): RetentionPeriods {
  const { dumps, sessions, audit, deliveries, insights } = settings;
  const of = (text: string): number | null => parseDuration(text) ?? null;
  return {
    dumps: of(dumps),
    sessions: of(sessions),
    audit: of(audit),
    deliveries: of(deliveries),
    insights: of(insights),
  };
}

/** Problems of settings that contradict each other. */
export function retentionContradictions(settings: z.output<typeof retentionSchema>): string[] {
  const { dumps, sessions } = retentionPeriods(settings);
  if (sessions === null || (dumps !== null && dumps <= sessions)) return [];
  return [
    `retention.sessions: ${settings.sessions} is shorter than retention.dumps (${settings.dumps}); a dump could not be found without its session`,
  ];
}
