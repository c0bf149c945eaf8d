import { type Block, code, heading, paragraph, type Text, table } from './document.ts';
import type { ReportFacts } from './facts.ts';
import { moment } from './words.ts';

/** The legal holds, which are in every report because they exempt data from erasure. */
export function holdsSection({ holds }: Pick<ReportFacts, 'holds'>): Block[] {
  const title = heading('Legal holds');
  if (holds.length === 0) return [title, paragraph('There are none: no data is exempt from its time limit.')];
  return [
    title,
    paragraph('This data is exempt from its time limit and cannot be erased until the hold is removed:'),
    table(
      ['Hold', 'Of', 'Reason', 'Since'],
      holds.map(({ id, kind, reason, createdAt }): Text[] => [[code(id)], `a ${kind}`, reason, moment(createdAt)]),
    ),
  ];
}
