import { policyName } from '@rtcstats-server/privacy';
import { type Block, blank, code, note, table } from './document.ts';
import type { ReportFacts } from './facts.ts';
import { counted, moment, plural } from './words.ts';

/** The beginning of every report: that it is a draft, when and from what it was made, and who has to sign it. */
export function preamble(facts: ReportFacts): Block[] {
  const { createdAt, version, policy, policyHash, settings, sessions, risk } = facts;
  const sample = risk.complete
    ? `all ${plural(risk.sessions, 'stored session')}`
    : `the newest ${plural(risk.sessions, 'stored session')} of ${counted(sessions.stored)}`;
  return [
    note(
      { strong: 'Draft for a lawyer or data protection officer, not legal advice.' },
      ' rtcstats-server wrote it from its configuration and its catalog. It describes this gateway only, not what else the ' +
        'controller does with the data. Check every statement, and complete what is marked like this: ',
      blank('example'),
      '.',
    ),
    table(
      ['Made from', ''],
      [
        ['Date', moment(createdAt)],
        ['Software', `rtcstats-server ${version}, gateway ${settings.text('server.hostIdentifier')}`],
        ['Privacy policy in force', [code(policyName(policy)), ' (preset and hash)']],
        ['Hash of the policy', [code(policyHash)]],
        ['Figures measured on', sample],
        ['Approved by, on', [blank('name, role, date')]],
      ],
    ),
  ];
}
