import type { ConnectionFacts } from '../setup/connection-facts.ts';
import { turnRefusal } from '../setup/connection-setup.ts';
import type { ConnectionDetector, Definition } from './detector.ts';
import type { Severity } from './observation.ts';

const NOT_REACHED = 701;

const AUTH_FAILED = {
  name: 'turn-auth-failed',
  category: 'setup',
  scope: 'connection',
  severity: 'critical if the connection never worked, else medium',
  signal: 'icecandidateerror of a TURN server with a code from 400 to 599',
  caveats: ['Firefox and Safari do not report codes in all versions.'],
  meaning: 'The TURN server refused the client. Behind a strict firewall there is no call without it.',
  advice: 'Check the credentials and their expiry (401, 438: wrong or expired; 486: quota reached), and the clocks.',
  source: 'RFC 8656, sections 9 and 19; RFC 8489, section 14.8.',
} as const satisfies Definition;

export const turnAuthFailed: ConnectionDetector = {
  definition: AUTH_FAILED,
  watch: (facts) => ({
    end(time) {
      const code = turnRefusal(facts);
      if (code === undefined) return [];
      const from = facts.serverErrors.find((error) => error.code === code)!.time;
      return [
        {
          severity: severityFor(facts.times.connected ?? facts.times.iceConnected),
          direction: null,
          intervals: [[from, Math.max(from, facts.times.failed ?? facts.times.closed ?? time)]],
          evidence: { errorCode: code, relayCandidates: facts.local.relay },
        },
      ];
    },
  }),
};

const UNREACHABLE = {
  name: 'turn-unreachable',
  category: 'setup',
  scope: 'connection',
  severity: 'critical if the connection never worked, else low',
  signal:
    'icecandidateerror 701, and the server gave no candidate over any interface; or ICE failed while a TURN server had ' +
    'given neither a candidate nor an error',
  caveats: [
    'A client with several interfaces reports 701 for those without a route, such as IPv6; so a server that answered ' +
      'anywhere counts as reachable.',
    'Chromium gives up a silent server after 40 s but fails ICE after 15 s, and people do not wait for the 701.',
  ],
  meaning: 'No STUN or TURN server answered. Behind a NAT or a strict firewall there is no call without them.',
  advice:
    'Check that the servers run, that their names resolve, and that firewalls let the client reach them; offer ' +
    'TURN over TLS on port 443.',
  source: 'W3C WebRTC, RTCPeerConnectionIceErrorEvent: 701 means that the server could not be reached.',
} as const satisfies Definition;

export const turnUnreachable: ConnectionDetector = {
  definition: UNREACHABLE,
  watch: (facts) => ({
    end() {
      const { local, serverErrors, servers } = facts;
      const errors = serverErrors.filter(({ code }) => code === NOT_REACHED);
      if (local.relay > 0 || turnRefusal(facts) !== undefined) return [];
      if (errors.length === 0 && !turnIsSilent(facts)) return [];
      // A server without a relay candidate was reached if it told the client its address.
      if (!servers.hasTurn && local.srflx > 0) return [];
      const from = facts.times.gatheringStarted ?? errors[0]?.time ?? facts.times.first;
      return [
        {
          severity: (facts.times.connected ?? facts.times.iceConnected) ? 'low' : 'critical',
          direction: null,
          intervals: [[from, Math.max(from, facts.times.failed ?? 0, errors.at(-1)?.time ?? 0)]],
          evidence: errors.length === 0 ? { errors: 0 } : { errorCode: NOT_REACHED, errors: errors.length },
        },
      ];
    },
  }),
};

/** Whether a connection that never worked failed while the browser still waited for its TURN server. */
function turnIsSilent({ servers, times, serverErrors }: ConnectionFacts): boolean {
  const { failed, gatheringStarted, gatheringComplete } = times;
  if (!servers.hasTurn || failed === undefined || gatheringStarted === undefined) return false;
  if (times.connected !== undefined || times.iceConnected !== undefined) return false;
  return serverErrors.length === 0 && (gatheringComplete === undefined || gatheringComplete > failed);
}

