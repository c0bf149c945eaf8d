import { textClasses } from '../classes/all.ts';
import type { Role } from '../model/roles.ts';
import type { Policy } from '../policy/policy.ts';
import { type PseudonymKey, Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { SessionMemory } from '../text/session-memory.ts';

/** What an operator may look for. */
export const SUBJECTS = ['user', 'conference', 'session', 'device'] as const;
export type Subject = (typeof SUBJECTS)[number];

const ROLES: Readonly<Record<Subject, Role>> = {
  user: 'person',
  conference: 'conference',
  session: 'session',
  device: 'deviceLabel',
};
/** The kinds of devices that a label is given with; each shows in its pseudonym. */
const DEVICE_KINDS = ['audioinput', 'videoinput', 'audiooutput', ''];

/**
 * What stands in dumps and in the catalog for a user, a conference, a session or the label of a device, under a policy and a key: the
 * text itself where the policy keeps it. A label has several, by the kind of the device.
 */
export function cleanNames(subject: Subject, text: string, policy: Policy, key: PseudonymKey): string[] {
  const classes = textClasses(policy, new Pseudonyms(key));
  const kinds = subject === 'device' ? DEVICE_KINDS : [''];
  const names = kinds.map((kind) => {
    const session = new SessionMemory();
    session.kind = kind;
    for (const { whole } of classes) {
      const clean = whole?.[ROLES[subject]]?.(text, session);
      if (clean !== undefined) return clean;
    }
    return text;
  });
  return [...new Set(names)];
}
