import { formatCount } from '../terminal/formats.ts';
import { dataCategories } from './data-categories.ts';
import {
  type Block,
  blank,
  code,
  heading,
  list,
  note,
  paragraph,
  partsOf,
  type ReportDocument,
  type Text,
  table,
} from './document.ts';
import type { ReportFacts } from './facts.ts';
import { holdsSection } from './holds-section.ts';
import { keysSection } from './keys-section.ts';
import { measuresTable } from './measures.ts';
import { catalogPlace, dumpPlace, isForwarding, MACHINES, retentionPeriods } from './places.ts';
import { preamble } from './preamble.ts';
import { proofText } from './retention-proof.ts';
import { counted, moment } from './words.ts';

/** The entry of this gateway in the record of processing activities (GDPR Art. 30(1)), point by point. */
export function processingReport(facts: ReportFacts): ReportDocument {
  return {
    title: 'Record of processing activities: call statistics (rtcstats-server)',
    blocks: [
      ...preamble(facts),
      paragraph('The headings follow the points of Article 30(1) of the General Data Protection Regulation (GDPR).'),
      ...controller(),
      ...purposes(facts),
      ...categories(facts),
      ...recipients(facts),
      ...transfers(facts),
      ...timeLimits(facts),
      ...holdsSection(facts),
      ...keysSection(facts),
      ...security(facts),
    ],
  };
}

function controller(): Block[] {
  return [
    heading('Art. 30(1)(a) Controller'),
    table(
      ['Role', 'Name and contact details'],
      [
        ['Controller', [blank('name, address, e-mail, phone')]],
        ['Joint controller, if any', [blank('name and contact, or: none')]],
        ['Representative in the Union, if any', [blank('name and contact, or: none')]],
        ['Data protection officer, if any', [blank('name and contact, or: none')]],
      ],
    ),
  ];
}

function purposes(facts: ReportFacts): Block[] {
  const { settings } = facts;
  const analyzes = !settings.is('insights.enabled', false);
  return [
    heading('Art. 30(1)(b) Purposes'),
    list(
      'Finding out why a WebRTC call did not connect, broke off or had bad sound or picture.',
      ...(analyzes ? ['Judging the quality of calls, and comparing it by browser, network and country.'] : []),
      ...(isForwarding(facts) ? [`Analysis by rtcstats.com (${settings.text('forward.mode')}).`] : []),
      [blank('further purposes, or: none')],
    ),
    paragraph(
      'Legal basis (not required by Art. 30, useful beside it): ',
      blank('point of Art. 6(1), with the balancing test for point (f)'),
    ),
  ];
}

function categories(facts: ReportFacts): Block[] {
  const { sessions, risk } = facts;
  return [
    heading('Art. 30(1)(c) Categories of data subjects and of personal data'),
    paragraph(
      'Data subjects are the participants of calls of the application: ',
      blank('customers, employees, guests, minors'),
      '. ',
      `The catalog has ${counted(sessions.stored)} stored sessions, ${counted(sessions.quarantined)} in quarantine and ` +
        `${counted(sessions.recording + sessions.closed)} that are being recorded or finished. ` +
        `${formatCount(risk.persons)} different users, by pseudonym, are in the ${formatCount(risk.sessions)} newest of them.`,
    ),
    dataCategories(facts),
    paragraph('Special categories of data (Art. 9) are not collected on purpose: ', blank('confirm, or name them')),
  ];
}

function recipients(facts: ReportFacts): Block[] {
  const rows = facts.recipients.map(({ target, sent, incomplete, withdrawn, from, to }): Text[] => [
    [code(target)],
    formatCount(sent),
    formatCount(incomplete),
    formatCount(withdrawn),
    `${moment(from)} to ${moment(to)}`,
  ]);
  return [
    heading('Art. 30(1)(d) Categories of recipients'),
    list(
      ['Operators with access to the console and the admin API: ', blank('teams or roles')],
      [
        'Storage of the dumps: ',
        ...partsOf(dumpPlace(facts)),
        '; ',
        blank('provider and contract under Art. 28, or: own machines'),
      ],
      [
        'Catalog: ',
        ...partsOf(catalogPlace(facts)),
        '; ',
        blank('provider and contract under Art. 28, or: own machines'),
      ],
      isForwarding(facts)
        ? ['rtcstats.com, ', code(facts.settings.text('forward.endpoint')), ': ', blank('contract under Art. 28')]
        : 'Nothing is forwarded to rtcstats.com (forward.mode is off).',
    ),
    rows.length === 0
      ? paragraph('The ledger has no transfer: no dump has left the gateway.')
      : table(
          [
            'Target in the ledger',
            'Dumps sent',
            'Not completed',
            'Removed there again',
            'Period of the newest entries',
          ],
          rows,
        ),
  ];
}

function transfers(facts: ReportFacts): Block[] {
  return [
    heading('Art. 30(1)(e) Transfers to third countries or international organizations'),
    list(
      ['Gateway: ', MACHINES],
      ['Dumps: ', ...partsOf(dumpPlace(facts)), ': ', blank('country; outside of the EEA, the safeguard of Chapter V')],
      ['Catalog: ', blank('country; outside of the EEA, the safeguard of Chapter V')],
      ...(isForwarding(facts) || facts.recipients.length > 0
        ? [['rtcstats.com: ', blank('country of the account, and the safeguard of Chapter V')] as Text]
        : []),
    ),
    paragraph(
      'Documentation of suitable safeguards for transfers under Art. 49(1), second subparagraph: ',
      blank('or: no such transfer'),
    ),
  ];
}

function timeLimits(facts: ReportFacts): Block[] {
  const periods = retentionPeriods(facts);
  const { settings } = facts;
  return [
    heading('Art. 30(1)(f) Time limits for erasure'),
    periods.length === 0
      ? note(
          'This gateway deletes nothing by itself. Time limits: ',
          blank('for dumps, for the catalog, for results of analyses'),
        )
      : table(
          ['Data', 'Setting', 'Erased after'],
          periods.map(({ what, setting, period }): Text[] => [
            what,
            [code(setting)],
            period === 'forever' ? [{ strong: 'never' }, ' ', blank('reason')] : period,
          ]),
        ),
    ...(periods.length === 0 ? [] : [paragraph(`Evidence: ${proofText(facts.retention)}.`)]),
    paragraph(
      settings.text('privacy.keyRotation') === 'off'
        ? 'The key of the pseudonyms never changes.'
        : `The key of the pseudonyms changes every ${settings.text('privacy.keyRotation')}; sessions of one person can be linked within that time.`,
    ),
  ];
}

function security(facts: ReportFacts): Block[] {
  return [
    heading('Art. 30(1)(g) Technical and organizational security measures'),
    paragraph('A general description of the measures under Art. 32(1).'),
    measuresTable(facts),
  ];
}
