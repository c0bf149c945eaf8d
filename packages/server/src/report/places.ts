import { blank, code, type Inline, type Text } from './document.ts';
import type { ReportFacts } from './facts.ts';

type Facts = Pick<ReportFacts, 'settings'>;

/** Where the finished dumps are. */
export function dumpPlace({ settings }: Facts): Text {
  if (settings.is('storage.type', 's3')) {
    return [
      'bucket ',
      code(settings.text('storage.s3.bucket')),
      ' at ',
      code(
        settings.text('storage.s3.endpoint') ||
          `AWS, region ${settings.text('storage.s3.region') || 'of its own settings'}`,
      ),
    ];
  }
  return ['files below ', code(settings.text('dataDirectory')), ' on the machine of the gateway'];
}

/** Where the list of sessions is. */
export function catalogPlace({ settings }: Facts): Text {
  if (settings.is('catalog.type', 'postgres')) return ['a PostgreSQL database: ', blank('host and its operator')];
  return ['a SQLite file below ', code(settings.text('dataDirectory'))];
}

/** Where the machines are, which no configuration says. */
export const MACHINES: Inline = blank('place and operator of the machines of the gateway');

export function isForwarding({ settings }: Facts): boolean {
  const mode = settings.text('forward.mode');
  return mode !== '' && mode !== 'off';
}

/** The settings of `retention` that are in force: what is kept, and how long. Empty where the gateway has none. */
export function retentionPeriods({
  settings,
}: Facts): { readonly what: string; readonly setting: string; readonly period: string }[] {
  return RETENTION_WORDS.filter(([setting]) => settings.isSet(setting)).map(([setting, what]) => ({
    what,
    setting,
    period: settings.text(setting),
  }));
}

const RETENTION_WORDS = [
  ['retention.dumps', 'Dumps, also in quarantine and at rtcstats.com'],
  ['retention.sessions', 'Sessions in the catalog, with receipts and analyses'],
  ['retention.insights', 'Results of analyses, counts of the overview and Parquet files'],
  ['retention.deliveries', 'Deliveries and the ledger of what left the gateway'],
  ['retention.audit', 'Entries of the audit log'],
] as const;
