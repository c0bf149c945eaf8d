import { CLASS_METHODS, CUSTOM_EVENTS, IPV4_BITS, IPV6_BITS, PRESETS } from '@rtcstats-server/privacy';
import { z } from 'zod';
import { parseKey } from '../keys/key-text.ts';
import { DURATION_ALLOWED, parseDuration } from './duration.ts';
import { NETWORKS_ALLOWED, type SettingInfo, settingInfo } from './setting-info.ts';

/**
 * The settings of `privacy`. Names, defaults and help are here. Values are checked by `parsePolicy` of the privacy
 * package, so that the console, which runs that package in the browser, accepts and rejects the same policies.
 */
function leaf(info: SettingInfo & { readonly allowed: string }) {
  return z.unknown().optional().register(settingInfo, info);
}

/** The method of a class; the default is that of the preset. */
function method(name: keyof typeof CLASS_METHODS, defaultText: string, help: string) {
  return leaf({ help, allowed: oneOf(CLASS_METHODS[name]), defaultText: `that of the preset: ${defaultText}` });
}

function oneOf(values: readonly (string | number)[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

const ipAddresses = z.looseObject({
  method: method(
    'ipAddresses',
    'mask, strict: remove',
    '`mask` blots out the host part (203.0.113.x), `truncate` makes it zero (203.0.113.0), `remove` blots out all (x.x.x.x), `keep` leaves it. `pseudonymize` (ipcrypt-pfx) and `encrypt` (ipcrypt-deterministic, which makes an IPv6 address of every address) put an address in its place that only the key leads back from: no verifier can tell such an address from a real one, so this class is then not verified. `ipAddresses: mask` is short for this key.',
  ),
  ipv4Bits: leaf({
    help: 'Leading bits of an IPv4 address that stay readable with `mask` and `truncate`: 24 leaves 203.0.113.x.',
    allowed: oneOf(IPV4_BITS),
    unit: 'bits',
    kind: 'number',
    defaultText: '24 bits with mask and truncate, else 0',
  }),
  ipv6Bits: leaf({
    help: 'Leading bits of an IPv6 address that stay readable with `mask` and `truncate`: 48 leaves 2001:db8:1:x:x:x:x:x.',
    allowed: oneOf(IPV6_BITS),
    unit: 'bits',
    kind: 'number',
    defaultText: '48 bits with mask and truncate, else 0',
  }),
  keepNetworks: leaf({
    help: 'Networks whose addresses stay readable: your own TURN and media servers.',
    allowed: NETWORKS_ALLOWED,
    kind: 'list',
    defaultText: 'none',
  }),
  keepRelay: leaf({
    help: "The address of a relayed candidate (`typ relay`) stays readable, there and wherever else it shows in the session: it is that of a TURN server. The address behind `raddr`, which is the user's, is treated as all others.",
    allowed: 'true or false',
    kind: 'boolean',
    defaultText: '`false`, compatible: `true`',
  }),
});

function derived(help: string) {
  return leaf({
    help,
    allowed: 'true or false',
    kind: 'boolean',
    defaultText: '`true`, strict and without readable bits: `false`',
  });
}

const derive = z.looseObject({
  addressClass: derived(
    'The class of the address: private, cgnat, link-local, ula, public, teredo, 6to4, nat64, mdns or reserved.',
  ),
  networkGroup: derived(
    'A group of letters that addresses of one session share if they are in the same network (/24 for IPv4, /64 for IPv6).',
  ),
  addressGroup: derived('A group of letters that equal public addresses of one session share.'),
});

const pageUrl = z.looseObject({
  method: method(
    'pageUrl',
    'pseudonymize, strict: remove, compatible: keep',
    'The path of the page and of every URL in any text. `pseudonymize` removes query, fragment and user information and puts a pseudonym in place of each path segment, `remove` leaves the origin only.',
  ),
  keepSegments: leaf({
    help: 'Path segments that stay readable because they identify nobody, such as `room`.',
    allowed: 'a list of path segments',
    kind: 'list',
    defaultText: 'none',
  }),
});

const identifiers = z.looseObject({
  method: method(
    'identifiers',
    'pseudonymize, compatible: keep',
    'User, conference and session, as named by the token or the application.',
  ),
  keepOpaque: leaf({
    help: 'UUIDs, hashes and random tokens stay: they reveal nothing by themselves, but anyone with access to your database can look up the person.',
    allowed: 'true or false',
    kind: 'boolean',
    defaultText: '`true`, strict: `false`',
  }),
});

const deviceNames = z.looseObject({
  method: method(
    'deviceNames',
    'pseudonymize, strict: remove, compatible: keep',
    'Labels of microphones, cameras, speakers, shared screens and data channels.',
  ),
  keepLabels: leaf({
    help: 'Labels of data channels that stay readable because your application chose them, such as `chat`. Labels of devices are not affected.',
    allowed: 'a list of labels',
    kind: 'list',
    defaultText: 'none',
  }),
  keepUsbIds: leaf({
    help: 'The USB id at the end of a device label, such as `(046d:085e)`, stays behind the pseudonym. It names the model, which other people have too. Has no effect with other methods.',
    allowed: 'true or false',
    kind: 'boolean',
    defaultText: '`true`, strict: `false`',
  }),
});

/**
 * `privacy` of the configuration. A file given with `anonymize --policy` has the same settings except those of the key.
 */
export const privacySchema = z.looseObject({
  preset: leaf({
    help: 'The default methods of all classes of personal data.',
    allowed: oneOf(PRESETS),
    defaultText: '`standard`',
  }),
  ipAddresses: ipAddresses.prefault({}).register(settingInfo, {
    help: 'IP addresses, wherever they stand. A method name, or the keys below.',
  }),
  derive: derive.prefault({}).register(settingInfo, {
    help: 'What is derived from the address of a candidate before it is masked, truncated or removed, and stays in the dump. Has no effect with the other methods of `ipAddresses`. `derive: false` is short for all keys below.',
  }),
  pageUrl: pageUrl.prefault({}).register(settingInfo, {
    help: 'The web page that the user visited. A method name, or the keys below.',
  }),
  identifiers: identifiers.prefault({}).register(settingInfo, {
    help: 'Who took part in which call. A method name, or the keys below.',
  }),
  deviceNames: deviceNames.prefault({}).register(settingInfo, {
    help: 'Names of devices and data channels. A method name, or the keys below.',
  }),
  credentials: method(
    'credentials',
    'pseudonymize, else remove',
    'Tokens, passwords, keys and cookies are removed; `pseudonymize` leaves a pseudonym of the user name of a TURN server.',
  ),
  contact: method(
    'contact',
    'redact, compatible: keep',
    'E-mail addresses, phone numbers and payment cards in any text.',
  ),
  macAddresses: method('macAddresses', 'redact, compatible: keep', 'Hardware addresses of network interfaces.'),
  hostnames: method(
    'hostnames',
    'pseudonymize, strict: remove, compatible: keep',
    'Names of users’ machines, such as annas-macbook.local.',
  ),
  deviceIds: method(
    'deviceIds',
    'pseudonymize, strict: remove, compatible: keep',
    '`deviceId` and `groupId`, which identify a browser.',
  ),
  sdpIdentity: method(
    'sdpIdentity',
    'redact, compatible: keep',
    'What a session description reveals about its owner: user name, title, contact addresses.',
  ),
  userAgent: method('userAgent', 'keep, strict: truncate', 'Browser and system. `truncate` leaves the major version.'),
  customEvents: leaf({
    help: 'Events that the application sends: all names that the protocol does not have, with or without a colon. `scan` looks at them like at all others, and at what the names of their properties say; `pseudonymize` keeps structure, numbers and technical words, and puts a pseudonym in place of every other text; `drop` does not keep them. `keep` stores them as they came, UNSCANNED: whatever your application or a user writes into them is then in the dump, and in whatever receives it. In the file also by name, and with fields that `pseudonymize` leaves to be scanned: `{default: pseudonymize, keepFields: [quality, data.reason], ":chat": drop}`.',
    allowed: oneOf(CUSTOM_EVENTS),
    defaultText: '`scan`, strict: `drop`',
  }),
  rules: leaf({
    help: 'Rules of your own, for what only you know to be personal: `{name: badge, pattern: "B-\\\\d{4}", events: [":login"], paths: [data.badge], method: redact}`. `pattern` is a regular expression in RE2 syntax; if it has a group, the first one is replaced. Without `events` it applies to all events, without `paths` to all texts and keys of them; a path names the properties that lead to a text, the last ones suffice, `*` is any. Methods: `redact` (the default: `[badge]`), `pseudonymize`, `remove`. Numbers are not looked at, and a policy with rules is slower: every text of every event is read.',
    allowed: 'a list of rules',
    defaultText: 'none',
    fileOnly: true,
  }),
  key: z
    .string()
    .refine((text) => parseKey(text) !== undefined)
    .optional()
    .register(settingInfo, {
      help: 'The pseudonym key, needed if several gateways must produce the same pseudonyms. Without it, a key is created at the first start and stored in `<dataDirectory>/keys/pseudonyms.key`.',
      allowed: '32 bytes in hexadecimal digits or Base64',
      secret: true,
    }),
  keyRotation: z
    .string()
    .refine((text) => text === 'off' || parseDuration(text) !== undefined)
    .default('30d')
    .register(settingInfo, {
      help: 'How long a person, a device or a host keeps the same pseudonym. `rtcstats-server pseudonym` finds earlier ones.',
      allowed: `${DURATION_ALLOWED}, or off`,
    }),
});

/** The pseudonym key as configured. */
export interface PseudonymKeySettings {
  /** Hexadecimal digits or Base64, as written in the configuration. A secret. */
  readonly key?: string | undefined;
  /** Milliseconds; null: never. */
  readonly rotation: number | null;
}
