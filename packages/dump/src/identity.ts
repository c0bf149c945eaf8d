/** What a session is found by in the catalog. */
export const IDENTITY_FIELDS = ['user', 'conference', 'session'] as const;
export type IdentityField = (typeof IDENTITY_FIELDS)[number];
export type SessionIdentity = Readonly<Record<IdentityField, string | null>>;

const IDENTITY_EVENT = new TextEncoder().encode('["identity",');
const MAX_LENGTH = 512;

/**
 * What the event of older clients says, `["identity", scope, {user, conference, session}, delta]`. Takes the line as the anonymizer left
 * it, so that nothing raw is read here; `undefined` for every other line.
 */
export function identityOfLine(line: Uint8Array): SessionIdentity | undefined {
  // A loop: this is asked of every message.
  for (let i = 0; i < IDENTITY_EVENT.length; i++) if (line[i] !== IDENTITY_EVENT[i]) return undefined;
  const [, , given] = JSON.parse(new TextDecoder().decode(line)) as unknown[];
  if (typeof given !== 'object' || given === null) return undefined;
  const value = (field: IdentityField): string | null => {
    const text = (given as Record<string, unknown>)[field];
    return typeof text === 'string' && text !== '' && text.length <= MAX_LENGTH ? text : null;
  };
  return { user: value('user'), conference: value('conference'), session: value('session') };
}
