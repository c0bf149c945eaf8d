import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatVerifierKey, noteKey, openNote, parseVerifierKey, rawPublicKey, signNote } from './signed-note.ts';

/** The example that implementations of the format are tested with (golang.org/x/mod/sumdb/note). */
const VERIFIER_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const SIGNER_KEY = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNATURE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const NOTE = `${TEXT}\n${SIGNATURE}`;

const key = parseVerifierKey(VERIFIER_KEY)!;
/** The header of an Ed25519 private key in PKCS #8 (RFC 8410). */
const seed = Buffer.from(SIGNER_KEY, 'base64').subarray(1);
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
  format: 'der',
  type: 'pkcs8',
});

describe('a signed note', () => {
  it('is signed byte for byte like the published one', () => {
    expect(signNote(TEXT, { ...key, privateKey })).toBe(NOTE);
  });

  it('is verified', () => {
    expect(openNote(NOTE, [key])).toEqual({ text: TEXT, verifiedBy: [key], unknown: [] });
  });

  it('may have signatures of keys that are not known', () => {
    const other = noteKey('PeterNeumann', Buffer.alloc(32, 7));
    expect(openNote(NOTE, [other])).toEqual({ text: TEXT, verifiedBy: [], unknown: ['c74f20a3'] });
    expect(openNote(`${NOTE}— somebody ${'A'.repeat(16)}\n`, [key])).toMatchObject({ verifiedBy: [key] });
  });

  it('may have a text with empty lines', () => {
    const note = signNote('a\n\nb\n', { ...key, privateKey });
    expect(openNote(note, [key])).toMatchObject({ text: 'a\n\nb\n', verifiedBy: [key] });
  });

  it.each([
    ['a changed text', NOTE.replace('cryptography', 'Cryptography')],
    ['a changed signature', NOTE.replace('x08go/ZJ', 'x08go/ZK')],
    ['no empty line', `${TEXT}${SIGNATURE}`],
    ['no signature', `${TEXT}\n`],
    ['no newline at the end', NOTE.slice(0, -1)],
    ['a hyphen for the dash', NOTE.replace('—', '-')],
    ['a control character', NOTE.replace('If', 'I\rf')],
    ['Base64 that is not canonical', NOTE.replace('JnAM=', 'JnAN=')],
    ['a signature that is cut off', `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG=\n`],
    ['too many signatures', NOTE + SIGNATURE.repeat(64)],
  ])('with %s is rejected', (_, note) => {
    expect(openNote(note, [key])).toBeUndefined();
  });

  it('cannot be made of a text that is not one', () => {
    for (const text of ['no newline', 'a\tb\n', '\ud800\n']) {
      expect(() => signNote(text, { ...key, privateKey })).toThrow(TypeError);
    }
  });
});

describe('a verifier key', () => {
  it('is read and written', () => {
    expect(key).toMatchObject({ name: 'PeterNeumann', id: 'c74f20a3' });
    expect(formatVerifierKey(key)).toBe(VERIFIER_KEY);
    expect(rawPublicKey(key.publicKey)).toHaveLength(32);
  });

  it.each([
    ['nothing', ''],
    ['another id', VERIFIER_KEY.replace('c74f20a3', 'c74f20a4')],
    ['another name', VERIFIER_KEY.replace('Peter', 'Paul')],
    ['a key that is too long', 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='],
    ['another algorithm', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
  ])('with %s is rejected', (_, text) => {
    expect(parseVerifierKey(text)).toBeUndefined();
  });
});
