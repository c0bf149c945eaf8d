/** The identifiers by which the catalog finds sessions. */
export const IDENTITY_FIELDS = ['user', 'conference', 'session'] as const;
export type IdentityField = (typeof IDENTITY_FIELDS)[number];
/** `null`: unknown. */
export type SessionIdentity = Readonly<Record<IdentityField, string | null>>;

/** The identity of a session whose client did not identify itself. */
export const NOBODY: SessionIdentity = { user: null, conference: null, session: null };

/** Maximum length of an identifier in UTF-16 units. Longer texts are not identifiers and would bloat the catalog. */
export const MAX_IDENTIFIER_LENGTH = 512;

const IDENTITY_EVENT = new TextEncoder().encode('["identity",');

/**
 * Reads the identity event of older clients, `["identity", scope, {user, conference, session}, delta]`; `undefined` for
 * every other line. Call it with anonymized lines only, because the result is stored.
 */
export function identityOfLine(line: Uint8Array): SessionIdentity | undefined {
  // A plain loop, because this runs for every message.
  for (let i = 0; i < IDENTITY_EVENT.length; i++) if (line[i] !== IDENTITY_EVENT[i]) return undefined;
  const [, , given] = JSON.parse(new TextDecoder().decode(line)) as unknown[];
  if (typeof given !== 'object' || given === null) return undefined;
  const value = (field: IdentityField): string | null => {
    const text = (given as Record<string, unknown>)[field];
    return typeof text === 'string' && text !== '' && text.length <= MAX_IDENTIFIER_LENGTH ? text : null;
  };
  return { user: value('user'), conference: value('conference'), session: value('session') };
}
