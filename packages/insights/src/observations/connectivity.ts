import { connectionSetup, dtlsFailedAt } from '../setup/connection-setup.ts';
import { type ConnectionDetector, type Definition, severityOf } from './detector.ts';
import { durationOf } from './episodes.ts';
import { type Interval, rounded } from './observation.ts';

const ICE_DISCONNECTED = {
  name: 'ice-disconnected',
  category: 'network',
  scope: 'connection',
  severity: 'medium from 3 s on, low below',
  signal: 'any time in the ICE or connection state "disconnected", after the connection had worked',
  caveats: [
    'A peer that hangs up without a word leaves "disconnected" behind: it does not count if this side closes the ' +
      'connection within 10 s.',
  ],
  meaning: 'The client noticed that the path to the other side no longer answers.',
  advice: 'Restart ICE after some seconds in this state. Look at the network of the side that reports it first.',
  source: 'W3C WebRTC, RTCIceTransportState; brief ones are normal (ObserveRTC warns after 5 s).',
} as const satisfies Definition;

const HANG_UP_MS = 10_000;
/** Shorter ones often pass unnoticed. */
const LONG_MS = 3000;
const MAX_INTERVALS = 100;

export const iceDisconnected: ConnectionDetector = {
  definition: ICE_DISCONNECTED,
  watch: (facts) => {
    const found: Interval[] = [];
    let since: number | undefined;
    let worked = false;
    const close = (time: number): void => {
      if (since !== undefined && found.length < MAX_INTERVALS) found.push([since, time]);
      since = undefined;
    };
    return {
      event({ method, time }) {
        if (method !== 'oniceconnectionstatechange' && method !== 'onconnectionstatechange') return;
        worked ||= facts.times.iceConnected !== undefined || facts.times.connected !== undefined;
        const disconnected = facts.ice === 'disconnected' || facts.connection === 'disconnected';
        if (disconnected && worked) since ??= time;
        else close(time);
      },
      end(time) {
        const end = facts.times.closed ?? time;
        if (since !== undefined && facts.times.closed !== undefined && end - since < HANG_UP_MS) since = undefined;
        close(end);
        if (found.length === 0) return [];
        const longest = Math.max(...found.map(([from, to]) => to - from));
        return [
          {
            severity: longest >= LONG_MS ? 'medium' : 'low',
            direction: null,
            intervals: found,
            evidence: { count: found.length, totalMs: durationOf(found) },
          },
        ];
      },
    };
  },
};

const ICE_FAILED = {
  name: 'ice-failed',
  category: 'setup',
  scope: 'connection',
  severity: 'critical if the connection never worked, high if it had worked and did not come back, else medium',
  signal: 'ICE state "failed", or connection state "failed" while ICE is not connected',
  caveats: ['With ICE connected, a failed connection is dtls-failed.'],
  meaning: 'No pair of addresses works (any more): there is no call.',
  advice:
    'Configure TURN over UDP, TCP and TLS on port 443. If there is one, see the TURN observations. After a failure in ' +
    'the middle of a call, restart ICE.',
  source: 'RFC 8445, section 7; W3C WebRTC, RTCPeerConnectionState.',
} as const satisfies Definition;

export const iceFailed: ConnectionDetector = {
  definition: ICE_FAILED,
  watch: (facts) => {
    const intervals: Interval[] = [];
    let since: number | undefined;
    let worked = false;
    return {
      event({ method, time }) {
        if (method !== 'oniceconnectionstatechange' && method !== 'onconnectionstatechange') return;
        const iceWorks = facts.ice === 'connected' || facts.ice === 'completed';
        worked ||= facts.times.connected !== undefined || iceWorks;
        if (facts.ice === 'failed' || (facts.connection === 'failed' && !iceWorks && facts.ice !== 'closed')) {
          since ??= time;
        } else if (since !== undefined && (iceWorks || facts.connection === 'connected')) {
          intervals.push([since, time]);
          since = undefined;
        }
      },
      end(time) {
        if (since !== undefined) intervals.push([since, Math.max(since, facts.times.closed ?? time)]);
        if (intervals.length === 0) return [];
        const severity = worked ? (since === undefined ? 'medium' : 'high') : 'critical';
        return [
          {
            severity,
            direction: null,
            intervals: intervals.slice(0, MAX_INTERVALS),
            evidence: {
              localCandidates: facts.local.host + facts.local.srflx + facts.local.prflx + facts.local.relay,
              remoteCandidates: facts.remoteCandidates,
              hadConnected: worked ? 'yes' : 'no',
              ...facts.addresses.evidence,
            },
          },
        ];
      },
    };
  },
};

const DTLS_FAILED = {
  name: 'dtls-failed',
  category: 'setup',
  scope: 'connection',
  severity: 'always critical',
  signal: 'ICE is connected, and the connection fails or has no result after 10 s',
  threshold: { on: 10_000, off: 0, unit: 'ms', window: 0, minimum: 0 },
  caveats: [
    'Browsers without connectionState do not tell whether DTLS is done.',
    'If the other side never got the answer, the side that answered sees the same: ICE works, and DTLS does not begin.',
  ],
  meaning: 'A path was found, but the encryption could not be set up: there is no call.',
  advice:
    'Check that the answer reached the other side, that nothing changes the fingerprints in session descriptions, that certificates of the media server are ' +
    'those that it announces, and that no firewall drops DTLS.',
  source: 'RFC 6347, section 4.2.4.1: repeated after 1, 2, 4 and 8 s; a handshake that works is done by then.',
} as const satisfies Definition;

export const dtlsFailed: ConnectionDetector = {
  definition: DTLS_FAILED,
  watch: (facts) => ({
    end(time) {
      const failed = dtlsFailedAt(facts);
      if (failed === undefined) return [];
      const from = facts.times.iceConnected ?? failed;
      const waited = Math.max(from, facts.times.failed ?? facts.times.closed ?? time) - from;
      return [
        {
          severity: 'critical',
          direction: null,
          intervals: [[from, Math.max(from, facts.times.closed ?? time)]],
          evidence: { waitedMs: rounded(waited), connectionState: facts.connection },
        },
      ];
    },
  }),
};

const SLOW_SETUP = {
  name: 'slow-connection-setup',
  category: 'setup',
  scope: 'connection',
  severity: 'by the time',
  signal: 'time from both descriptions being set (or ICE starting, if later) to "connected"',
  threshold: { on: 5000, off: 5000, unit: 'ms', window: 0, minimum: 0 },
  bands: [
    { from: 5000, severity: 'medium' },
    { from: 15_000, severity: 'high' },
  ],
  caveats: ['The time until somebody answers the call is not counted.'],
  meaning: 'People wait for seconds, in a call that seems to have begun, until they hear each other.',
  advice:
    'See which step takes the time. Unreachable STUN or TURN servers and candidates that come late are the usual causes.',
  source: 'ObserveRTC warns after 5 s in "connecting".',
} as const satisfies Definition;

export const slowConnectionSetup: ConnectionDetector = {
  definition: SLOW_SETUP,
  watch: (facts) => ({
    end() {
      const { times } = facts;
      const connected = times.connected ?? times.iceConnected;
      const from = Math.max(times.negotiated ?? 0, times.checking ?? 0);
      if (connected === undefined || from === 0 || !connectionSetup(facts).connected) return [];
      const took = connected - from;
      if (took < SLOW_SETUP.threshold.on) return [];
      return [
        {
          severity: severityOf(SLOW_SETUP.bands, took),
          direction: null,
          intervals: [[from, connected]],
          evidence: { setupMs: rounded(took) },
        },
      ];
    },
  }),
};
