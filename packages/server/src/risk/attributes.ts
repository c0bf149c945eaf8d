import { exactClientOf } from '@rtcstats-server/insights/browser';
import type { Policy } from '@rtcstats-server/privacy';
import type { Facts } from './facts.ts';

/** An attribute that stays after anonymization and can single people out together with others (a quasi-identifier). */
export interface Attribute {
  readonly name: string;
  readonly title: string;
  /** The value for a session; null if the session does not say. */
  read(facts: Facts): string | null;
  /** The setting that lowers it, with a value; null if only the application can, by not sending it. */
  readonly setting: string | null;
}

export const ATTRIBUTES: readonly Attribute[] = [
  {
    name: 'network',
    title: 'network of the participant, as the policy leaves it (local address of the pair in use)',
    read: ({ network }) => network,
    setting: 'privacy.ipAddresses: remove',
  },
  {
    name: 'peerNetwork',
    title: 'network of the other side, as the policy leaves it',
    read: ({ peerNetwork }) => peerNetwork,
    setting: 'privacy.ipAddresses: remove',
  },
  {
    name: 'networkType',
    title: 'kind of network, such as wifi',
    read: ({ networkType }) => networkType,
    setting: null,
  },
  { name: 'country', title: 'country', read: ({ country }) => country, setting: 'geolocation.detail: off' },
  { name: 'city', title: 'city', read: ({ city }) => city, setting: 'geolocation.detail: country' },
  {
    name: 'browser',
    title: 'browser and version',
    read: ({ userAgent }) => clientOf(userAgent).browser,
    setting: 'privacy.userAgent: truncate',
  },
  {
    name: 'system',
    title: 'operating system and version',
    read: ({ userAgent }) => clientOf(userAgent).os,
    setting: 'privacy.userAgent: truncate',
  },
  {
    name: 'userAgent',
    title: 'user agent and client hints as a whole',
    read: ({ userAgent, clientHints }) => together(userAgent, clientHints),
    setting: 'privacy.userAgent: truncate',
  },
  { name: 'screen', title: 'size of the screen', read: ({ screen }) => screen, setting: null },
  { name: 'window', title: 'size of the window', read: ({ window }) => window, setting: null },
  { name: 'cores', title: 'processor cores', read: ({ cores }) => cores, setting: null },
  { name: 'memory', title: 'memory of the device', read: ({ memory }) => memory, setting: null },
  {
    name: 'performance',
    title: 'performance tier of the processor',
    read: ({ performance }) => performance,
    setting: null,
  },
  {
    name: 'deviceModels',
    title: 'models of microphone and camera (USB ids)',
    read: ({ microphone, camera }) => together(microphone, camera),
    setting: 'privacy.deviceNames.keepUsbIds: false',
  },
  { name: 'hour', title: 'time of the call, up to the hour', read: ({ hour }) => hour, setting: null },
];

/** An attribute that only the dumps hold. */
export interface UnmeasuredAttribute extends Omit<Attribute, 'read'> {
  /** Why it is not measured. */
  readonly reason: string;
  /** Whether the policy leaves none of it. */
  isRemoved(policy: Policy): boolean;
}

/** Reading enough dumps would take minutes, so these attributes are named and not measured. */
export const UNMEASURED: readonly UnmeasuredAttribute[] = [
  {
    name: 'candidateNetworks',
    title: 'networks of all candidates, the public ones included, as the policy leaves them',
    reason: 'They are in the dumps only; the catalog has those of the pair in use.',
    setting: 'privacy.ipAddresses: remove',
    isRemoved: ({ ipAddresses }) => ipAddresses.method === 'remove',
  },
  {
    name: 'devices',
    title: 'pseudonyms of microphones, cameras and speakers',
    reason:
      'They are in the dumps only. Assume that each names one person: it is the same in all dumps of a browser until the key changes.',
    setting: 'privacy.deviceIds: remove, privacy.deviceNames: remove',
    isRemoved: ({ classes }) => classes.deviceIds === 'remove' && classes.deviceNames === 'remove',
  },
];

/** Sets of attributes that an attacker could know together, from little to everything. */
export const COMBINATIONS: readonly {
  readonly name: string;
  readonly title: string;
  readonly attributes: readonly string[];
}[] = [
  { name: 'browserAndSystem', title: 'browser and system', attributes: ['browser', 'system'] },
  {
    name: 'place',
    title: 'where the participant was',
    attributes: ['network', 'networkType', 'country', 'city'],
  },
  {
    name: 'visit',
    title: 'when and where, with the browser: what a colleague knows',
    attributes: ['hour', 'country', 'city', 'browser', 'system'],
  },
  {
    name: 'device',
    title: 'the device: what a page knows that the participant visits',
    attributes: ['userAgent', 'screen', 'cores', 'memory', 'performance', 'deviceModels'],
  },
  { name: 'everything', title: 'everything', attributes: ATTRIBUTES.map(({ name }) => name) },
];

const NO_CLIENT = { browser: null, os: null };
/** Parsing a user agent is slow, and most sessions have one of few. */
const clients = new Map<string, ReturnType<typeof exactClientOf>>();
const MAX_CLIENTS = 5000;

function clientOf(userAgent: string | null): ReturnType<typeof exactClientOf> {
  if (userAgent === null) return NO_CLIENT;
  const known = clients.get(userAgent);
  if (known) return known;
  const client = exactClientOf(userAgent);
  if (clients.size >= MAX_CLIENTS) clients.clear();
  clients.set(userAgent, client);
  return client;
}

function together(one: string | null, other: string | null): string | null {
  return one === null && other === null ? null : JSON.stringify([one, other]);
}
