import { dataCategories } from './data-categories.ts';
import {
  type Block,
  blank,
  code,
  heading,
  list,
  numbered,
  paragraph,
  partsOf,
  type ReportDocument,
  type Text,
} from './document.ts';
import type { ReportFacts } from './facts.ts';
import { holdsSection } from './holds-section.ts';
import { keysSection } from './keys-section.ts';
import { measuresTable } from './measures.ts';
import { catalogPlace, dumpPlace, isForwarding, MACHINES } from './places.ts';
import { preamble } from './preamble.ts';
import { reviewPoints } from './review-points.ts';
import { riskSection } from './risk-section.ts';

/** A draft of a data protection impact assessment, with the content of GDPR Art. 35(7). */
export function dpiaReport(facts: ReportFacts): ReportDocument {
  const points = reviewPoints(facts);
  return {
    title: 'Data protection impact assessment: call statistics (rtcstats-server)',
    blocks: [
      ...preamble(facts),
      heading('Points to look at'),
      points.length === 0 ? paragraph('None was found in the configuration and the figures.') : list(...points),
      heading('Art. 35(7)(a) The processing and its purposes'),
      paragraph(
        'Purposes, with the legitimate interest where there is one: ',
        blank('as in the record of processing activities'),
      ),
      ...dataFlow(facts),
      dataCategories(facts),
      heading('Art. 35(7)(b) Necessity and proportionality'),
      list(
        'Names, addresses and credentials are not needed to find faults. The policy in force treats them as the table above says, in memory, before anything is written.',
        'Structure, order, numbers and times stay, because faults are found in them.',
        ['Why statistics of every call are needed and not of a sample: ', blank('reason')],
        [
          'How participants are informed (Art. 13), and how they can object (Art. 21): ',
          blank('privacy notice, contact'),
        ],
      ),
      heading('Art. 35(7)(c) Risks to the rights and freedoms of data subjects'),
      ...riskSection(facts),
      ...otherRisks(facts),
      heading('Art. 35(7)(d) Measures and their evidence'),
      measuresTable(facts),
      ...holdsSection(facts),
      ...keysSection(facts),
      heading('Conclusion'),
      list(
        ['Advice of the data protection officer (Art. 35(2)): ', blank('advice and date')],
        ['Views of data subjects or their representatives (Art. 35(9)): ', blank('or why they were not sought')],
        ['Risk that remains after the measures: ', blank('low, medium or high, with the reason')],
        ['Prior consultation of the authority (Art. 36): ', blank('needed or not')],
        ['Next review (Art. 35(11)): ', blank('date')],
      ),
    ],
  };
}

function dataFlow(facts: ReportFacts): Block[] {
  const { settings } = facts;
  const upload = settings.text('server.uploadPath');
  const parquet = settings.is('insights.parquet.enabled', true);
  const steps: Text[] = [
    [
      'The browser of a participant sends statistics and events of the call over a WebSocket',
      ...(upload === '' ? [] : [', or an application uploads a recorded dump to ', code(upload)]),
      '.',
    ],
    `The gateway (${settings.text('server.hostIdentifier')}) looks up the location (${settings.text('geolocation.detail')}) and anonymizes each message in memory.`,
    [
      'What is left is appended to a file in the spool, below ',
      code(settings.text('dataDirectory')),
      ': ',
      MACHINES,
      '.',
    ],
    'When the call is over, the verifier reads the file. If it finds personal data, the dump goes to quarantine and nowhere else.',
    ['The compressed dump is stored: ', ...partsOf(dumpPlace(facts)), '.'],
    [
      'The catalog gets a row with times, pseudonyms, country, browser, receipt',
      settings.is('insights.enabled', false) ? ': ' : ' and the analysis of the call: ',
      ...partsOf(catalogPlace(facts)),
      '.',
    ],
    ...(parquet ? ['The results of analyses are exported as Parquet files to the storage.'] : []),
    isForwarding(facts)
      ? ['Dumps without findings that a rule chooses are sent to ', code(settings.text('forward.endpoint')), '.']
      : 'Nothing is sent to anybody else (forward.mode is off).',
    'Operators look at calls in the console and through the API.',
  ];
  return [paragraph('The data flows in one direction:'), numbered(...steps)];
}

function otherRisks({ settings }: ReportFacts): Block[] {
  const rotation = settings.text('privacy.keyRotation');
  return [
    paragraph('Risks that are not figures:'),
    list(
      rotation === 'off'
        ? 'Linking: sessions of one person have the same pseudonym for good.'
        : `Linking: sessions of one person have the same pseudonym for ${rotation}.`,
      'Re-identification by somebody who has the key of the pseudonyms and a list of the users of the application.',
      'Personal data in a form that neither the anonymizer nor the verifier knows, such as a new event of the application.',
      'Re-identification by the provider of a participant, which knows who had a network at a time.',
      [blank('further risks: consequences for participants, likelihood, severity')],
    ),
  ];
}
