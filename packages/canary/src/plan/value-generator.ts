import { crc32 } from 'node:zlib';
import type { DataClass } from '@rtcstats-server/privacy';
import type { PersonalValue } from './plan.ts';
import type { SeededRandom } from './random.ts';

const CONSONANTS = 'bdfgklmnprstv';
const VOWELS = 'aeiou';
const FIRST_NAMES = ['Anna', 'Bert', 'Chiara', 'Deniz', 'Emeka', 'Freya'];
/** Random values are drawn again when they were used before; a kind with a small range runs out at some point. */
const MAX_ATTEMPTS = 10_000;
const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Invents personal values of every class. They look real but belong to nobody: networks for benchmarks and
 * documentation (RFC 2544, RFC 3849), phone numbers reserved for drama (Ofcom), example domains (RFC 2606). No value is
 * generated twice, so a value that is found identifies the place where it was planted.
 */
export class ValueGenerator {
  readonly #random: SeededRandom;
  readonly #used = new Set<string>();
  #nextText = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** A word that looks like a family name. */
  word(): string {
    const syllable = (): string => this.#random.pick([...CONSONANTS]) + this.#random.pick([...VOWELS]);
    return this.#unique(() => syllable() + syllable() + syllable() + syllable() + syllable());
  }

  uuid(): string {
    return this.#unique(() => {
      const hex = this.#random.bytes(16).toString('hex');
      return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
    });
  }

  number(digits: number): number {
    return Number(this.#unique(() => String(this.#random.number(10 ** (digits - 1), 2 * 10 ** (digits - 1)))));
  }

  /** The last two octets have three digits each, so that no address is a prefix of another one. */
  ipv4(): PersonalValue {
    const text = this.#unique(() => `198.${this.#octet(18, 19)}.${this.#octet(100, 255)}.${this.#octet(100, 255)}`);
    return { text, searchTerms: [text], classes: ['ipAddresses'], address: text };
  }

  privateIpv4(): PersonalValue {
    const text = this.#unique(() => `10.${this.#octet(100, 255)}.${this.#octet(100, 255)}.${this.#octet(100, 255)}`);
    return { text, searchTerms: [text], classes: ['ipAddresses'], address: text };
  }

  ipv6(network = '2001:db8:77:42'): PersonalValue {
    const group = (): string => this.#octet(0x1000, 0xffff).toString(16);
    const host = this.#unique(() => [group(), group(), group(), group()].join(':'));
    return { text: `${network}:${host}`, searchTerms: [host], classes: ['ipAddresses'], address: `${network}:${host}` };
  }

  /** The foundation of a candidate as libwebrtc computed it up to Chromium 106: from type, address and protocol. */
  foundation(): PersonalValue {
    const text = this.#unique(() => String(crc32(`local${this.ipv4().text}udp`)));
    return this.#of('ipAddresses', text, text);
  }

  /** The fingerprint of a certificate (RFC 8122), which policies can keep like any opaque identifier. */
  fingerprint(): PersonalValue {
    const pairs = this.#unique(() => this.#random.bytes(32).toString('hex').toUpperCase()).match(/../g)!;
    const text = pairs.join(':');
    return { text, searchTerms: [text], classes: ['identifiers'], opaque: true };
  }

  certificate(): PersonalValue {
    const text = this.#unique(() => this.#random.bytes(60).toString('base64'));
    return { text, searchTerms: [text], classes: ['identifiers'], opaque: true };
  }

  mac(): PersonalValue {
    const pairs = this.#unique(() => `02${this.#random.bytes(5).toString('hex')}`).match(/../g)!;
    const searchTerms = [pairs.join(':'), pairs.join('-'), pairs.join('')];
    return { text: searchTerms[0]!, searchTerms, classes: ['macAddresses'] };
  }

  email(): PersonalValue {
    const word = this.word();
    return this.#of('contact', `${this.#firstName().toLowerCase()}.${word}@mail.example`, word);
  }

  /** A name that can only be recognized by what is next to it, such as an e-mail address in angle brackets. */
  fullName(): PersonalValue {
    const word = this.word();
    return this.#of('contact', `${this.#firstName()} ${capitalize(word)}`, word);
  }

  phone(): PersonalValue {
    const last = this.#unique(() => `900${this.#random.number(0, 999).toString().padStart(3, '0')}`);
    const text = `+44 7700 ${last}`;
    return this.#of('contact', text, `7700 ${last}`, `7700${last}`);
  }

  /** A card number with a valid check digit (ISO/IEC 7812-1, annex B). */
  card(): PersonalValue {
    const digits = this.#unique(() => {
      const payload = `400000${String(this.#random.number(100_000_000, 999_999_999))}`;
      return payload + checkDigit(payload);
    });
    const text = digits.replace(/(?<=.)(?=(?:.{4})+$)/g, ' ');
    return this.#of('contact', text, text, digits);
  }

  /** The URL of a page, with a room and a person in it. */
  url(): PersonalValue {
    const [room, person] = [this.word(), this.word()];
    return this.#of('pageUrl', `https://meet.example.com/room/${room}?name=${person}`, room, person);
  }

  /** Only path and query of such a URL. */
  path(): PersonalValue {
    const [room, person] = [this.word(), this.word()];
    return this.#of('pageUrl', `/room/${room}?name=${person}`, room, person);
  }

  /** The name of a machine in a home network. */
  hostname(): PersonalValue {
    const word = this.word();
    return this.#of('hostnames', `${word}s-macbook.local`, word);
  }

  label(): PersonalValue {
    const word = this.word();
    return this.#of('deviceNames', `${capitalize(word)}'s AirPods Pro`, word);
  }

  /** A device name from a driver. It names no person, but only a few devices share it. */
  genericLabel(): PersonalValue {
    const word = this.word();
    return this.#of('deviceNames', `USB ${capitalize(word)} Audio (046d:0a8f)`, word);
  }

  channelLabel(): PersonalValue {
    const word = this.word();
    return this.#of('deviceNames', `notes-${word}`, word);
  }

  deviceId(): PersonalValue {
    const text = this.#unique(() => this.#random.bytes(32).toString('hex'));
    return this.#of('deviceIds', text, text);
  }

  /** A device id in the form that Firefox generates. */
  base64DeviceId(): PersonalValue {
    const text = this.#unique(() => this.#random.bytes(32).toString('base64'));
    return this.#of('deviceIds', text, text);
  }

  /** A user name of an application. Names of rooms and sessions look the same. */
  identifier(): PersonalValue {
    const word = this.word();
    return this.#of('identifiers', `${this.#firstName().toLowerCase()}.${word}`, word);
  }

  opaqueIdentifier(): PersonalValue {
    const text = this.uuid();
    return { text, searchTerms: [text], classes: ['identifiers'], opaque: true };
  }

  secret(): PersonalValue {
    const text = this.#unique(() => {
      const letters = Array.from({ length: 22 }, () => this.#random.pick([...LETTERS_AND_DIGITS]));
      return `x7${letters.join('')}Q`;
    });
    return this.#of('credentials', text, text);
  }

  /** A password with its name in front, as it appears in texts. */
  namedSecret(): PersonalValue {
    const { text } = this.secret();
    return this.#of('credentials', `password=${text}`, text);
  }

  bearer(): PersonalValue {
    const { text } = this.secret();
    return this.#of('credentials', `Authorization: Bearer ${text}`, text);
  }

  /** A JSON Web Token (RFC 7519) with a random signature. */
  jwt(): PersonalValue {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = part({ sub: `${this.word()}@mail.example`, iat: 1795365271 });
    const signature = this.#unique(() => this.#random.bytes(32).toString('base64url'));
    return this.#of('credentials', `${part({ alg: 'HS256' })}.${payload}.${signature}`, payload, signature);
  }

  /** A TURN user name in the form `<expiry>:<user>` (draft-uberti-behave-turn-rest). */
  turnUser(): PersonalValue {
    const word = this.word();
    return this.#of('credentials', `1795449600:${word}`, word);
  }

  sdpOwner(): PersonalValue {
    const word = this.word();
    return this.#of('sdpIdentity', word, word);
  }

  /** A text about the owner of a session description, for fields such as `s=`. */
  sdpText(): PersonalValue {
    const word = this.word();
    return this.#of('sdpIdentity', `${capitalize(word)} calling`, word);
  }

  userAgent(): PersonalValue {
    const version = this.#chromeVersion();
    return this.#of(
      'userAgent',
      `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36`,
      version,
    );
  }

  version(): PersonalValue {
    const version = this.#chromeVersion();
    return this.#of('userAgent', version, version);
  }

  deviceModel(): PersonalValue {
    const model = this.#unique(() => `SM-G${this.#random.number(100_000, 999_999)}B`);
    return this.#of('userAgent', model, model);
  }

  /** A value that is recognizable by its form in any text. Each call returns another kind. */
  text(): PersonalValue {
    const generators = [
      () => this.email(),
      () => this.ipv4(),
      () => this.namedSecret(),
      () => this.url(),
      () => this.ipv6(),
      () => this.phone(),
      () => this.hostname(),
      () => this.mac(),
      () => this.jwt(),
      () => this.card(),
    ];
    return generators[this.#nextText++ % generators.length]!();
  }

  #of(dataClass: DataClass, text: string, ...searchTerms: readonly string[]): PersonalValue {
    return { text, searchTerms, classes: [dataClass] };
  }

  #chromeVersion(): string {
    return this.#unique(() => `156.0.${this.#random.number(1000, 9999)}.${this.#random.number(100, 255)}`);
  }

  #firstName(): string {
    return this.#random.pick(FIRST_NAMES);
  }

  #octet(min: number, max: number): number {
    return this.#random.number(min, max);
  }

  #unique(generate: () => string): string {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const text = generate();
      if (this.#used.has(text)) continue;
      this.#used.add(text);
      return text;
    }
    throw new RangeError('There are more places than distinct values of this kind');
  }
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function checkDigit(payload: string): string {
  const digits = [...payload].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const weighted = index % 2 === 0 ? digit * 2 : digit;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}
