import { phraseList, wordList } from './word-list.ts';

/** Words for a secret. Everything inside a property of this name is one. Singular. */
export const SECRETS: ReadonlySet<string> = wordList(`
  password passwd passphrase passcode pwd secret token accesstoken refreshtoken idtoken jwt bearer otp totp pin pincode
  cookie credential apikey accesskey privatekey secretkey accesscode joincode invitecode e2eekey encryptionkey
  passwort kennwort zugangscode zugangstoken geheimnis motdepasse contrasena senha wachtwoord
`);

/** Words before `key` with which it is a secret; a `key` alone may be any name. */
export const SECRET_KEYS: ReadonlySet<string> = wordList(`
  e2ee e2e encryption encrypted decryption crypto cipher room meeting access api app application sdk private secret
  shared master media frame sender session stream auth authentication authorization host join invite license licence
  subscription signing signature hmac aes srtp participant user symmetric wrapped derived security symkey rtmp ingest
`);

/** Words before `code` with which it is a secret. */
export const SECRET_CODES: ReadonlySet<string> = wordList(`
  access pass pin join invite invitation verification verify otp security auth authorization authentication mfa 2fa
  confirmation host meeting room login entry guest backup recovery zugangs dial
  class classroom course lesson session quiz game lobby party
`);

/** Whole property names of secrets. */
export const SECRET_PHRASES: ReadonlySet<string> = phraseList(`
  turn auth, ice auth, basic auth, proxy auth, sip auth, digest auth, auth header, digits, digit, collected digits,
  dtmf digits, entered digits, pressed digits, recovery words, seed phrase, backup words, e2ee, key material, raw key, ratchet key, pass phrase, mot de passe, code d acces, codigo de acceso, clave, clave de
  acceso, code secret, magic link, one time password, recovery phrase, client assertion, code verifier, code challenge,
  ephemeral key, key base64, zugangscode, schluessel, schlussel, cle de chiffrement
`);
