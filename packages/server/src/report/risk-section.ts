import { type Block, code, list, paragraph, subheading, type Text, table } from './document.ts';
import type { ReportFacts } from './facts.ts';
import { moment, percent, plural } from './words.ts';

/** The risk that remains: what can single people out although names and addresses are gone. */
export function riskSection({ risk }: Pick<ReportFacts, 'risk'>): Block[] {
  const { attributes, combinations, advice, k, sessions, persons, from, to, complete } = risk;
  if (sessions === 0 || from === null || to === null) {
    return [paragraph('No session is stored yet, so nothing could be measured.')];
  }
  return [
    paragraph(
      `Measured on ${plural(sessions, 'session')} (${moment(from)} to ${moment(to)}) with ${plural(persons, 'known person', 'known people')}. ` +
        `A group is small if it has fewer than ${k} sessions or, in the column on people, fewer than ${k} people. ` +
        (complete
          ? ''
          : 'In a larger set a group has more members, so for all sessions the shares are upper bounds. ') +
        'Values of groups are not in this report.',
    ),
    table(
      [
        'Somebody who knows',
        'Sessions in small groups',
        'Alone',
        'In groups of few people',
        'Entropy',
        'Effective values',
      ],
      combinations.map(({ title, small, entropy, effectiveValues }) => [
        title,
        percent(small.share),
        percent(small.alone),
        small.personShare === null ? 'not known' : percent(small.personShare),
        `${entropy.toFixed(1)} bits`,
        effectiveValues.toFixed(1),
      ]),
    ),
    subheading('Single attributes'),
    table(
      ['Attribute', 'Values', 'Effective values', 'Entropy', 'Sessions in small groups', 'Setting that lowers it'],
      attributes.map(({ title, measured, values, effectiveValues, entropy, small, setting, reason }): Text[] => {
        const lowers: Text = setting === null ? 'none; the application can leave it out' : [code(setting)];
        if (!measured) return [title, `not measured: ${reason}`, '–', '–', '–', lowers];
        const share = percent(small.share);
        return [title, String(values), effectiveValues.toFixed(1), `${entropy.toFixed(1)} bits`, share, lowers];
      }),
    ),
    subheading('Settings that would lower the risk'),
    advice.length === 0
      ? paragraph('No setting of the privacy policy would lower it measurably on these sessions.')
      : list(
          ...advice.map(
            ({ setting, before, after, entropyLowered, combination, loses }): Text => [
              code(setting),
              `: sessions in small groups (${combination}) ${change(before.share, after.share)}, ` +
                `${entropyLowered.toFixed(1)} bits less. ${loses}`,
            ],
          ),
        ),
  ];
}

function change(before: number, after: number): string {
  return before === after ? `stay ${percent(after)}` : `from ${percent(before)} to ${percent(after)}`;
}
