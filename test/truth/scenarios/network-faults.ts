import type { Random } from '../../fuzz/random.ts';
import type { CallPlan, ExpectedOfSide, Scenario, Step } from '../calls/contract.ts';
import type { Impairment, Route } from '../network/impairment.ts';
import { between, directions, otherSide, RECEIVER, SENDER, times } from './draw.ts';

/** What a broken path does besides. */
const SYMPTOMS_OF_INTERRUPTION = [
  // The buffers of sound and picture recover at different speeds.
  'av-desync',
  'bandwidth-limited',
  'bufferbloat',
  'high-jitter',
  'high-rtt',
  'one-way-audio',
  'one-way-video',
  'packet-loss',
];
/** What a slow line does besides, on either side. */
const SYMPTOMS_OF_SLOW_LINE = ['av-desync', 'bufferbloat', 'high-jitter', 'high-rtt', 'keyframe-storm', 'packet-loss'];

/** An impairment for a while, in a drawn direction. Both sides see a cause: one outbound, the other inbound. */
function whileImpaired(
  random: Random,
  label: string,
  impairment: Impairment,
  parameters: Record<string, number>,
  acceptable: readonly string[],
): CallPlan {
  const { from, to, seconds } = times(random, { after: [9, 12], lasting: [14, 20], rest: 4 });
  const route = random.pick<Route | 'both'>(['ab', 'ba', 'both']);
  return {
    parameters: { ...parameters, route, from, to },
    seconds,
    steps: during(from, to, route, impairment),
    expected: directions(route).flatMap((it): ExpectedOfSide[] => [
      { side: SENDER[it], label, direction: 'outbound', from, to },
      { side: RECEIVER[it], label, direction: 'inbound', from, to },
    ]),
    acceptable: { a: acceptable, b: acceptable },
  };
}

function during(from: number, to: number, route: Route | 'both', impairment: Impairment): Step[] {
  return [
    { at: from, do: 'network', route, impairment },
    { at: to, do: 'network', route, impairment: {} },
  ];
}

const packetLoss: Scenario = {
  name: 'packet-loss',
  isHealthy: false,
  plan(random) {
    const loss = between(random, 0.03, 0.2, 3);
    return whileImpaired(random, 'packet-loss', { loss }, { loss }, ['bandwidth-limited', 'high-jitter']);
  },
};

const lossBursts: Scenario = {
  name: 'loss-bursts',
  isHealthy: false,
  plan(random) {
    const burst = { begin: between(random, 0.006, 0.02, 4), end: between(random, 0.1, 0.3, 3) };
    const acceptable = ['bandwidth-limited', 'high-jitter', 'keyframe-storm'];
    return whileImpaired(random, 'packet-loss', { burst }, burst, acceptable);
  },
};

/** As Wi-Fi with many users: the line stops and then delivers all at once. */
const jitter: Scenario = {
  name: 'jitter',
  isHealthy: false,
  plan(random) {
    const stalls = { everyMs: between(random, 90, 200, 0), lengthMs: between(random, 90, 200, 0) };
    const acceptable = ['av-desync', 'bandwidth-limited', 'bufferbloat', 'high-rtt'];
    return whileImpaired(random, 'high-jitter', { stalls }, stalls, acceptable);
  },
};

const delay: Scenario = {
  name: 'delay',
  isHealthy: false,
  plan(random) {
    const { from, to, seconds } = times(random, { after: [9, 12], lasting: [14, 20], rest: 4 });
    const there = between(random, 130, 450, 0);
    const back = between(random, 130, 450, 0);
    const acceptable = ['av-desync', 'bandwidth-limited', 'high-jitter'];
    return {
      parameters: { there, back, from, to },
      seconds,
      steps: [...during(from, to, 'ab', { delayMs: there }), ...during(from, to, 'ba', { delayMs: back })].toSorted(
        (x, y) => x.at - y.at,
      ),
      expected: (['a', 'b'] as const).map((side) => ({ side, label: 'high-rtt', from, to })),
      acceptable: { a: acceptable, b: acceptable },
    };
  },
};

/** The first 15 s of a call are for the bandwidth estimate to grow, so the fault begins later. */
function slowLine(
  random: Random,
  impairment: Impairment,
  parameters: Record<string, number>,
  labels: { readonly both?: string; readonly symptoms: readonly string[] },
): CallPlan {
  const { from, to, seconds } = times(random, { after: [18, 20], lasting: [15, 18], rest: 2 });
  const route = random.pick<Route>(['ab', 'ba']);
  const expected: ExpectedOfSide[] = [
    { side: SENDER[route], label: 'bandwidth-limited', direction: 'outbound', from, to },
  ];
  for (const side of ['a', 'b'] as const)
    if (labels.both !== undefined) expected.push({ side, label: labels.both, from, to });
  return {
    parameters: { ...parameters, route, from, to },
    seconds,
    steps: during(from, to, route, impairment),
    expected,
    acceptable: { a: labels.symptoms, b: labels.symptoms },
  };
}

