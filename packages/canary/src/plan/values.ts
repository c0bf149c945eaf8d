import type { DataClass } from '@rtcstats-server/privacy';
import type { Value } from './plan.ts';
import type { SeededRandom } from './random.ts';

const CONSONANTS = 'bdfgklmnprstv';
const VOWELS = 'aeiou';
const FIRST_NAMES = ['Anna', 'Bert', 'Chiara', 'Deniz', 'Emeka', 'Freya'];
const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Makes up personal values of every class. They look real and belong to nobody: networks for benchmarks and documentation (RFC 2544, RFC 3849),
 * phone numbers for films (Ofcom), domains for examples (RFC 2606). None is made twice, so that what is found names its place.
 */
export class Values {
  readonly #random: SeededRandom;
  readonly #made = new Set<string>();
  #turn = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** A word like a family name that nobody has. */
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

  /** Of its octets at least two have three digits, so that none is the beginning of another one. */
  ipv4(): Value {
    const text = this.#unique(() => `198.${this.#octet(18, 19)}.${this.#octet(100, 255)}.${this.#octet(100, 255)}`);
    return { text, needles: [text], classes: ['ipAddresses'], address: text };
  }

  privateIpv4(): Value {
    const text = this.#unique(() => `10.${this.#octet(100, 255)}.${this.#octet(100, 255)}.${this.#octet(100, 255)}`);
    return { text, needles: [text], classes: ['ipAddresses'], address: text };
  }

  ipv6(network = '2001:db8:77:42'): Value {
    const group = (): string => this.#octet(0x1000, 0xffff).toString(16);
    const host = this.#unique(() => [group(), group(), group(), group()].join(':'));
    return { text: `${network}:${host}`, needles: [host], classes: ['ipAddresses'], address: `${network}:${host}` };
  }

  mac(): Value {
    const pairs = this.#unique(() => `02${this.#random.bytes(5).toString('hex')}`).match(/../g)!;
    const needles = [pairs.join(':'), pairs.join('-'), pairs.join('')];
    return { text: needles[0]!, needles, classes: ['macAddresses'] };
  }

  email(): Value {
    const word = this.word();
    return this.#of('contact', `${this.#firstName().toLowerCase()}.${word}@mail.example`, word);
  }

  phone(): Value {
    const last = this.#unique(() => `900${this.#random.number(0, 999).toString().padStart(3, '0')}`);
    const text = `+44 7700 ${last}`;
    return this.#of('contact', text, `7700 ${last}`, `7700${last}`);
  }

  /** Passes the check of ISO/IEC 7812-1, annex B. */
  card(): Value {
    const digits = this.#unique(() => {
      const payload = `400000${String(this.#random.number(100_000_000, 999_999_999))}`;
      return payload + checkDigit(payload);
    });
    const text = digits.replace(/(?<=.)(?=(?:.{4})+$)/g, ' ');
    return this.#of('contact', text, text, digits);
  }

  /** The page's address, with a room and a person in it. */
  url(): Value {
    const [room, person] = [this.word(), this.word()];
    return this.#of('pageUrl', `https://meet.example.com/room/${room}?name=${person}`, room, person);
  }

  /** Path and query only. */
  path(): Value {
    const [room, person] = [this.word(), this.word()];
    return this.#of('pageUrl', `/room/${room}?name=${person}`, room, person);
  }

  /** A machine in a home network. */
  hostname(): Value {
    const word = this.word();
    return this.#of('hostnames', `${word}s-macbook.local`, word);
  }

  label(): Value {
    const word = this.word();
    return this.#of('deviceNames', `${capital(word)}'s AirPods Pro`, word);
  }

  /** As drivers name devices: no person in it, yet few have the same. */
  genericLabel(): Value {
    const word = this.word();
    return this.#of('deviceNames', `USB ${capital(word)} Audio (046d:0a8f)`, word);
  }

  channelLabel(): Value {
    const word = this.word();
    return this.#of('deviceNames', `notes-${word}`, word);
  }

  deviceId(): Value {
    const text = this.#unique(() => this.#random.bytes(32).toString('hex'));
    return this.#of('deviceIds', text, text);
  }

  /** As Firefox makes them. */
  base64DeviceId(): Value {
    const text = this.#unique(() => this.#random.bytes(32).toString('base64'));
    return this.#of('deviceIds', text, text);
  }

  /** Who somebody is, as an application names users; rooms and sessions look alike. */
  identifier(): Value {
    const word = this.word();
    return this.#of('identifiers', `${this.#firstName().toLowerCase()}.${word}`, word);
  }

  opaqueIdentifier(): Value {
    const text = this.uuid();
    return { text, needles: [text], classes: ['identifiers'], opaque: true };
  }

  secret(): Value {
    const text = this.#unique(() => {
      const letters = Array.from({ length: 22 }, () => this.#random.pick([...LETTERS_AND_DIGITS]));
      return `x7${letters.join('')}Q`;
    });
    return this.#of('credentials', text, text);
  }

  /** A password in a text. */
  namedSecret(): Value {
    const { text } = this.secret();
    return this.#of('credentials', `password=${text}`, text);
  }

  bearer(): Value {
    const { text } = this.secret();
    return this.#of('credentials', `Authorization: Bearer ${text}`, text);
  }

  /** A token as applications send it, signed by nobody. */
  jwt(): Value {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = part({ sub: `${this.word()}@mail.example`, iat: 1795365271 });
    const signature = this.#unique(() => this.#random.bytes(32).toString('base64url'));
    return this.#of('credentials', `${part({ alg: 'HS256' })}.${payload}.${signature}`, payload, signature);
  }

  /** draft-uberti-behave-turn-rest: `<expiry>:<user>`. */
  turnUser(): Value {
    const word = this.word();
    return this.#of('credentials', `1795449600:${word}`, word);
  }

  sdpOwner(): Value {
    const word = this.word();
    return this.#of('sdpIdentity', word, word);
  }

  /** What no field of a description should hold: words about its owner. */
  sdpText(): Value {
    const word = this.word();
    return this.#of('sdpIdentity', `${capital(word)} calling`, word);
  }

  userAgent(): Value {
    const version = this.#chromeVersion();
    return this.#of(
      'userAgent',
      `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36`,
      version,
    );
  }

  version(): Value {
    const version = this.#chromeVersion();
    return this.#of('userAgent', version, version);
  }

  deviceModel(): Value {
    const model = this.#unique(() => `SM-G${this.#random.number(100_000, 999_999)}B`);
    return this.#of('userAgent', model, model);
  }

  /** Something that is known by its form in any text, each time of another kind. */
  text(): Value {
    const makers = [
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
    return makers[this.#turn++ % makers.length]!();
  }

  #of(name: DataClass, text: string, ...needles: readonly string[]): Value {
    return { text, needles, classes: [name] };
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

  #unique(make: () => string): string {
    for (let tries = 0; tries < 10_000; tries++) {
      const text = make();
      if (this.#made.has(text)) continue;
      this.#made.add(text);
      return text;
    }
    throw new RangeError('There are not as many values of a kind as there are places');
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function checkDigit(payload: string): string {
  const digits = [...payload].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const counted = index % 2 === 0 ? digit * 2 : digit;
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}