const MISSING = {
  name: 'turn-missing',
  category: 'setup',
  scope: 'connection',
  severity: 'always high',
  signal: 'ICE failed without ever having connected, and no TURN server is configured',
  caveats: ['If the other side sent no candidate, TURN on this side would not have helped either.'],
  meaning: 'No direct path exists, and there was no relay to take instead.',
  advice: 'Configure a TURN server, over UDP and over TLS on port 443.',
  source: 'RFC 8828, RFC 8656.',
} as const satisfies Definition;

export const turnMissing: ConnectionDetector = {
  definition: MISSING,
  watch: (facts) => ({
    end() {
      const { times, servers } = facts;
      if (times.failed === undefined || times.iceConnected !== undefined || times.connected !== undefined) return [];
      if (servers.hasTurn || facts.remoteCandidates === 0) return [];
      const from = times.checking ?? times.first;
      return [
        {
          severity: 'high',
          direction: null,
          intervals: [[from, times.failed]],
          evidence: {
            remoteCandidates: facts.remoteCandidates,
            stunConfigured: servers.hasStun ? 'yes' : 'no',
            ...facts.addresses.evidence,
          },
        },
      ];
    },
  }),
};

const RELAYED = {
  name: 'relayed-connection',
  category: 'network',
  scope: 'connection',
  severity: 'always info',
  signal: 'the selected candidate pair has a relay candidate',
  caveats: [
    'Wanted with iceTransportPolicy "relay".',
    'The evidence "samePublicAddress" and "carrierNat" needs addresses, or what `privacy.derive` keeps of them.',
  ],
  meaning: 'Media go through a TURN server. That costs bandwidth there and may add delay.',
  advice: 'Nothing, if it is rare. If most calls are relayed, check STUN and firewalls.',
  source: 'W3C webrtc-stats, candidateType.',
} as const satisfies Definition;

const OVER_TCP = {
  name: 'relay-over-tcp',
  category: 'network',
  scope: 'connection',
  severity: 'always low',
  signal: 'relayProtocol of the local candidate of the selected pair is tcp or tls',
  caveats: ['The other side may reach its own TURN server over TCP; that is not visible here.'],
  meaning: 'The client reaches its TURN server over TCP or TLS only. Every lost packet delays all that follow.',
  advice: 'Let the client send UDP to the TURN server; firewalls often allow port 443.',
  source: 'RFC 8656; TCP delivers in order (RFC 9293), so loss becomes delay.',
} as const satisfies Definition;

export const relayedConnection: ConnectionDetector = pathDetector(RELAYED, 'info', (local, remote, protocol, facts) =>
  local === 'relay' || remote === 'relay'
    ? {
        localCandidate: local ?? 'unknown',
        remoteCandidate: remote ?? 'unknown',
        ...(protocol && { protocol }),
        ...facts.addresses.evidence,
      }
    : undefined,
);

export const relayOverTcp: ConnectionDetector = pathDetector(OVER_TCP, 'low', (local, _, protocol) =>
  local === 'relay' && (protocol === 'tcp' || protocol === 'tls') ? { protocol } : undefined,
);

/** A detector of a property of the selected pair: one interval for all the time that it had it. */
function pathDetector(
  definition: Definition,
  severity: Severity,
  evidenceOf: (
    local: string | undefined,
    remote: string | undefined,
    relayProtocol: string | undefined,
    facts: ConnectionFacts,
  ) => Record<string, string> | undefined,
): ConnectionDetector {
  return {
    definition,
    watch: (facts) => {
      let from: number | undefined;
      let to = 0;
      let evidence: Record<string, string> = {};
      return {
        sample({ time, path }) {
          const found = path && evidenceOf(path.localType, path.remoteType, path.relayProtocol, facts);
          if (found === undefined) return;
          from ??= time;
          to = time;
          evidence = found;
        },
        end: () => (from === undefined ? [] : [{ severity, direction: null, intervals: [[from, to]], evidence }]),
      };
    },
  };
}

function severityFor(connected: number | undefined): Severity {
  return connected === undefined ? 'critical' : 'medium';
}
