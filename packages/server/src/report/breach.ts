import { DATA_CLASSES, type DataClass } from '@rtcstats-server/privacy';
import { formatCount } from '../terminal/formats.ts';
import { type BreachClock, NOTIFICATION_HOURS } from './breach-clock.ts';
import type { BreachFacts, CompletedDump } from './breach-facts.ts';
import { CLASS_WORDS } from './data-categories.ts';
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
  subheading,
  type Text,
  table,
} from './document.ts';
import type { ReportFacts } from './facts.ts';
import { holdsSection } from './holds-section.ts';
import { keysSection } from './keys-section.ts';
import { preamble } from './preamble.ts';
import { moment, plural } from './words.ts';

/** Before the name of a rule of `privacy.rules`, in counts of findings. */
const RULE = 'rule:';
/** Dumps that are listed one by one; the findings have all. */
const MAX_LISTED = 200;

export interface BreachInput {
  /** Null without `--findings`. */
  readonly breach: BreachFacts | null;
  /** Null without `--aware-since`. */
  readonly clock: BreachClock | null;
}

/** The entry in the register of breaches (GDPR Art. 33(5)) and the content of the notification (Art. 33(3)). */
export function breachReport(facts: ReportFacts, { breach, clock }: BreachInput): ReportDocument {
  return {
    title: 'Personal data breach: register entry and notification (rtcstats-server)',
    blocks: [
      ...preamble(facts),
      heading('Time limit (Art. 33(1))'),
      ...timeLimit(clock),
      heading('Register entry (Art. 33(5))'),
      ...registerEntry(breach),
      heading('Notification of the authority (Art. 33(3))'),
      ...nature(breach),
      subheading('Art. 33(3)(b) Contact'),
      table(
        ['Role', 'Name and contact details'],
        [['Data protection officer, or other contact', [blank('name, e-mail, phone')]]],
      ),
      ...consequences(breach),
      ...measures(breach),
      heading('Communication to the data subjects (Art. 34)'),
      paragraph(
        'Needed if the breach is likely to result in a high risk for them: ',
        blank('needed or not, and why (Art. 34(3))'),
        '. The catalog has pseudonyms and no addresses; the application has to find the people: rtcstats-server pseudonym prints the pseudonyms of a name.',
      ),
      ...holdsSection(facts),
      ...keysSection(facts),
      ...(breach === null ? [] : appendix(breach)),
    ],
  };
}

function timeLimit(clock: BreachClock | null): Block[] {
  const rule =
    `Without undue delay and, where feasible, within ${NOTIFICATION_HOURS} hours after the controller became aware, ` +
    'unless the breach is unlikely to result in a risk for people. Regulation (EEC, Euratom) No 1182/71 says how the time is counted.';
  if (clock === null) {
    return [paragraph(rule), paragraph('Aware since: ', blank('time, with --aware-since the clock is computed'))];
  }
  const { awareSince, deadline, hours, minutes, hasPassed } = clock;
  return [
    paragraph(rule),
    table(
      ['Aware since', 'Deadline', hasPassed ? 'Passed since' : 'Time left'],
      [[moment(awareSince), [{ strong: moment(deadline) }], `${hours} h ${String(minutes).padStart(2, '0')} min`]],
    ),
    ...(hasPassed ? [note('The deadline has passed. Reasons for the delay: ', blank('reasons'))] : []),
    paragraph('Information that is not known yet may follow in phases (Art. 33(4)).'),
  ];
}

function registerEntry(breach: BreachFacts | null): Block[] {
  return [
    table(
      ['Point', 'Entry'],
      [
        ['Number of the entry', [blank('number in the register')]],
        ['What happened', breach === null ? [blank('facts')] : found(breach)],
        ['When it began, and when it ended', breach === null ? [blank('times')] : period(breach)],
        ['How it was discovered, and by whom', [blank('how and by whom')]],
        ['Cause', [blank('cause, such as a new event of the application that the policy did not cover')]],
        ['Effects', [blank('who had access, and what happened with the data')]],
        ['Remedial action', 'see Art. 33(3)(d) below'],
        ['Notified to the authority', [blank('authority, date and reference, or why not')]],
      ],
    ),
  ];
}

function found({ findings, dumps }: BreachFacts): Text {
  if (dumps.length === 0) return `Nothing was found in the ${plural(findings.read, 'dump')} that were read.`;
  return (
    `Personal data was found in ${plural(dumps.length, 'stored dump')} of ${formatCount(findings.read)} that were read on ` +
    `${moment(findings.createdAt)}, although they had been stored as free of it.`
  );
}

function period({ from, to, storedSince, findings }: BreachFacts): Text {
  if (from === null || to === null) return [blank('period; the catalog does not have these sessions')];
  const since = storedSince === null ? '' : `, could be read since ${moment(storedSince)}`;
  return [
    `calls from ${moment(from)} to ${moment(to)}${since}, found ${moment(findings.createdAt)}; ended: `,
    blank('time'),
  ];
}

