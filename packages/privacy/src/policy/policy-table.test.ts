import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import type { Role } from '../model/roles.ts';
import {
  CLASS_METHODS,
  DATA_CLASSES,
  type DataClass,
  DERIVED_FACTS,
  type DerivePolicy,
  type Policy,
  PRESETS,
  presetPolicy,
} from './policy.ts';

/** Description of each class in the documentation, and example values with their roles. */
const CLASSES: Readonly<Record<DataClass, { what: string; examples: readonly (readonly [string, Role])[] }>> = {
  credentials: {
    what: 'tokens, passwords, keys, cookies, Digest headers, ICE passwords, SDES and MIKEY keys, user names and secrets of TURN servers',
    examples: [
      ['Authorization: Bearer 7Gq2ZtPw', 'text'],
      ['a=ice-pwd:LfmXYl0WunAC67hKXNBfsGF/', 'sdp'],
      ['1795370400:anna', 'turnUser'],
    ],
  },
  contact: {
    what: 'e-mail addresses, SIP and Matrix users, phone numbers, and payment card numbers, in any text',
    examples: [
      ['ask anna.keller@example.org', 'text'],
      ['call +1 415 555 0100', 'text'],
    ],
  },
  pageUrl: {
    what: 'the URL of the page, the path of the WebSocket, and URLs in any text',
    examples: [['https://meet.example.com/room/anna?displayName=Anna#chat', 'url']],
  },
  ipAddresses: {
    what: 'addresses of candidates of every type, in SDP, statistics, errors, keys and text, and of the WebSocket connection; foundations of candidates, which many stacks compute from the address',
    examples: [
      ['203.0.113.77', 'address'],
      ['2001:db8:1:2:3:4:5:6', 'address'],
    ],
  },
  macAddresses: { what: 'hardware addresses of network interfaces', examples: [['from 00:1b:44:11:3a:b7', 'text']] },
  hostnames: { what: "names of users' machines and Wi-Fi networks", examples: [['annas-macbook.local', 'address']] },
  deviceNames: {
    what: 'labels of microphones, cameras, speakers, shared screens and data channels',
    examples: [
      ['Anna’s AirPods', 'deviceLabel'],
      ['Anna’s Webcam (046d:085e)', 'deviceLabel'],
    ],
  },
  deviceIds: { what: '`deviceId` and `groupId`', examples: [['9b49d9be042513d1', 'deviceId']] },
  identifiers: {
    what: 'user, conference and session, as named by the token or the application',
    examples: [
      ['anna.keller', 'person'],
      ['4018409c-4583-4d01-a1ba-9f73099edff1', 'person'],
    ],
  },
  sdpIdentity: {
    what: 'information about the owner in a session description: `o=` user name, `s=`, `i=`, `u=`, `e=`, `p=`',
    examples: [['o=anna 1 2 IN IP4 0.0.0.0', 'sdp']],
  },
  userAgent: { what: 'browser and operating system', examples: [['Chrome/156.0.8078.79 (Linux x86_64)', 'userAgent']] },
};

/** Description of each derived fact in the documentation. */
const FACTS: Readonly<Record<keyof DerivePolicy, string>> = {
  addressClass: 'class of the address of a candidate, such as `private` or `cgnat`, next to the masked address',
  networkGroup: 'group of the addresses of one session that are in the same network, next to the masked address',
  addressGroup: 'group of equal public addresses of one session, next to the masked address',
};

const POLICIES = PRESETS.map(presetPolicy);
/** The pseudonyms in the documentation. An all-zero key, which nobody uses. */
const KEY = { bytes: new Uint8Array(32), id: 'documentation' };

function methodOf(policy: Policy, name: DataClass): string {
  if (name !== 'ipAddresses') return `\`${policy.classes[name]}\``;
  const { method, ipv4Bits, ipv6Bits, keepRelay } = policy.ipAddresses;
  const bits = ipv4Bits + ipv6Bits === 0 ? '' : `, /${ipv4Bits} and /${ipv6Bits} are kept`;
  return `\`${method}\`${bits}${keepRelay ? ', relay addresses are kept' : ''}`;
}

function made(policy: Policy, [value, role]: readonly [string, Role]): string {
  const anonymizer = new Anonymizer(compilePolicy(policy, KEY));
  anonymizer.text('audio', 'deviceKind');
  const clean = anonymizer.text(value, role);
  return clean === value ? 'unchanged' : `\`${clean}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

const TABLES: Readonly<Record<string, string>> = {
  presets: table(
    ['Class', 'Contents', ...PRESETS.map((preset) => `\`${preset}\``)],
    [
      ...DATA_CLASSES.map((name) => [
        `\`${name}\``,
        CLASSES[name].what,
        ...POLICIES.map((policy) => methodOf(policy, name)),
      ]),
      [
        '`identifiers.keepOpaque`',
        'UUIDs, hashes and random tokens used as identifiers',
        ...POLICIES.map((policy) => (policy.keepOpaqueIdentifiers ? 'kept' : 'replaced')),
      ],
      [
        '`deviceNames.keepUsbIds`',
        'USB ids at the end of device labels, such as `(046d:085e)`, behind the pseudonym',
        ...POLICIES.map((policy) => (policy.keepUsbIds ? 'kept' : 'removed')),
      ],
      ...DERIVED_FACTS.map((fact) => [
        `\`derive.${fact}\``,
        FACTS[fact],
        ...POLICIES.map((policy) => (policy.derive[fact] ? 'added' : 'not added')),
      ]),
      [
        '`customEvents`',
        'events that the application sends',
        ...POLICIES.map((policy) => `\`${policy.customEvents}\``),
      ],
    ],
  ),
  examples: table(
    ['Input', ...PRESETS.map((preset) => `\`${preset}\``)],
    DATA_CLASSES.flatMap((name) =>
      CLASSES[name].examples.map((example) => [
        `\`${example[0]}\``,
        ...POLICIES.map((policy) => made(policy, example)),
      ]),
    ),
  ),
  methods: table(
    ['Class', 'Methods'],
    DATA_CLASSES.map((name) => [`\`${name}\``, CLASS_METHODS[name].map((method) => `\`${method}\``).join(', ')]),
  ),
};

const DOCUMENT = '../../../../docs/privacy.md';

/** The document with up-to-date tables. */
function withTables(document: string): string {
  return document.replace(
    /(<!-- table (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n${TABLES[name] ?? ''}\n\n${end}`,
  );
}

describe('docs/privacy.md', () => {
  const document = readFileSync(new URL(DOCUMENT, import.meta.url), 'utf8');

  it('has up-to-date tables', async () => {
    await expect(withTables(document)).toMatchFileSnapshot(DOCUMENT);
  });

  it.each(Object.keys(TABLES))('has the table %s', (name) => {
    expect(document).toContain(`<!-- table ${name} -->`);
  });
});
