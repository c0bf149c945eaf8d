/** Names in the audit log. No zod here, so that programs that need only the names do not load the schemas. */

/**
 * What the audit log records. `dump.read`: somebody read a dump; `sessions.export`: rows or dumps were copied out;
 * `sign-in`: a browser signed in to the console; `admin.refused`: calls of the admin listener that were not authorized;
 * `policy.change`: a gateway started with another privacy policy than before; the others are named after the command or
 * the request that they record.
 */
export const AUDIT_ACTIONS = [
  'dump.read',
  'sessions.export',
  'session.delete',
  'subject.erase',
  'subject.export',
  'subject.replay',
  'quarantine.release',
  'session.forward',
  'policy.change',
  'key.rotate',
  'key.destroy',
  'key.import',
  'sign-in',
  'admin.refused',
  'hold.add',
  'hold.remove',
  'retention.pass',
  'reanonymize',
  'report',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * `begun`: recorded before the action; without a later `done` or `failed`, the process ended during it. `refused`: it
 * was not allowed.
 */
export const AUDIT_OUTCOMES = ['done', 'refused', 'failed', 'begun'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/**
 * What an admin token allows. `read`: see sessions, dumps, metrics and settings; `operate`: forward, release, run the
 * canary and calls on trial; `erase`: delete sessions and erase people; `audit`: read the audit log. None includes
 * another one.
 */
export const ADMIN_ROLES = ['read', 'operate', 'erase', 'audit'] as const;
export type AdminRole = (typeof ADMIN_ROLES)[number];