function nature(breach: BreachFacts | null): Block[] {
  const title = subheading('Art. 33(3)(a) Nature of the breach');
  if (breach === null) {
    return [
      title,
      list(
        ['Categories of personal data: ', blank('with --findings FILE they are filled in')],
        ['Approximate number of data subjects: ', blank('number')],
        ['Approximate number of records: ', blank('number')],
      ),
    ];
  }
  const { categories, dumps, persons, withoutPerson, conferences, findings, recipients } = breach;
  return [
    title,
    paragraph('Breach of confidentiality: ', ...partsOf(found(breach))),
    table(
      ['Category of data', 'Findings', 'Dumps'],
      categories.map(({ name, findings: number, dumps: having }) => [
        wordsOf(name),
        formatCount(number),
        formatCount(having),
      ]),
    ),
    list(
      ['Categories of data subjects: participants of calls, ', blank('customers, employees, guests, minors')],
      `Approximate number of data subjects: ${formatCount(persons + withoutPerson)} (${plural(persons, 'different user')} by pseudonym, and ` +
        `${plural(withoutPerson, 'dump')} whose user is not known). A person whose pseudonym changed counts several times. ` +
        `Findings may be about other participants of the same calls: ${plural(conferences, 'conference is', 'conferences are')} affected.`,
      `Approximate number of records: ${plural(dumps.length, 'dump')}.`,
      ['Period: ', ...partsOf(period(breach))],
      ...(findings.unreadable > 0
        ? [`${plural(findings.unreadable, 'dump')} could not be read and may be affected as well.`]
        : []),
    ),
    ...(recipients.length === 0
      ? []
      : [
          table(
            ['Recipient', 'Dumps', 'Removed there'],
            recipients.map(({ target, dumps: sent, withdrawn }): Text[] => [
              [code(target)],
              formatCount(sent),
              formatCount(withdrawn),
            ]),
          ),
        ]),
    paragraph(forwardingText(breach), ' Access of operators and others: ', blank('who could read them')),
  ];
}

function forwardingText({ recipients, withoutLedger }: BreachFacts): string {
  const known = recipients.length === 0 ? 'Recipients: according to the catalog, none of the dumps was forwarded.' : '';
  const unknown = `For ${plural(withoutLedger, 'dump')} that the catalog does not have, it is not known.`;
  return withoutLedger === 0 ? known : `${known} ${unknown}`.trim();
}

function consequences(breach: BreachFacts | null): Block[] {
  const names = new Set(breach?.categories.map(({ name }) => name));
  const hints: readonly (readonly [DataClass, string])[] = [
    ['credentials', 'Somebody could use tokens or passwords until they expire: withdraw them.'],
    ['contact', 'Unwanted messages and phishing.'],
    ['identifiers', 'It is known who took part in which call.'],
    ['ipAddresses', 'Place and provider of a participant are known, and with the provider’s records the subscriber.'],
    ['pageUrl', 'Names of meetings, and links that admit to them.'],
    ['deviceNames', 'Names of owners that are part of names of devices.'],
  ];
  return [
    subheading('Art. 33(3)(c) Likely consequences'),
    list(...hints.filter(([name]) => names.has(name)).map(([name, text]): Text => `${wordsOf(name)}: ${text}`), [
      blank('likely consequences for the data subjects, with likelihood and severity'),
    ]),
  ];
}

const OUTCOME_WORDS = {
  rewritten: 'anonymized again and replaced',
  quarantined: 'moved to quarantine',
  deleted: 'deleted',
  pending: 'still to be treated',
  failed: 'could not be treated',
  none: 'unchanged so far',
} as const satisfies Record<CompletedDump['outcome'], string>;

function measures(breach: BreachFacts | null): Block[] {
  const done = Object.entries(breach?.outcomes ?? {}).map(
    ([outcome, dumps]): Text => `${plural(dumps, 'dump')} ${OUTCOME_WORDS[outcome as CompletedDump['outcome']]}.`,
  );
  const withdrawn = breach?.recipients.map(
    ({ target, dumps, withdrawn: removed }): Text => [
      `Removed at `,
      code(target),
      `: ${formatCount(removed)} of ${formatCount(dumps)}.`,
    ],
  );
  return [
    subheading('Art. 33(3)(d) Measures taken or proposed'),
    list(...done, ...(withdrawn ?? []), ...(breach?.findings.measures ?? []), [
      blank('further measures, taken and proposed'),
    ]),
  ];
}

function appendix({ dumps, findings }: BreachFacts): Block[] {
  const more = dumps.length - MAX_LISTED;
  return [
    heading('Appendix: affected sessions'),
    paragraph('Read under the policy ', code(findings.policy), ` (verifier: ${findings.verifier ?? 'not recorded'}).`),
    table(
      ['Session', 'Started', 'Findings', 'Forwarded', 'Done about it'],
      dumps
        .slice(0, MAX_LISTED)
        .map(({ session, startedAt, findings: counts, forwarded, outcome, isKnown }): Text[] => [
          [code(session)],
          startedAt === null ? (isKnown ? '–' : 'not in the catalog') : moment(startedAt),
          Object.entries(counts)
            .map(([name, count]) => `${name} ${formatCount(count)}`)
            .join(', '),
          forwardedText(forwarded),
          OUTCOME_WORDS[outcome],
        ]),
    ),
    ...(more > 0
      ? [paragraph(`${plural(more, 'further session is', 'further sessions are')} in the findings file.`)]
      : []),
  ];
}

function forwardedText(forwarded: CompletedDump['forwarded']): string {
  if (forwarded === null) return 'not known';
  if (forwarded.length === 0) return 'no';
  return forwarded.every(({ withdrawn }) => withdrawn) ? 'yes, removed there' : 'yes';
}

function wordsOf(name: string): string {
  if ((DATA_CLASSES as readonly string[]).includes(name)) return CLASS_WORDS[name as DataClass];
  if (name.startsWith(RULE)) return `Found by the operator’s rule ${name.slice(RULE.length)}`;
  return name === 'unverifiable' ? 'Dumps that the verifier cannot read to the end' : name;
}
