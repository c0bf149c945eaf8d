import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** A key for pseudonyms: 32 bytes, and the name under which dumps refer to it. */
export interface PseudonymKey {
  readonly bytes: Uint8Array;
  /** Written into dumps and receipts; says nothing about the key. */
  readonly id: string;
}

/** Which namespace a pseudonym is from; the same text in two namespaces has two pseudonyms. */
export type PseudonymKind = string;

/**
 * Keyed, stable pseudonyms: the same text has the same pseudonym for as long as the key lasts, and without the key nobody can
 * compute it, or try all texts to find the one behind it. HMAC-SHA-256 (RFC 2104), cut short: enough to tell some thousand things apart.
 */
export class Pseudonyms {
  readonly #key: PseudonymKey;
  /** An HMAC takes microseconds; a session names few things, many times. */
  readonly #known = new Map<string, string>();

  constructor(key: PseudonymKey) {
    this.#key = key;
  }

  get keyId(): string {
    return this.#key.id;
  }

  /** A key of 32 bytes for another purpose, which says nothing of this one. */
  keyFor(purpose: string): Uint8Array {
    return hmac(sha256, this.#key.bytes, utf8ToBytes(`key\u0000${purpose}`));
  }

  /** `<kind>-<hex>`, such as `audioinput-3f9a2c81`. `namespace` is what is hashed along: by default the kind. */
  of(kind: PseudonymKind, text: string, namespace: string = kind): string {
    const name = `${namespace}\u0000${text}`;
    let digest = this.#known.get(name);
    if (digest === undefined) {
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      digest = bytesToHex(hmac(sha256, this.#key.bytes, utf8ToBytes(name)).subarray(0, BYTES));
      this.#known.set(name, digest);
    }
    return `${kind}-${digest}`;
  }
}

const BYTES = 5;
const REMEMBERED = 1024;
/** The kinds there are, but for those of the operator's rules. */
const PSEUDONYM =
  /^(?:audioinput|audiooutput|videoinput|device|screen|channel|group|turnuser|user|conference|session|path|host)-[0-9a-f]{10}$/;

/**
 * Whether a text is a pseudonym of this project, so that what was anonymized once is not anonymized again. Of no other kind: `anna-4155550100` is
 * somebody's name and telephone number.
 */
export function isPseudonym(text: string): boolean {
  return PSEUDONYM.test(text);
}
