import type { ConnectionDetector, Definition } from './detector.ts';
import type { Interval } from './observation.ts';

const SDP_CALLS = /^(createOffer|createAnswer|setLocalDescription|setRemoteDescription)OnFailure$/;
const MAX_INTERVALS = 100;

const SDP_ERROR = {
  name: 'sdp-error',
  category: 'signaling',
  scope: 'connection',
  severity: 'critical if the connection never worked, else medium',
  signal: 'createOffer, createAnswer, setLocalDescription or setRemoteDescription failed',
  caveats: ['Failures after the connection was closed do not count: applications tear down in any order.'],
  meaning: 'A session description was not accepted. Without it there is no call, or a change of the call is lost.',
  advice: 'Look at the call that failed and its error in the timeline; it names the line or the wrong state.',
  source: 'RFC 8829; W3C WebRTC, section 4.4.1.',
} as const satisfies Definition;

export const sdpError: ConnectionDetector = {
  definition: SDP_ERROR,
  watch: (facts) => {
    const failures: { method: string; error: string; time: number }[] = [];
    return {
      event({ method, value, time }) {
        const call = method.endsWith('OnFailure') ? SDP_CALLS.exec(method)?.[1] : undefined;
        if (call === undefined || facts.times.closed !== undefined || failures.length >= MAX_INTERVALS) return;
        failures.push({ method: call, error: errorName(value), time });
      },
      end(time) {
        const first = failures[0];
        if (first === undefined) return [];
        const worked = facts.times.connected !== undefined || facts.times.iceConnected !== undefined;
        const until = worked ? failures.at(-1)!.time : Math.max(first.time, facts.times.closed ?? time);
        return [
          {
            severity: worked ? 'medium' : 'critical',
            direction: null,
            intervals: [[first.time, until]],
            evidence: { failures: failures.length, call: first.method, error: first.error },
          },
        ];
      },
    };
  },
};

/** The name of a DOMException; its message is free text that may quote a description. */
export function errorName(value: unknown): string {
  const text = typeof value === 'string' ? value : (value as { name?: unknown } | null)?.name;
  return (typeof text === 'string' ? /^\w{1,64}/.exec(text)?.[0] : undefined) ?? 'unknown';
}

const STUCK = {
  name: 'negotiation-stuck',
  category: 'signaling',
  scope: 'connection',
  severity: 'critical if the connection has audio or video and never worked, medium if it worked, else low',
  signal: 'signaling state other than "stable" for a long time',
  threshold: { on: 20_000, off: 0, unit: 'ms', window: 0, minimum: 0 },
  caveats: [
    'A first offer that is answered in the end was waiting for somebody to pick up, and does not count.',
    'A first offer that nobody answers may be a call that nobody took.',
  ],
  meaning: 'An offer was never answered. Nothing that it asked for happens, and further negotiation is blocked.',
  advice: 'Look for the answer in the signaling server, and for errors of the other side at this time.',
  source: 'RFC 8829, section 3.2. A network round trip with ICE restarts takes seconds, not 20 of them.',
} as const satisfies Definition;

export const negotiationStuck: ConnectionDetector = {
  definition: STUCK,
  watch: (facts) => {
    const found: Interval[] = [];
    let since: number | undefined;
    let settled = false;
    const close = (time: number, answered: boolean): void => {
      const counts = settled || !answered;
      if (counts && since !== undefined && time - since >= STUCK.threshold.on && found.length < MAX_INTERVALS) {
        found.push([since, time]);
      }
      since = undefined;
    };
    return {
      event({ method, time }) {
        if (method !== 'onsignalingstatechange') return;
        if (facts.signaling !== 'stable' && facts.signaling !== 'closed') since ??= time;
        else {
          close(time, facts.signaling === 'stable');
          settled = true;
        }
      },
      end(time) {
        const state = facts.signaling;
        const open = since !== undefined;
        close(facts.times.closed ?? time, false);
        if (found.length === 0) return [];
        const worked = facts.times.connected !== undefined || facts.times.iceConnected !== undefined;
        return [
          {
            severity: worked ? 'medium' : facts.negotiation.hasMedia ? 'critical' : 'low',
            direction: null,
            intervals: found,
            evidence: { state: open ? state : 'stable', waitedMs: Math.max(...found.map(([from, to]) => to - from)) },
          },
        ];
      },
    };
  },
};

/** A collision is resolved, or not, within this time. */
const RESOLVED_MS = 10_000;

const GLARE = {
  name: 'signalling-glare',
  category: 'signaling',
  scope: 'connection',
  severity: 'always medium',
  signal: 'an offer arrived while an own offer was open, and a description failed in a wrong state within 10 s',
  caveats: ['A collision that "perfect negotiation" resolves by a rollback is normal and not reported.'],
  meaning: 'Both sides changed the call at the same moment, and one of the changes was lost.',
  advice: 'Use the perfect negotiation pattern: one polite side that rolls back.',
  source: 'RFC 8829, section 4.1.10.2; W3C WebRTC, section 10.7 (perfect negotiation).',
} as const satisfies Definition;

