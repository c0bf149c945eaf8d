import type { AuditAction, AuditEntryBody, AuditOutcome } from '@rtcstats-server/api';
import { formatPlural } from '../ui/format.ts';
import type { Tone } from '../ui/parts.tsx';

/** The actions in words. */
export const ACTION_NAMES: Readonly<Record<AuditAction, string>> = {
  'dump.read': 'read a dump',
  'sessions.export': 'exported sessions',
  'session.delete': 'deleted a session',
  'subject.erase': 'erased a person or call',
  'subject.export': 'exported a person or call',
  'subject.replay': 'repeated erasures',
  'quarantine.release': 'released from quarantine',
  'session.forward': 'forwarded a dump',
  'policy.change': 'changed the policy',
  'key.rotate': 'began a key epoch',
  'key.destroy': 'destroyed key epochs',
  'key.import': 'imported a key',
  'sign-in': 'signed in',
  'admin.refused': 'call refused',
  'hold.add': 'added a legal hold',
  'hold.remove': 'removed a legal hold',
  'retention.pass': 'removed what was too old',
  reanonymize: 'anonymized stored dumps again',
  report: 'wrote a report',
};

export const OUTCOME_TONES: Readonly<Record<AuditOutcome, Tone>> = {
  done: 'plain',
  refused: 'warn',
  failed: 'bad',
  begun: 'accent',
};

/** An action of a later version of the gateway is shown as it is. */
export function actionName(action: string): string {
  return (ACTION_NAMES as Readonly<Record<string, string>>)[action] ?? action;
}

export function outcomeTone(outcome: string): Tone {
  return (OUTCOME_TONES as Readonly<Record<string, Tone>>)[outcome] ?? 'plain';
}

/** `state stored, sessions 4`; empty without details. */
export function detailsText(details: AuditEntryBody['details']): string {
  return Object.entries(details ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** What an erasure has left of an entry; undefined if nothing was erased. */
export function erasedText({ erased, target, persons, details }: AuditEntryBody): string | undefined {
  if (erased === 0) return undefined;
  if (target === null && persons.length === 0 && details === null) return 'content erased';
  return `${formatPlural(erased, 'name')} erased`;
}
