import { IDENTITY_FIELDS, type IdentityField } from '@rtcstats-server/dump';

/** Whom an entry about a session is about: its user, its conference and its session of the application. */
export function personsOfSession(row: Readonly<Record<IdentityField, string | null>>): readonly string[] {
  const names = IDENTITY_FIELDS.map((field) => row[field]).filter((name) => name !== null && name !== '');
  return [...new Set(names)] as string[];
}
