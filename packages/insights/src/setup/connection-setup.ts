import type { ConnectionFacts } from './connection-facts.ts';

/** Why a connection did not come about. */
export const SETUP_FAILURES = [
  'not-attempted',
  'offer-not-answered',
  'media-rejected',
  'no-local-candidates',
  'no-remote-candidates',
  'turn-refused',
  'turn-unreachable',
  'turn-missing',
  'udp-blocked',
  'dtls-failed',
  'closed-early',
] as const;
export type SetupFailure = (typeof SETUP_FAILURES)[number];

/** The failures as sentences without a full stop. */
export const SETUP_FAILURE_TEXTS: Readonly<Record<SetupFailure, string>> = {
  'not-attempted': 'there was no offer',
  'offer-not-answered': 'the offer was not answered',
  'media-rejected': 'all media were rejected',
  'no-local-candidates': 'this client found no candidates',
  'no-remote-candidates': 'the other side sent no candidates',
  'turn-refused': 'the TURN server refused the client',
  'turn-unreachable': 'there was no direct path, and the TURN server did not answer',
  'turn-missing': 'there was no direct path, and no TURN server is configured',
  'udp-blocked': 'no path worked, not even through a relay; a firewall may block UDP',
  'dtls-failed': 'DTLS failed',
  'closed-early': 'it was closed before it could connect',
};

/** How a connection was set up. Durations are in milliseconds; undefined if a step did not happen. */
export interface ConnectionSetup {
  readonly connected: boolean;
  readonly failure: SetupFailure | undefined;
  /** Code of the TURN server that refused. */
  readonly turnErrorCode: number | undefined;
  /** From the first API call to the first media received. */
  readonly total: number | undefined;
  readonly gathering: number | undefined;
  /** From the offer to both descriptions being set; includes the time that the other person took to answer. */
  readonly signaling: number | undefined;
  readonly ice: number | undefined;
  readonly dtls: number | undefined;
}

/** ICE gives a pair up after about 15 s in Chromium; before that a closed connection says nothing about the network. */
const MIN_ATTEMPT_MS = 10_000;
/**
 * DTLS repeats its first flight after 1, 2, 4 and 8 s (RFC 6347, section 4.2.4.1), so one that works is done by then.
 */
const MIN_HANDSHAKE_MS = 10_000;

/** The setup of a connection, from what happened to it. */
export function connectionSetup(facts: ConnectionFacts): ConnectionSetup {
  const { times } = facts;
  const connected = times.connected ?? (facts.connection === 'new' ? times.iceConnected : undefined);
  const refused = turnRefusal(facts);
  const failure = connected === undefined ? failureOf(facts) : undefined;
  return {
    connected: connected !== undefined,
    failure,
    turnErrorCode: failure === 'turn-refused' ? refused : undefined,
    total: span(times.first, times.firstMedia),
    gathering: span(times.gatheringStarted, times.gatheringComplete),
    signaling: span(times.offer, times.negotiated),
    ice: span(times.checking, times.iceConnected),
    dtls: span(times.iceConnected, connected),
  };
}

/** The code with which a TURN server refused the client, if one did. */
export function turnRefusal(facts: ConnectionFacts): number | undefined {
  return facts.serverErrors.find(({ isTurn, code }) => isTurn && code >= 400 && code < 600)?.code;
}

/**
 * Whether the DTLS handshake failed: ICE worked, and then the connection failed, or stayed without a result for longer
 * than DTLS needs.
 */
export function dtlsFailedAt(facts: ConnectionFacts): number | undefined {
  const { times } = facts;
  if (times.iceConnected === undefined || times.connected !== undefined) return undefined;
  // Browsers without connectionState never leave "new".
  if (facts.connection === 'new') return undefined;
  const iceWorks = facts.ice === 'connected' || facts.ice === 'completed' || facts.ice === 'closed';
  if (facts.connection === 'failed' && iceWorks) return times.failed;
  const end = times.closed ?? times.failed ?? times.last;
  return end - times.iceConnected >= MIN_HANDSHAKE_MS ? times.iceConnected : undefined;
}

function failureOf(facts: ConnectionFacts): SetupFailure {
  const { times, negotiation } = facts;
  if (times.offer === undefined) return 'not-attempted';
  if (times.negotiated === undefined) return 'offer-not-answered';
  const { sections } = negotiation;
  if (sections.length > 0 && sections.every(({ isRejected }) => isRejected)) return 'media-rejected';
  if (dtlsFailedAt(facts) !== undefined) return 'dtls-failed';
  const end = times.failed ?? times.closed ?? times.last;
  if (times.failed === undefined && end - times.negotiated < MIN_ATTEMPT_MS) return 'closed-early';
  const { host, srflx, prflx, relay } = facts.local;
  if (host + srflx + prflx + relay === 0) return 'no-local-candidates';
  if (facts.remoteCandidates === 0 && facts.ice === 'new') return 'no-remote-candidates';
  if (relay > 0) return 'udp-blocked';
  if (!facts.servers.hasTurn) return 'turn-missing';
  return turnRefusal(facts) === undefined ? 'turn-unreachable' : 'turn-refused';
}

function span(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined || to < from ? undefined : Math.round(to - from);
}
