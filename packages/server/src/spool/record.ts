import type { IdentityField, SessionIdentity } from '@rtcstats-server/dump';
import type { Receipt } from '@rtcstats-server/privacy';

/** What is known of a session when its first message is kept. Every text went through the anonymizer. */
export interface SessionHeader {
  readonly id: string;
  /** When the socket was opened; ISO 8601, UTC. */
  readonly startedAt: string;
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  /** Which of these three the application has signed. Files of earlier versions do not say. */
  readonly signed?: readonly IdentityField[];
  /** It is an upload, which is worth nothing before it is complete: whoever sends it keeps it until it was confirmed. */
  readonly upload?: boolean;
  /** Whether the application wants the dump to be forwarded, where its token says so. */
  readonly forward?: boolean;
  /** Of the client (ISO 3166-1 alpha-2), where it may be told. Files of earlier versions do not say. */
  readonly country?: string | null;
  readonly origin: string | null;
  readonly userAgent: string | null;
  /** The policy it is recorded under, by preset and hash. */
  readonly policy: string;
  /** The version of the code that anonymizes, and the name of the key of its pseudonyms. Files of earlier versions do not say. */
  readonly engine?: string;
  readonly keyId?: string;
}

/** What is known once it is over. */
export interface SessionTrailer {
  readonly endedAt: string;
  readonly closeCode: number;
  readonly messages: number;
  /** `null` when the process ended before the session did. */
  readonly receipt: Receipt | null;
  /** What the client's own event said of who it is, anonymized. */
  readonly identity?: SessionIdentity | null;
}

/** A finished spool file; nothing writes to it any more. */
export interface ClosedSession {
  readonly facts: SessionHeader;
  readonly end: SessionTrailer;
  readonly path: string;
  /** Where in the file the dump begins and ends: byte offsets, the end not included. */
  readonly dumpStart: number;
  readonly dumpEnd: number;
}

/**
 * The first and the last line of a spool file. Neither is part of the dump; they stand in the same file because that
 * costs no second file a session and cannot be out of step with it. A line of a dump never begins with `{` after its
 * metadata, so a last line that does is the session's end.
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