const bandwidth: Scenario = {
  name: 'bandwidth',
  isHealthy: false,
  plan(random) {
    const limit = { kbps: between(random, 90, 200, 0), queueMs: between(random, 100, 300, 0) };
    return slowLine(random, limit, limit, { symptoms: SYMPTOMS_OF_SLOW_LINE });
  },
};

const bufferbloat: Scenario = {
  name: 'bufferbloat',
  isHealthy: false,
  plan(random) {
    const kbps = between(random, 300, 500, 0);
    const limit = {
      kbps,
      queueMs: between(random, 900, 1800, 0),
      otherKbps: Math.round(kbps * between(random, 0.5, 0.7, 2)),
    };
    return slowLine(random, limit, limit, {
      both: 'bufferbloat',
      symptoms: SYMPTOMS_OF_SLOW_LINE.filter((label) => label !== 'bufferbloat'),
    });
  },
};

/** No packet passes either way for some seconds; then the call goes on. */
const outage: Scenario = {
  name: 'outage',
  isHealthy: false,
  plan(random) {
    const { from, to, seconds } = times(random, { after: [9, 12], lasting: [2.5, 11], rest: 12 });
    const expected: ExpectedOfSide[] = [];
    const acceptable = [...SYMPTOMS_OF_INTERRUPTION];
    // ICE notices after about 5 s, the two sides at different moments.
    if (to - from < 7.5) acceptable.push('ice-disconnected');
    for (const side of ['a', 'b'] as const) {
      expected.push({ side, label: 'media-interruption', direction: 'inbound', from, to });
      if (to - from >= 7.5) expected.push({ side, label: 'ice-disconnected', from, to, effectTo: to + 3 });
    }
    return {
      parameters: { from, to },
      seconds,
      symptoms: 'acceptable',
      steps: during(from, to, 'both', { block: true }),
      expected,
      acceptable: { a: acceptable, b: acceptable },
    };
  },
};

/** The path breaks and does not come back. */
const lostConnection: Scenario = {
  name: 'lost-connection',
  isHealthy: false,
  plan(random) {
    const from = between(random, 7, 10, 1);
    const seconds = from + 30;
    return {
      parameters: { from },
      seconds,
      symptoms: 'acceptable',
      steps: [{ at: from, do: 'network', route: 'both', impairment: { block: true } }],
      expected: (['a', 'b'] as const).flatMap((side): ExpectedOfSide[] => [
        { side, label: 'media-interruption', direction: 'inbound', from, to: seconds },
        { side, label: 'ice-disconnected', from, to: seconds },
        { side, label: 'ice-failed', from, to: seconds },
      ]),
      acceptable: {
        a: [...SYMPTOMS_OF_INTERRUPTION, 'turn-missing'],
        b: [...SYMPTOMS_OF_INTERRUPTION, 'turn-missing'],
      },
    };
  },
};

/** One direction is dead. Checks of both sides remain without an answer, so both are "disconnected". */
const oneDirectionDead: Scenario = {
  name: 'one-direction-dead',
  isHealthy: false,
  plan(random) {
    const { from, to, seconds } = times(random, { after: [9, 12], lasting: [9, 12], rest: 12 });
    const route = random.pick<Route>(['ab', 'ba']);
    const receiver = RECEIVER[route];
    return {
      parameters: { route, from, to },
      seconds,
      symptoms: 'acceptable',
      steps: during(from, to, route, { block: true }),
      expected: [
        { side: receiver, label: 'media-interruption', direction: 'inbound', from, to },
        ...(['a', 'b'] as const).map((side) => ({ side, label: 'ice-disconnected', from, to, effectTo: to + 3 })),
      ],
      acceptable: {
        [receiver]: SYMPTOMS_OF_INTERRUPTION,
        [otherSide(receiver)]: [...SYMPTOMS_OF_INTERRUPTION, 'media-interruption'],
      },
    };
  },
};

/** Packets with one kind of media do not pass; everything else does. */
function oneWay(kind: 'audio' | 'video'): Scenario {
  return {
    name: `one-way-${kind}`,
    isHealthy: false,
    plan(random) {
      const from = between(random, 8, 11, 1);
      const seconds = from + between(random, 18, 24, 1);
      const route = random.pick<Route>(['ab', 'ba']);
      const receiver = RECEIVER[route];
      return {
        parameters: { route, from },
        seconds,
        symptoms: 'acceptable',
        steps: [{ at: from, do: 'network', route, impairment: { block: [kind] } }],
        expected: [{ side: receiver, label: `one-way-${kind}`, direction: 'inbound', from, to: seconds }],
        acceptable: {
          [receiver]: ['media-interruption', 'packet-loss', 'keyframe-storm'],
          [otherSide(receiver)]: [
            `one-way-${kind}`,
            'packet-loss',
            'bandwidth-limited',
            'keyframe-storm',
            'high-jitter',
          ],
        },
      };
    },
  };
}

export const NETWORK_FAULTS: readonly Scenario[] = [
  packetLoss,
  lossBursts,
  jitter,
  delay,
  bandwidth,
  bufferbloat,
  outage,
  lostConnection,
  oneDirectionDead,
  oneWay('audio'),
  oneWay('video'),
];
