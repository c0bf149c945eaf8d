import { SETUP_FAILURE_TEXTS } from '../setup/connection-setup.ts';
import type { Block, Section } from './budget.ts';
import { lasted } from './call-section.ts';
import type { DigestInput, SetupEntry } from './contract.ts';
import type { Names } from './names.ts';
import { dtlsVersion, figure, ownName, word } from './words.ts';

/** Connections that are described; all are counted. */
const MAX_CONNECTIONS = 40;
/** Connections that are more important than the course of the statistics. */
const MAX_FIRST = 5;

const SERVERS = {
  configuredIceServersStun: 'STUN',
  configuredIceServersTurnUdp: 'TURN over UDP',
  configuredIceServersTurnTcp: 'TURN over TCP',
  configuredIceServersTurns: 'TURN over TLS',
} as const;

type Values = Readonly<Record<string, unknown>>;

/** The setup, the servers and the network path of each connection; those with problems first. */
export function connectionSection(input: DigestInput, names: Names): Section {
  const { setup, features, observations } = input;
  const affected = new Set(observations.map(({ scope }) => (scope.type === 'client' ? undefined : scope.connection)));
  const byId = new Map<string, Values>(features.connections.map((connection) => [connection.id, { ...connection }]));
  const isFailed = ({ connected, failure }: SetupEntry): boolean => !connected && failure !== 'not-attempted';
  const rankOf = (entry: SetupEntry): number => (isFailed(entry) ? 4 : affected.has(entry.id) ? 5 : 11);
  const sorted = setup.toSorted((a, b) => rankOf(a) - rankOf(b));
  const blocks: Block[] = sorted.slice(0, MAX_CONNECTIONS).map((entry, index) => ({
    rank: index < MAX_FIRST ? rankOf(entry) : 11,
    what: 'connections',
    lines: [`${names.connection(entry.id)}: ${setupOf(entry)}`, ...networkLines(byId.get(entry.id) ?? {})],
  }));
  if (setup.length > 1) blocks.unshift(countsOf(setup));
  return { title: 'Connections: setup, ICE and network', blocks };
}

function countsOf(setup: readonly SetupEntry[]): Block {
  const counts = new Map<string, number>();
  for (const { connected, failure } of setup) {
    const outcome = connected ? 'connected' : ownName(failure ?? 'not-connected');
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const list = Array.from(counts, ([outcome, count]) => `${count} ${outcome}`);
  return { rank: 4, what: 'counts', lines: [`In all ${setup.length}: ${list.join(', ')}.`] };
}

function setupOf({ connected, failure, turnErrorCode, ...times }: SetupEntry): string {
  const why =
    failure === undefined ? 'the reason is unknown' : (SETUP_FAILURE_TEXTS[failure] ?? 'the reason is unknown');
  const code = turnErrorCode === undefined ? '' : ` with code ${figure(turnErrorCode)}`;
  const steps = (
    [
      ['gathering', times.gathering],
      ['signaling', times.signaling],
      ['ICE', times.ice],
      ['DTLS', times.dtls],
      ['first media after', times.total],
    ] as const
  ).flatMap(([name, value]) => (figure(value) === undefined ? [] : [`${name} ${figure(value)} ms`]));
  return [connected ? 'connected' : `not connected, because ${why}${code}`, ...steps].join('; ');
}

function networkLines(values: Values): string[] {
  const text = (name: string): string | undefined => word(values[name]);
  const list = (names: Readonly<Record<string, string>>): string =>
    Object.entries(names)
      .flatMap(([name, label]) => (values[name] === true ? [label] : []))
      .join(', ') || 'none';
  const candidates = (prefix: string): string =>
    list({
      [`${prefix}HostCandidate`]: 'host',
      [`${prefix}MdnsCandidate`]: 'host by mDNS',
      [`${prefix}SrflxCandidate`]: 'srflx',
      [`${prefix}TurnCandidate`]: 'relay',
    });
  const path = [
    `local ${text('firstCandidatePairLocalType') ?? 'unknown'}`,
    `remote ${text('firstCandidatePairRemoteType') ?? 'unknown'}`,
    text('firstCandidatePairLocalProtocol'),
    label('network', text('firstCandidatePairLocalNetworkType')),
    label('relay over', text('firstCandidatePairLocalRelayProtocol')),
    measured('mean round trip', values['averageStunRoundTripTime'], 1000, 'ms'),
    measured('mean in', values['averageInboundBitrate'], 0.001, 'kbit/s'),
    measured('mean out', values['averageOutboundBitrate'], 0.001, 'kbit/s'),
    label('DTLS', dtlsVersion(values['dtlsVersion'])),
    label('DTLS role', text('dtlsRole')),
  ];
  const signaling = [
    ...lasted(values['duration']),
    label('negotiations', figure(values['numberOfNegotiations'])),
    values['pendingNegotiationAtEnd'] === true ? 'a negotiation was pending at the end' : undefined,
    values['iceRestart'] === true ? 'ICE was restarted' : undefined,
    values['usingIceLite'] === true ? 'the other side is ICE lite' : undefined,
    label('setLocalDescription failed:', text('setLocalDescriptionFailure')),
    label('setRemoteDescription failed:', text('setRemoteDescriptionFailure')),
    label('addIceCandidate failed:', text('addIceCandidateFailure')),
  ];
  if (Object.keys(values).length === 0) return [];
  const kinds = list(SERVERS);
  // The kinds are known only for URLs that name their transport.
  const servers = [
    figure(values['configuredIceServers']) ?? 'none known',
    ...(kinds === 'none' ? [] : [`with ${kinds}`]),
    ...(values['configuredIceTransportPolicy'] === true ? ['relay only'] : []),
  ].join(', ');
  return [
    `  ICE servers: ${servers}; candidates gathered: ${candidates('gathered')}; received: ${candidates('added')}`,
    ...(text('firstCandidatePairLocalType') === undefined ? [] : [`  first path: ${present(path)}`]),
    `  ${present(signaling)}`,
  ];
}

function present(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(', ') || 'nothing else is known';
}

function label(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${name} ${value}`;
}

/** `mean round trip 16.6 ms` */
export function measured(name: string, value: unknown, scale: number, unit: string): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return `${name} ${Number((value * scale).toPrecision(3))} ${unit}`;
}
