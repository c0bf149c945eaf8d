import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/**
 * Signed notes (https://c2sp.org/signed-note): a text that ends in a newline, an empty line, and lines with signatures
 * of it: `— <key name> <Base64 of key id and signature>`. Only Ed25519 is supported.
 */

/** The type of Ed25519 signatures in that format. */
const ED25519 = 0x01;
const PUBLIC_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
/** The specification asks for at least 16. */
const MAX_SIGNATURES = 64;
export const MAX_NOTE_LENGTH = 64 * 1024;
const NAME = /^[^\s+]+$/u;

/** A public key with a name. */
export interface NoteKey {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly publicKey: KeyObject;
}

/** A key that can sign. */
export interface NoteSigner extends NoteKey {
  readonly privateKey: KeyObject;
}

/** Makes the named key of a raw Ed25519 public key (RFC 8032). */
export function noteKey(name: string, raw: Uint8Array): NoteKey {
  const x = Buffer.from(raw).toString('base64url');
  return {
    name,
    id: keyId(name, raw),
    publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
  };
}

/** The 32 bytes of a public key. */
export function rawPublicKey(publicKey: KeyObject): Uint8Array {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
}

function keyId(name: string, raw: Uint8Array): string {
  const hash = createHash('sha256').update(`${name}\n`).update(Buffer.of(ED25519)).update(raw).digest();
  return hash.subarray(0, KEY_ID_BYTES).toString('hex');
}

/** A public key as text: `<name>+<id>+<Base64 of type and key>`, as tools for transparency logs read it. */
export function formatVerifierKey({ name, id, publicKey }: NoteKey): string {
  const key = Buffer.concat([Buffer.of(ED25519), rawPublicKey(publicKey)]);
  return `${name}+${id}+${key.toString('base64')}`;
}

/** The key of such a text; undefined if it is none, or if its id does not belong to it. */
export function parseVerifierKey(text: string): NoteKey | undefined {
  // Base64 may contain a plus, names may not.
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text.trim()) ?? [];
  if (name === undefined || encoded === undefined) return undefined;
  const bytes = decodeBase64(encoded);
  if (bytes?.length !== PUBLIC_KEY_BYTES + 1 || bytes[0] !== ED25519) return undefined;
  const key = noteKey(name, bytes.subarray(1));
  return key.id === id ? key : undefined;
}

/** Signs a text, which must end in a newline. */
export function signNote(text: string, signer: NoteSigner): string {
  if (!text.endsWith('\n') || !isNoteText(text)) throw new TypeError('Not the text of a note');
  const signature = sign(null, Buffer.from(text), signer.privateKey);
  const bytes = Buffer.concat([Buffer.from(signer.id, 'hex'), signature]);
  return `${text}\n— ${signer.name} ${bytes.toString('base64')}\n`;
}

/** A note that was parsed; its text must not be trusted before a signature was verified. */
export interface OpenedNote {
  readonly text: string;
  /** The given keys whose signatures are right. */
  readonly verifiedBy: readonly NoteKey[];
  /** Ids of keys that were not given. */
  readonly unknown: readonly string[];
}

/**
 * Parses a note and verifies the signatures of known keys. Signatures of other keys are ignored.
 *
 * @returns undefined if it is not a note, or if a signature of a known key is wrong
 */
export function openNote(note: string, keys: readonly NoteKey[]): OpenedNote | undefined {
  if (note.length > MAX_NOTE_LENGTH || !isNoteText(note)) return undefined;
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return undefined;
  const verifiedBy: NoteKey[] = [];
  const unknown: string[] = [];
  for (const line of lines) {
    const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
    const bytes = encoded === undefined ? undefined : decodeBase64(encoded);
    if (name === undefined || !NAME.test(name) || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
    const id = bytes.subarray(0, KEY_ID_BYTES).toString('hex');
    const key = keys.find((known) => known.name === name && known.id === id);
    if (key === undefined) {
      unknown.push(id);
      continue;
    }
    const signature = bytes.subarray(KEY_ID_BYTES);
    if (signature.length !== SIGNATURE_BYTES || !verify(null, Buffer.from(text), key.publicKey, signature)) {
      return undefined;
    }
    verifiedBy.push(key);
  }
  return { text, verifiedBy, unknown };
}

/** Notes contain no control characters other than newlines, and are valid UTF-8. */
function isNoteText(text: string): boolean {
  return text.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(text);
}

/** Undefined for anything but canonical Base64, which Node.js itself does not check. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
