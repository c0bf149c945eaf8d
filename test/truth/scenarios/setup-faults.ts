import type { Random } from '../../fuzz/random.ts';
import type { CallPlan, ExpectedOfSide, Scenario } from '../calls/contract.ts';
import { between } from './draw.ts';

/** Chromium gives up ICE after 15 s without a working pair. */
const FAILED_SECONDS = 22;

/** Labels that both sides should report for a call that never connects. */
function neverConnects(labels: readonly string[], seconds: number, rest: Partial<CallPlan> = {}): CallPlan {
  const acceptable = ['ice-disconnected', 'slow-connection-setup'];
  return {
    parameters: {},
    seconds,
    steps: [{ at: 0, do: 'network', route: 'both', impairment: { block: true } }],
    expected: (['a', 'b'] as const).flatMap((side) => labels.map((label) => ({ side, label, from: 0, to: seconds }))),
    acceptable: { a: acceptable, b: acceptable },
    ...rest,
  };
}

function kindOfCall(random: Random): Pick<CallPlan, 'a' | 'b'> {
  const camera = random.chance(0.5) ? 'moving' : null;
  return { a: { camera }, b: { camera } };
}

const udpBlocked: Scenario = {
  name: 'udp-blocked',
  isHealthy: false,
  plan: (random) => neverConnects(['ice-failed', 'turn-missing'], FAILED_SECONDS, kindOfCall(random)),
};

const turnRefused: Scenario = {
  name: 'turn-refused',
  isHealthy: false,
  plan(random) {
    const code = random.pick([401, 403, 486]);
    return neverConnects(['ice-failed', 'turn-auth-failed'], FAILED_SECONDS, {
      ...kindOfCall(random),
      parameters: { code },
      turn: code,
    });
  },
};

const turnUnreachable: Scenario = {
  name: 'turn-unreachable',
  isHealthy: false,
  plan(random) {
    // Chromium reports the silence after 40 s; most people have given up by then.
    const seconds = random.chance(0.5) ? FAILED_SECONDS : 44;
    return neverConnects(['ice-failed', 'turn-unreachable'], seconds, { ...kindOfCall(random), turn: 'silent' });
  },
};

const slowSetup: Scenario = {
  name: 'slow-setup',
  isHealthy: false,
  plan(random) {
    const to = between(random, 6.5, 11, 1);
    const acceptable = ['ice-disconnected', 'turn-missing'];
    return {
      ...kindOfCall(random),
      parameters: { to },
      seconds: to + 12,
      steps: [
        { at: 0, do: 'network', route: 'both', impairment: { block: true } },
        { at: to, do: 'network', route: 'both', impairment: {} },
      ],
      expected: (['a', 'b'] as const).map((side) => ({ side, label: 'slow-connection-setup', from: 0, to })),
      acceptable: { a: acceptable, b: acceptable },
    };
  },
};

const dtlsBlocked: Scenario = {
  name: 'dtls-blocked',
  isHealthy: false,
  plan(random) {
    const seconds = between(random, 20, 26, 1);
    const acceptable = ['ice-failed', 'slow-connection-setup'];
    return {
      ...kindOfCall(random),
      parameters: {},
      seconds,
      steps: [{ at: 0, do: 'network', route: 'both', impairment: { block: ['dtls'] } }],
      expected: (['a', 'b'] as const).map((side) => ({ side, label: 'dtls-failed', from: 0, to: seconds })),
      acceptable: { a: acceptable, b: acceptable },
    };
  },
};

/** A fault of signaling that A sees. B sees at most that nothing comes about. */
function signalingFault(label: string, seconds: number, rest: Partial<CallPlan>): CallPlan {
  const acceptable = ['ice-failed', 'slow-connection-setup', 'turn-missing', 'negotiation-stuck'];
  return {
    parameters: {},
    seconds,
    expected: [{ side: 'a', label, from: 0, to: seconds }],
    // B sent an answer, and its checks get no reply or no DTLS: it cannot know why.
    acceptable: { a: acceptable, b: [...acceptable, 'dtls-failed'] },
    ...rest,
  };
}

const answerLost: Scenario = {
  name: 'answer-lost',
  isHealthy: false,
  plan(random) {
    const seconds = between(random, 25, 30, 1);
    return signalingFault('negotiation-stuck', seconds, { ...kindOfCall(random), signaling: { losesAnswer: true } });
  },
};

const answerDamaged: Scenario = {
  name: 'answer-damaged',
  isHealthy: false,
  plan(random) {
    const line = random.pick(['a=fingerprint:', 'm=audio', 'a=ice-pwd:', 'v=']);
    const seconds = between(random, 12, 16, 1);
    return signalingFault('sdp-error', seconds, {
      ...kindOfCall(random),
      parameters: { line },
      signaling: { damagesAnswer: line },
    });
  },
};

const candidatesFirst: Scenario = {
  name: 'candidates-first',
  isHealthy: false,
  plan(random) {
    const seconds = between(random, 12, 16, 1);
    return {
      parameters: {},
      seconds,
      b: { impatient: true },
      signaling: { candidatesFirst: true },
      expected: [{ side: 'b', label: 'candidate-error', from: 0, to: 4 }],
    };
  },
};

const noCommonCodec: Scenario = {
  name: 'no-common-codec',
  isHealthy: false,
  plan(random) {
    const [offered, known] = random.pick([
      ['video/VP9', 'video/H264'],
      ['video/VP8', 'video/VP9'],
      ['video/VP9', 'video/VP8'],
    ]) as [string, string];
    const seconds = between(random, 14, 18, 1);
    return {
      parameters: { offered, known },
      seconds,
      a: { videoCodecs: [offered] },
      b: { videoCodecs: [known] },
      expected: (['a', 'b'] as const).map((side) => ({ side, label: 'no-common-codec', from: 0, to: seconds })),
      acceptable: { a: ['one-way-video'], b: ['one-way-video'] },
    };
  },
};

const glare: Scenario = {
  name: 'glare',
  isHealthy: false,
  plan(random) {
    const from = between(random, 7, 10, 1);
    const seconds = from + 14;
    const acceptable = ['negotiation-stuck', 'sdp-error'];
    return {
      parameters: { from },
      seconds,
      steps: [{ at: from, do: 'glare' }],
      expected: (['a', 'b'] as const).map((side) => ({ side, label: 'signalling-glare', from, to: seconds })),
      acceptable: { a: acceptable, b: acceptable },
    };
  },
};

/** B answers "recvonly" for audio by mistake, though it has a microphone. For video that is normal: see docs/accuracy.md. */
const answersRecvonly: Scenario = {
  name: 'answers-recvonly',
  isHealthy: false,
  plan(random) {
    const seconds = between(random, 22, 28, 1);
    const expected: ExpectedOfSide[] = [
      { side: 'a', label: 'one-way-audio', direction: 'inbound', from: 0, to: seconds },
      { side: 'b', label: 'one-way-audio', direction: 'outbound', from: 0, to: seconds },
    ];
    const { a = {}, b = {} } = kindOfCall(random);
    return { parameters: {}, seconds, a, b: { ...b, answersRecvonly: 'audio' }, expected };
  },
};

export const SETUP_FAULTS: readonly Scenario[] = [
  udpBlocked,
  turnRefused,
  turnUnreachable,
  slowSetup,
  dtlsBlocked,
  answerLost,
  answerDamaged,
  candidatesFirst,
  noCommonCodec,
  glare,
  answersRecvonly,
];
