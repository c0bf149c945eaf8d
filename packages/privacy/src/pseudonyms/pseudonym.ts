import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** A key for pseudonyms: 32 random bytes, and the id under which dumps refer to it. */
export interface PseudonymKey {
  /** 32 bytes. */
  readonly bytes: Uint8Array;
  /** Written into dumps and receipts; reveals nothing about the key. */
  readonly id: string;
}

/** The prefix of a pseudonym, such as `audioinput`. */
export type PseudonymKind = string;

/**
 * Keyed, stable pseudonyms: as long as the key is used, the same text has the same pseudonym; without the key nobody
 * can compute it or find the text by trying candidates. HMAC-SHA-256 (RFC 2104), truncated to 40 bits, which is enough
 * to keep some thousand values distinct.
 */
export class Pseudonyms {
  readonly #key: PseudonymKey;
  /** Namespace -> text -> digits. An HMAC takes microseconds, and a session repeats few values many times. */
  readonly #known = new Map<string, Map<string, string>>();

  constructor(key: PseudonymKey) {
    this.#key = key;
  }

  /** The id of the key. */
  get keyId(): string {
    return this.#key.id;
  }

  /** Derives an independent 32-byte key for another purpose. */
  keyFor(purpose: string): Uint8Array {
    return hmac(sha256, this.#key.bytes, utf8ToBytes(`key\u0000${purpose}`));
  }

  /**
   * `<kind>-<ten hex digits>`, such as `audioinput-3f9a2c81d0`. `namespace` is hashed with the text, so that the same
   * text in two namespaces has different pseudonyms; defaults to the kind.
   */
  of(kind: PseudonymKind, text: string, namespace: string = kind): string {
    let known = this.#known.get(namespace);
    if (known === undefined) {
      known = new Map();
      this.#known.set(namespace, known);
    }
    let digest = known.get(text);
    if (digest === undefined) {
      if (known.size >= MAX_CACHED) known.clear();
      const name = utf8ToBytes(`${namespace}\u0000${text}`);
      digest = bytesToHex(hmac(sha256, this.#key.bytes, name).subarray(0, BYTES));
      // A copy, because a substring keeps the whole message in memory.
      known.set([...text].join(''), digest);
    }
    return `${kind}-${digest}`;
  }
}

const BYTES = 5;
const MAX_CACHED = 1024;
/** All kinds of pseudonyms except those of operator rules. */
const PSEUDONYM =
  /^(?:audioinput|audiooutput|videoinput|device|screen|channel|group|turnuser|user|conference|session|path|host|network|text)-[0-9a-f]{10}$/;

/**
 * Whether the text is a pseudonym made by this project, so that it is not anonymized again. Only known kinds are
 * accepted: `anna-4155550100` is a name and a phone number.
 */
export function isPseudonym(text: string): boolean {
  return PSEUDONYM.test(text);
}
