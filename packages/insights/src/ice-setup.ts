import type { CandidatePair } from './ice.ts';
import type { RecordedEvent } from './recording.ts';

/** A STUN or TURN server did not answer, or refused (W3C WebRTC, RTCPeerConnectionIceErrorEvent). */
export interface IceError {
  /** STUN error code, or 701 if the server could not be reached. */
  readonly code: string;
  readonly text: string;
  readonly url: string;
  readonly count: number;
  /** Line number of the first one. */
  readonly line: number;
}

/** How ICE of a connection was configured, and what came out of it. */
export interface IceSetup {
  /** URLs of the STUN and TURN servers. */
  readonly servers: readonly string[];
  /** `all` or `relay`. */
  readonly transportPolicy: string;
  readonly errors: readonly IceError[];
  /** One sentence: whether it connected, and how or why not. */
  readonly conclusion: string;
}

const CONFIGURING = ['create', 'constructor', 'setConfiguration'];

/** The last configuration of a connection, the errors of its servers, and a conclusion. */
export function iceSetup(events: readonly RecordedEvent[], scope: string, pairs: readonly CandidatePair[]): IceSetup {
  const own = events.filter((event) => event.scope === scope);
  const configuration = objectOf(own.findLast(({ method }) => CONFIGURING.includes(method))?.value);
  const servers = urlsOf(configuration['iceServers']);
  const policy = configuration['iceTransportPolicy'];
  const transportPolicy = typeof policy === 'string' ? policy : 'all';
  const errors = errorsOf(own);
  const state = lastState(own);
  return { servers, transportPolicy, errors, conclusion: conclude({ servers, transportPolicy, errors, pairs, state }) };
}

interface Known extends Omit<IceSetup, 'conclusion'> {
  readonly pairs: readonly CandidatePair[];
  readonly state: string | undefined;
}

function conclude({ servers, transportPolicy, errors, pairs, state }: Known): string {
  const selected = pairs.find((pair) => pair.selected) ?? pairs.find((pair) => pair.nominated && pair.bytesSent > 0);
  if (selected !== undefined) {
    const after = state === 'failed' || state === 'disconnected' ? `, but ${state} in the end` : '';
    return `Connected ${pathOf(selected)}${after}.`;
  }
  const hasTurn = servers.some((url) => /^turns?:/i.test(url));
  const unreachable = errors.length > 0 ? `; ${describeErrors(errors)}` : '';
  if (transportPolicy === 'relay' && !pairs.some(({ local }) => local.type === 'relay')) {
    const why = hasTurn ? 'no TURN server gave one' : 'no TURN server was configured';
    return `Not connected: only relayed candidates were allowed, and ${why}${unreachable}.`;
  }
  if (pairs.length === 0) {
    return `No candidate pair was checked${state === undefined ? '' : ` (last ICE state: ${state})`}${unreachable}.`;
  }
  const untested = hasTurn ? '' : ', and no TURN server was configured as a way around';
  return `Not connected: none of ${pairs.length} candidate pairs was selected${untested}${unreachable}.`;
}

function pathOf({ local, remote }: CandidatePair): string {
  if (local.type === 'relay') {
    return `through a TURN server over ${(local.relayProtocol ?? local.protocol).toUpperCase() || 'an unknown transport'}`;
  }
  const protocol = local.protocol.toUpperCase() || 'an unknown transport';
  if (remote.type === 'relay') return `through the TURN server of the remote peer, over ${protocol}`;
  return `directly over ${protocol} (${local.type} to ${remote.type})`;
}

function describeErrors(errors: readonly IceError[]): string {
  const total = errors.reduce((sum, { count }) => sum + count, 0);
  const most = errors.reduce((a, b) => (b.count > a.count ? b : a));
  return `${total} errors of ICE servers, most often ${most.code}${most.text === '' ? '' : ` (${most.text})`}`;
}

function lastState(events: readonly RecordedEvent[]): string | undefined {
  const value = events.findLast(({ method }) => method === 'oniceconnectionstatechange')?.value;
  return typeof value === 'string' ? value : undefined;
}

function errorsOf(events: readonly RecordedEvent[]): IceError[] {
  const found = new Map<string, IceError>();
  for (const { method, value, line } of events) {
    if (method !== 'onicecandidateerror') continue;
    const given = objectOf(value);
    const error = { code: textOf(given['errorCode']), text: textOf(given['errorText']), url: textOf(given['url']) };
    const key = JSON.stringify(error);
    const before = found.get(key);
    found.set(key, {
      ...error,
      code: error.code || 'unknown',
      count: (before?.count ?? 0) + 1,
      line: before?.line ?? line,
    });
  }
  return [...found.values()];
}

/** `iceServers` is a list of objects with one URL or several. */
function urlsOf(servers: unknown): string[] {
  if (!Array.isArray(servers)) return [];
  return servers.flatMap((server: unknown) => {
    const { urls, url } = objectOf(server);
    return [urls ?? url].flat().filter((each): each is string => typeof each === 'string');
  });
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
