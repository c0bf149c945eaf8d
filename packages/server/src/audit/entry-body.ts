import { randomBytes } from 'node:crypto';
import type { AuditState } from '../catalog/audit.ts';
import { type AuditDetail, type AuditEntry, MAX_DETAIL_LENGTH, MAX_DETAILS, MAX_PERSONS } from './audit-log.ts';
import { personHash } from './person-hash.ts';
import { joinKey, randomKey, seal, splitKey, unseal } from './sealing.ts';

/**
 * The text of an entry that is hashed: JSON with these keys. An entry with persons is encrypted before it is hashed:
 *
 * - `details` with a random key. Each person's part has this key, so the details can be read as long as one person is
 *   not forgotten. They say nothing that tells who the persons are.
 * - `target` with another random key, of which each part has one share and all shares are needed. A session belongs to
 *   its user and its conference alike, so after either is forgotten, nobody can read its id.
 * - `parts`, one per person in random order: the name of the person, the first key and the share, encrypted with the
 *   key of the person. The tables say which key opens which part until the person is forgotten; after that, a part is
 *   a random text that is different in every entry, so it does not tell which entries were about the same person.
 *
 * What is encrypted is JSON, padded so that its length tells nothing.
 *
 * `salt` makes the hash of a short entry impossible to guess after its content was removed.
 */
interface EntryBody {
  readonly position: number;
  readonly time: string;
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
  readonly salt: string;
  /** In an entry that is not about a person, `Details`. Otherwise sealed. */
  readonly details?: Details | string;
  readonly target?: string;
  readonly parts?: readonly string[];
}

type Details = Readonly<Record<string, AuditDetail>>;

/** The content of a part. */
interface Part {
  readonly person: string;
  /** Base64. */
  readonly key: string;
  readonly share: string;
}

const SALT_BYTES = 16;
const PADDED_BYTES = 256;

/** Where a sealed text belongs. */
const context = (position: number, field: string): string => `rtcstats-server audit ${position} ${field}`;

/** The persons whose keys an entry needs. */
export function personsOf({ persons = [], target }: AuditEntry): readonly string[] {
  const names = [...new Set(persons)].slice(0, MAX_PERSONS).map(cut);
  return names.length === 0 && target !== undefined ? [cut(target)] : names;
}

/** @returns the text, and the hashes of the persons in the order of their parts */
export function composeBody(
  entry: AuditEntry,
  time: string,
  { position, keys }: Pick<AuditState, 'position' | 'keys'>,
): { readonly body: string; readonly links: readonly string[] } {
  const persons = shuffled(keys.size === 0 ? [] : personsOf(entry));
  const clear = {
    position,
    time,
    actor: cut(entry.actor),
    action: entry.action,
    outcome: entry.outcome,
    salt: randomBytes(SALT_BYTES).toString('base64'),
  };
  const details = entry.details && cutDetails(entry.details);
  if (persons.length === 0) return { body: JSON.stringify({ ...clear, details } satisfies EntryBodyText), links: [] };
  const key = randomKey();
  const targetKey = randomKey();
  const shares = splitKey(targetKey, persons.length);
  const parts = persons.map((person, slot) => {
    const part: Part = { person, key: base64(key), share: base64(shares[slot]!) };
    return seal(padded(part), keys.get(personHash(person))!, context(position, `part ${slot}`));
  });
  const body: EntryBodyText = {
    ...clear,
    details: details && seal(padded(details), key, context(position, 'details')),
    target:
      entry.target === undefined ? undefined : seal(padded(cut(entry.target)), targetKey, context(position, 'target')),
    parts,
  };
  return { body: JSON.stringify(body), links: persons.map(personHash) };
}

/** JSON leaves out what is undefined. */
type EntryBodyText = { [K in keyof EntryBody]: EntryBody[K] | undefined };

/** An entry as it can be read now. */
export interface ReadableEntry {
  readonly position: number;
  readonly time: string;
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
  /** Null if there is none, or if it cannot be read any more. */
  readonly target: string | null;
  /** Those that are not forgotten. */
  readonly persons: readonly string[];
  /** Null if there are none, or if they cannot be read any more. */
  readonly details: Details | null;
  /** How many of its persons are forgotten. */
  readonly forgotten: number;
}

/** @throws SyntaxError if the text is not JSON, TypeError if it is not an entry */
export function readBody(
  text: string,
  keys: readonly { readonly slot: number; readonly key: Uint8Array }[] = [],
): ReadableEntry {
  const body = parseBody(text);
  const { position, time, actor, action, outcome, parts = [] } = body;
  const opened = keys.flatMap(({ slot, key }): Part[] => {
    const part = parts[slot] === undefined ? undefined : unseal(parts[slot], key, context(position, `part ${slot}`));
    return part === undefined ? [] : [JSON.parse(part) as Part];
  });
  const clear = { position, time, actor, action, outcome };
  if (parts.length === 0) {
    const details = typeof body.details === 'object' ? body.details : null;
    return { ...clear, target: null, persons: [], details, forgotten: 0 };
  }
  const [any] = opened;
  const details =
    any && typeof body.details === 'string'
      ? unseal(body.details, bytes(any.key), context(position, 'details'))
      : undefined;
  const target =
    body.target !== undefined && opened.length === parts.length
      ? unseal(body.target, joinKey(opened.map(({ share }) => bytes(share))), context(position, 'target'))
      : undefined;
  const name = target === undefined ? null : (JSON.parse(target) as string);
  return {
    ...clear,
    target: name,
    persons: opened.map(({ person }) => person).filter((person) => person !== name),
    details: details === undefined ? null : (JSON.parse(details) as Details),
    forgotten: parts.length - opened.length,
  };
}

function parseBody(text: string): EntryBody {
  const body: unknown = JSON.parse(text);
  if (typeof body !== 'object' || body === null || !('position' in body) || !('time' in body)) {
    throw new TypeError('Not an entry of an audit log');
  }
  return body as EntryBody;
}

/**
 * JSON with spaces at its end up to a multiple of `PADDED_BYTES`, because the length of an encrypted name can be seen.
 */
function padded(value: unknown): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  return text + ' '.repeat(Math.ceil(bytes / PADDED_BYTES) * PADDED_BYTES - bytes);
}

/** PostgreSQL stores neither U+0000 nor lone surrogates. */
export function cut(text: string): string {
  return text.slice(0, MAX_DETAIL_LENGTH).replaceAll('\0', '\ufffd').toWellFormed();
}

function cutDetails(details: Details): Details {
  const some = Object.entries(details).slice(0, MAX_DETAILS);
  return Object.fromEntries(some.map(([name, value]) => [cut(name), typeof value === 'string' ? cut(value) : value]));
}

/** So that the order of the parts does not tell which one is of the user and which one of the conference. */
function shuffled(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, order: randomBytes(8).readBigUInt64BE() }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ name }) => name);
}

function base64(key: Uint8Array): string {
  return Buffer.from(key).toString('base64');
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}