export const signallingGlare: ConnectionDetector = {
  definition: GLARE,
  watch: (facts) => {
    let collision: number | undefined;
    let failed: number | undefined;
    /** Whether an own offer is being set, which waits in the chain of operations and has not changed the state yet. */
    let offering = false;
    return {
      event({ method, value, time }) {
        const type = (value as { type?: unknown } | null)?.type;
        if (method === 'setLocalDescription') offering = type === 'offer';
        else if (method.startsWith('setLocalDescriptionOn')) offering = false;
        // The state is that before the call, because the change of the state is an event of its own.
        const isOpen = offering || facts.signaling === 'have-local-offer';
        if (method === 'setRemoteDescription' && type === 'offer' && isOpen) {
          collision = time;
          return;
        }
        if (collision === undefined || failed !== undefined || facts.times.closed !== undefined) return;
        const late = time - collision > RESOLVED_MS;
        if (late || typeof value !== 'string') return;
        if (SDP_CALLS.test(method) && /^InvalidState|wrong state/i.test(value)) failed = time;
      },
      end(time) {
        if (collision === undefined || failed === undefined) return [];
        return [
          {
            severity: 'medium',
            direction: null,
            intervals: [[collision, facts.signaling === 'stable' ? failed : Math.max(failed, time)]],
            evidence: { failedAfterMs: failed - collision },
          },
        ];
      },
    };
  },
};

const CANDIDATE_ERROR = {
  name: 'candidate-error',
  category: 'signaling',
  scope: 'connection',
  severity: 'low if the connection worked, else high',
  signal: 'addIceCandidate failed',
  caveats: ['Failures after the connection was closed do not count.'],
  meaning: 'An address of the other side was not taken. If it was the only one that works, there is no call.',
  advice: 'Queue candidates until the remote description is set, and drop those of earlier ICE generations.',
  source: 'W3C WebRTC, addIceCandidate; RFC 8838 (trickle ICE).',
} as const satisfies Definition;

export const candidateError: ConnectionDetector = {
  definition: CANDIDATE_ERROR,
  watch: (facts) => {
    let first: number | undefined;
    let last = 0;
    let count = 0;
    let error = '';
    return {
      event({ method, value, time }) {
        if (method !== 'addIceCandidateOnFailure' || facts.times.closed !== undefined) return;
        first ??= time;
        last = time;
        count += 1;
        error ||= errorName(value);
      },
      end() {
        if (first === undefined) return [];
        const worked = facts.times.connected !== undefined || facts.times.iceConnected !== undefined;
        return [
          {
            severity: worked ? 'low' : 'high',
            direction: null,
            intervals: [[first, last]],
            evidence: { failures: count, error },
          },
        ];
      },
    };
  },
};

const NO_CODEC = {
  name: 'no-common-codec',
  category: 'signaling',
  scope: 'connection',
  severity: 'always high',
  signal: 'the first answer to a media section for audio or video rejects it (port 0)',
  caveats: [
    'A section that was accepted before and is stopped later does not count.',
    'An application that stops a transceiver before answering looks the same. If another section of the kind was ' +
      'accepted with one of the offered codecs, codecs are not the reason.',
  ],
  meaning: 'The two sides have no codec in common, so this sound or picture is missing for the whole call.',
  advice: 'Compare the codecs of both sides. setCodecPreferences, or a browser without H.264, are usual causes.',
  source: 'RFC 3264, section 6; RFC 8829, section 5.3.1.',
} as const satisfies Definition;

export const noCommonCodec: ConnectionDetector = {
  definition: NO_CODEC,
  watch: (facts) => {
    let at: number | undefined;
    let kind = '';
    let rejected = 0;
    return {
      event({ method, time }) {
        if (!method.endsWith('DescriptionOnSuccess')) return;
        const { sections } = facts.negotiation;
        for (const section of sections) {
          if (!section.isRejected || (section.kind !== 'audio' && section.kind !== 'video')) continue;
          const offered = new Set([...section.local.codecs, ...section.remote.codecs]);
          const works = sections.some(
            (other) =>
              !other.isRejected && other.kind === section.kind && other.remote.codecs.some((it) => offered.has(it)),
          );
          if (works) continue;
          rejected = at === undefined ? rejected + 1 : rejected;
          kind ||= section.kind;
        }
        if (rejected > 0) at ??= time;
      },
      end(time) {
        if (at === undefined) return [];
        return [
          {
            severity: 'high',
            direction: null,
            intervals: [[at, Math.max(at, facts.times.closed ?? time)]],
            evidence: { kind, rejectedSections: rejected },
          },
        ];
      },
    };
  },
};
