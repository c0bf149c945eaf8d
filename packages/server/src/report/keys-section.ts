import { type Block, blank, code, heading, paragraph, type Text, table } from './document.ts';
import type { ReportFacts } from './facts.ts';
import { moment } from './words.ts';

/**
 * The key epochs that were destroyed, which are in every report because they limit what can be found for a request of a
 * person, and are evidence that pseudonyms cannot be linked any more.
 */
export function keysSection({ destroyedEpochs }: Pick<ReportFacts, 'destroyedEpochs'>): Block[] {
  const title = heading('Destroyed keys of pseudonyms');
  if (destroyedEpochs === null) {
    return [
      title,
      paragraph('This machine does not have the key: ', blank('run rtcstats-server keys list where the key is')),
    ];
  }
  if (destroyedEpochs.length === 0) {
    return [title, paragraph('There are none: the pseudonyms of all epochs can be computed with the key.')];
  }
  return [
    title,
    paragraph(
      'Pseudonyms of these epochs cannot be linked to anybody or to other epochs any more. Requests of people reach their sessions by pseudonym only:',
    ),
    table(
      ['Epoch', 'Destroyed'],
      destroyedEpochs.map(({ id, at }): Text[] => [[code(id)], moment(at)]),
    ),
  ];
}
