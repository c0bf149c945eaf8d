import type { IdentityField, SessionIdentity } from '@rtcstats-server/dump';
import type { Receipt } from '@rtcstats-server/privacy';

/** The facts about a session when its first message is recorded. All texts are anonymized. */
export interface SessionHeader {
  readonly id: string;
  /** When the socket was opened, or the call in an uploaded dump began; ISO 8601, UTC. */
  readonly startedAt: string;
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  /** Which of these three come from a signed token. Missing in files of earlier versions. */
  readonly signed?: readonly IdentityField[];
  /**
   * Whether it is an upload. An incomplete upload is worthless, because its sender keeps the original until it is
   * confirmed.
   */
  readonly upload?: boolean;
  /** Whether the application's token asks to forward the dump; missing when it does not say. */
  readonly forward?: boolean;
  /** Country of the client (ISO 3166-1 alpha-2), if known. Missing in files of earlier versions. */
  readonly country?: string | null;
  readonly origin: string | null;
  readonly userAgent: string | null;
  /** Preset and hash of the policy that it is recorded under. */
  readonly policy: string;
  /** Version of the anonymizer, and name of the key of the pseudonyms. Missing in files of earlier versions. */
  readonly engine?: string;
  readonly keyId?: string;
}

/** The names of a session that tell whose it is. */
export type SessionSubject = Pick<SessionHeader, 'id' | 'startedAt' | 'user' | 'conference' | 'session'>;

/** The same of a closed session, of which the client may have told the names in an event of its own. */
export function subjectOf({ facts, end }: Pick<ClosedSession, 'facts' | 'end'>): SessionSubject {
  const { id, startedAt, user, conference, session } = facts;
  return {
    id,
    startedAt,
    user: user ?? end.identity?.user ?? null,
    conference: conference ?? end.identity?.conference ?? null,
    session: session ?? end.identity?.session ?? null,
  };
}

/** The facts about a session after its end. */
export interface SessionTrailer {
  readonly endedAt: string;
  /** When an upload was complete, where `endedAt` is the end of the call in it. */
  readonly receivedAt?: string;
  readonly closeCode: number;
  readonly messages: number;
  /** `null` when the process ended before the session did. */
  readonly receipt: Receipt | null;
  /** Identity from the client's own event, anonymized. */
  readonly identity?: SessionIdentity | null;
}

/** A complete spool file that is not written to any more. */
export interface ClosedSession {
  readonly facts: SessionHeader;
  readonly end: SessionTrailer;
  readonly path: string;
  /** Byte offsets of the dump in the file; the end is exclusive. */
  readonly dumpStart: number;
  readonly dumpEnd: number;
}

/**
 * The first and the last line of a spool file. They are not part of the dump, but in the same file, because a second
 * file per session would cost more and could get out of sync. After its metadata, no line of a dump begins with `{`, so
 * a last line that does is the trailer.
 */
export function encodeFacts(facts: SessionHeader): string {
  return `${JSON.stringify(facts)}\n`;
}

export function encodeEnd(end: SessionTrailer): string {
  return `${JSON.stringify(end)}\n`;
}

/** `undefined` for what `encodeFacts` did not write. */
export function decodeFacts(line: string): SessionHeader | undefined {
  const value = parse(line);
  const texts = typeof value?.['id'] === 'string' && typeof value['policy'] === 'string';
  return texts && isTime(value['startedAt']) ? (value as unknown as SessionHeader) : undefined;
}

export function decodeEnd(line: string): SessionTrailer | undefined {
  const value = parse(line);
  return isTime(value?.['endedAt']) && typeof value['messages'] === 'number'
    ? (value as unknown as SessionTrailer)
    : undefined;
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
