import type { CustomEvents, DataClass, Method, Policy } from '@rtcstats-server/privacy';
import { DATA_CLASSES } from '@rtcstats-server/privacy';
import { formatCount } from '../terminal/formats.ts';
import { type Block, code, type Text, table } from './document.ts';
import type { ReportFacts } from './facts.ts';

/** Explains each data class to readers who have never seen a dump. */
export const CLASS_WORDS: Readonly<Record<DataClass, string>> = {
  credentials: 'Tokens, passwords, TURN user names and keys, cookies',
  contact: 'E-mail addresses, phone numbers and payment card numbers in any text',
  pageUrl: 'Address of the web page, and other URLs',
  ipAddresses: 'IP addresses of participants, in any place',
  macAddresses: 'Hardware addresses of network interfaces',
  hostnames: 'Names of participants’ machines',
  deviceNames: 'Names of microphones, cameras, speakers, shared screens and data channels',
  deviceIds: 'Ids that a browser gives to devices',
  identifiers: 'User, conference and session, as the application names them',
  sdpIdentity: 'User names and contact details in session descriptions',
  userAgent: 'Browser and operating system',
};

const METHOD_WORDS: Readonly<Record<Method, string>> = {
  keep: 'stored as it came',
  mask: 'host part removed, network kept',
  truncate: 'shortened: network part or major version kept',
  pseudonymize: 'replaced by a keyed pseudonym',
  encrypt: 'encrypted with the pseudonym key',
  redact: 'replaced by a placeholder',
  remove: 'removed',
};

/** Where a method means something else for a class. */
const CLASS_METHOD_WORDS: Readonly<Record<string, string>> = {
  'credentials pseudonymize': 'removed; user names of TURN servers are replaced by a keyed pseudonym',
  'pageUrl pseudonymize': 'query and fragment removed, each part of the path replaced by a keyed pseudonym',
  'pageUrl remove': 'everything but the origin removed',
  'ipAddresses remove': 'host part and network removed, family kept',
  'userAgent truncate': 'major versions kept',
};

const CUSTOM_EVENT_WORDS: Readonly<Record<CustomEvents, string>> = {
  scan: 'searched like all other events',
  pseudonymize: 'every text that is not technical is replaced by a keyed pseudonym',
  drop: 'not stored',
  keep: 'stored as they came, without being searched',
};

function treatment(name: DataClass, { policy }: Pick<ReportFacts, 'policy'>): string {
  const method = methodOf(name, policy);
  const words = CLASS_METHOD_WORDS[`${name} ${method}`] ?? METHOD_WORDS[method];
  if (name === 'ipAddresses' && (method === 'mask' || method === 'truncate')) {
    return `${words} (${policy.ipAddresses.ipv4Bits} bits of IPv4, ${policy.ipAddresses.ipv6Bits} of IPv6)`;
  }
  if (name === 'identifiers' && method !== 'keep' && policy.keepOpaqueIdentifiers) {
    return `${words}; UUIDs, hashes and random tokens are kept`;
  }
  return words;
}

function methodOf(name: DataClass, policy: Policy): Method {
  return name === 'ipAddresses' ? policy.ipAddresses.method : policy.classes[name];
}

/** Every category of personal data with its treatment, and how often it was replaced in the sessions of the sample. */
export function dataCategories(facts: ReportFacts): Block {
  const { policy, settings, sampled } = facts;
  const classes = DATA_CLASSES.map((name): Text[] => {
    const state: Text = [code(methodOf(name, policy)), `: ${treatment(name, facts)}`];
    return [CLASS_WORDS[name], state, formatCount(sampled.redactions[name] ?? 0)];
  });
  const rules = policy.rules.map(({ name, method }): Text[] => [
    ['Found by the operator’s rule ', code(name)],
    [code(method), `: ${METHOD_WORDS[method]}`],
    formatCount(sampled.redactions[`rule:${name}`] ?? 0),
  ]);
  const detail = settings.text('geolocation.detail');
  const location = detail === 'off' ? 'not determined' : `up to the ${detail}, looked up before the address is treated`;
  return table(
    ['Category of data', 'Treatment before anything is written', 'Values replaced'],
    [
      ...classes,
      ...rules,
      [
        'Events that the application sends',
        [code(policy.customEvents), `: ${CUSTOM_EVENT_WORDS[policy.customEvents]}`],
        '–',
      ],
      ['Location of the participant', location, '–'],
      ['Times of the call and of its events, to the millisecond', 'stored as they came', '–'],
      ['Size of screen and window, processor cores, memory, kind of network', 'stored as it came', '–'],
      ['Technical statistics of the connection: bitrate, loss, delay, codecs', 'stored as they came', '–'],
      [
        'Verdict on the quality of the call, with scores and problems',
        settings.is('insights.enabled', false) ? 'not computed' : 'computed from the statistics',
        '–',
      ],
    ],
  );
}
