import type { SampledSession } from '../catalog/figures.ts';

/** Facts about a participant that stay in the catalog. Each is shared by many people; together they can be unique. */
export const FACT_NAMES = [
  'network',
  'peerNetwork',
  'networkType',
  'country',
  'city',
  'userAgent',
  'clientHints',
  'screen',
  'window',
  'cores',
  'memory',
  'performance',
  'microphone',
  'camera',
  'hour',
] as const;
export type FactName = (typeof FACT_NAMES)[number];

/** The facts of one session; null where it does not say. */
export type Facts = Readonly<Record<FactName, string | null>>;

type Values = Readonly<Record<string, unknown>>;

/** Longer values are cut, because clients choose them. */
const MAX_LENGTH = 512;
/** `2026-03-01T10` */
const HOUR_LENGTH = 13;

/** Reads the facts from the row of a session and the features of its analysis. */
export function factsOf({ startedAt, country, userAgent, document }: SampledSession): Facts {
  const { client, connection } = featuresIn(document);
  return {
    network: networkOf(connection, 'Local'),
    peerNetwork: networkOf(connection, 'Remote'),
    networkType: textOf(connection['firstCandidatePairLocalNetworkType']),
    country,
    city: textOf(connection['rtcstatsLocationCity']),
    userAgent: textOf(userAgent ?? client['userAgent']),
    clientHints: textOf(client['userAgentData']),
    screen: textOf(client['screen']),
    window: textOf(client['window']),
    cores: textOf(client['hardwareConcurrency']),
    memory: textOf(client['deviceMemory']),
    performance: textOf(client['cpuPerformance']),
    microphone: textOf(client['audioDeviceUsbId']),
    camera: textOf(client['videoDeviceUsbId']),
    hour: startedAt.slice(0, HOUR_LENGTH),
  };
}

/** The features of the client, and of the first connection that had a candidate pair. */
function featuresIn(document: string | null): { readonly client: Values; readonly connection: Values } {
  const { features } = (document === null ? {} : JSON.parse(document)) as {
    readonly features?: { readonly client?: Values; readonly connections?: readonly Values[] };
  };
  const connections = features?.connections ?? [];
  const connection = connections.find((one) => one['firstCandidatePairLocalType'] !== undefined);
  return { client: features?.client ?? {}, connection: connection ?? {} };
}

/** The network of one side as the policy left it. Null for a TURN server's, and for mDNS names, which are random. */
function networkOf(connection: Values, side: 'Local' | 'Remote'): string | null {
  if (connection[`firstCandidatePair${side}Type`] === 'relay') return null;
  const address = textOf(connection[`firstCandidatePair${side}Address`]);
  return address === null || address.endsWith('.local') ? null : address;
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.slice(0, MAX_LENGTH);
}
