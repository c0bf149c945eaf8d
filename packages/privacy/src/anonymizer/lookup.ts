import { textClasses } from '../classes/all.ts';
import type { Role } from '../model/roles.ts';
import type { Policy } from '../policy/policy.ts';
import { type PseudonymKey, Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { SessionMemory } from '../text/session-memory.ts';

/** The kinds of names that an operator can search for. */
export const SUBJECTS = ['user', 'conference', 'session', 'device'] as const;
/** A kind of name; see `SUBJECTS`. */
export type Subject = (typeof SUBJECTS)[number];

const ROLES: Readonly<Record<Subject, Role>> = {
  user: 'person',
  conference: 'conference',
  session: 'session',
  device: 'deviceLabel',
};
/** The device kinds that come with a label. The kind is part of the label's pseudonym. */
const DEVICE_KINDS = ['audioinput', 'videoinput', 'audiooutput', ''];

/**
 * The names under which dumps and the catalog show a user, a conference, a session or a device label, given a policy
 * and a pseudonym key. Returns the text itself where the policy keeps it. A device label has several names, one per
 * kind of device.
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
