import type { CallPlan, ParticipantPlan, Scenario } from '../calls/contract.ts';
import type { Side } from '../network/proxy.ts';
import { between, otherSide, times } from './draw.ts';

const SIDES: readonly Side[] = ['a', 'b'];

/** A fault of one side's devices that lasts for the whole call. */
function deviceFault(
  side: Side,
  label: string,
  seconds: number,
  participant: ParticipantPlan,
  acceptableOfOther: readonly string[] = [label],
): CallPlan {
  return {
    parameters: { side },
    seconds,
    [side]: participant,
    expected: [{ side, label, direction: 'outbound', from: 0, to: seconds }],
    acceptable: { [otherSide(side)]: acceptableOfOther },
  };
}

const microphoneSilent: Scenario = {
  name: 'microphone-silent',
  isHealthy: false,
  plan(random) {
    const side = random.pick(SIDES);
    const camera = random.chance(0.5) ? 'moving' : null;
    const plan = deviceFault(side, 'microphone-silent', between(random, 30, 38, 1), { microphone: 'silence', camera }, [
      'microphone-silent',
      'one-way-audio',
    ]);
    return { ...plan, [otherSide(side)]: { camera } };
  },
};

const microphoneQuiet: Scenario = {
  name: 'microphone-quiet',
  isHealthy: false,
  plan(random) {
    const quieterBy = between(random, 42, 52, 0);
    const plan = deviceFault(random.pick(SIDES), 'microphone-quiet', between(random, 30, 38, 1), {
      microphone: { quieterBy },
      audio: { autoGainControl: false, echoCancellation: true, noiseSuppression: random.chance(0.5) },
    });
    return { ...plan, parameters: { ...plan.parameters, quieterBy } };
  },
};

const cameraBlack: Scenario = {
  name: 'camera-black',
  isHealthy: false,
  plan(random) {
    const camera = random.pick(['black', 'black-canvas'] as const);
    const plan = deviceFault(random.pick(SIDES), 'static-video', between(random, 28, 36, 1), { camera });
    return { ...plan, parameters: { ...plan.parameters, camera } };
  },
};

const cameraFrozen: Scenario = {
  name: 'camera-frozen',
  isHealthy: false,
  plan: (random) => deviceFault(random.pick(SIDES), 'static-video', between(random, 28, 36, 1), { camera: 'frozen' }),
};

const cameraUnplugged: Scenario = {
  name: 'camera-unplugged',
  isHealthy: false,
  plan(random) {
    const side = random.pick(SIDES);
    const from = between(random, 7, 12, 1);
    const seconds = from + 12;
    return {
      parameters: { side, from },
      seconds,
      symptoms: 'acceptable',
      steps: [{ at: from, do: 'unplugCamera', side }],
      expected: [{ side, label: 'capture-track-ended', direction: 'outbound', from, to: seconds }],
      acceptable: { [otherSide(side)]: ['one-way-video'] },
    };
  },
};

const captureFailed: Scenario = {
  name: 'capture-failed',
  isHealthy: false,
  plan(random) {
    const video = random.pick([
      { width: { exact: 9000 } },
      { deviceId: { exact: 'gone' } },
      { frameRate: { min: 500 } },
    ]);
    return {
      parameters: { video: JSON.stringify(video) },
      seconds: 3,
      a: { video },
      b: null,
      expected: [{ side: 'a', label: 'capture-failed', from: -3, to: 1 }],
    };
  },
};

const echoCancellationOff: Scenario = {
  name: 'echo-cancellation-off',
  isHealthy: false,
  plan(random) {
    const side = random.pick(SIDES);
    const plan = deviceFault(side, 'echo-cancellation-off', between(random, 14, 20, 1), {
      audio: { echoCancellation: false, noiseSuppression: random.chance(0.5) },
    });
    const { direction: _, ...expected } = plan.expected![0]!;
    return { ...plan, expected: [{ ...expected, from: -3 }] };
  },
};

const tabClosed: Scenario = {
  name: 'tab-closed',
  isHealthy: false,
  plan(random) {
    const side = random.pick(SIDES);
    const other = otherSide(side);
    const from = between(random, 8, 14, 1);
    // ICE notices after 5 to 7 s. Who hangs up within 10 s of that has seen the other leave, which is no lost connection.
    const seconds = from + 24;
    return {
      parameters: { side, from },
      seconds,
      symptoms: 'acceptable',
      steps: [{ at: from, do: 'closeTab', side }],
      expected: [
        { side: other, label: 'media-interruption', direction: 'inbound', from, to: seconds },
        { side: other, label: 'ice-disconnected', from, to: seconds },
      ],
      acceptable: {
        [other]: [
          'ice-failed',
          'turn-missing',
          'packet-loss',
          'bandwidth-limited',
          'one-way-audio',
          'one-way-video',
          'high-rtt',
        ],
      },
    };
  },
};

const sleeping: Scenario = {
  name: 'sleep',
  isHealthy: false,
  plan(random) {
    const side = random.pick(SIDES);
    const other = otherSide(side);
    const { from, to, seconds } = times(random, { after: [9, 12], lasting: [8, 13], rest: 12 });
    const after = ['bandwidth-limited', 'bufferbloat', 'high-jitter', 'high-rtt', 'ice-disconnected', 'packet-loss'];
    return {
      parameters: { side, from, to },
      seconds,
      symptoms: 'acceptable',
      steps: [
        { at: from, do: 'sleep', side },
        { at: to, do: 'wake', side },
      ],
      expected: [
        { side, label: 'client-suspended', from, to },
        { side: other, label: 'media-interruption', direction: 'inbound', from, to },
      ],
      acceptable: {
        [side]: [...after, 'av-desync', 'cpu-limited', 'decoder-overload', 'media-interruption', 'keyframe-storm'],
        [other]: [...after, 'one-way-audio', 'one-way-video', 'keyframe-storm'],
      },
    };
  },
};

const connectionLeak: Scenario = {
  name: 'connection-leak',
  isHealthy: false,
  plan(random) {
    const side = random.pick(SIDES);
    const from = between(random, 4, 7, 1);
    const count = 7 + random.below(12);
    const seconds = from + 22;
    return {
      parameters: { side, from, count },
      seconds,
      steps: [{ at: from, do: 'page', side, action: 'leakConnections', argument: count }],
      expected: [{ side, label: 'connection-leak', from, to: seconds }],
      acceptable: { [side]: ['negotiation-stuck'] },
    };
  },
};

const audioLate: Scenario = {
  name: 'audio-late',
  isHealthy: false,
  plan(random) {
    const side = random.pick(SIDES);
    const from = between(random, 7, 10, 1);
    const delay = between(random, 500, 1200, 0);
    const seconds = from + between(random, 22, 26, 1);
    return {
      parameters: { side, from, delay },
      seconds,
      [otherSide(side)]: { separateStreams: true },
      [side]: {},
      steps: [{ at: from, do: 'page', side, action: 'delayAudio', argument: delay }],
      expected: [{ side, label: 'av-desync', from, to: seconds }],
    };
  },
};

export const CLIENT_FAULTS: readonly Scenario[] = [
  microphoneSilent,
  microphoneQuiet,
  cameraBlack,
  cameraFrozen,
  cameraUnplugged,
  captureFailed,
  echoCancellationOff,
  tabClosed,
  sleeping,
  connectionLeak,
  audioLate,
];
