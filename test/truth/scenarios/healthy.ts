import type { CallPlan, Scenario } from '../calls/contract.ts';
import type { Side } from '../network/proxy.ts';
import { between, otherSide, times } from './draw.ts';

const SIDES: readonly Side[] = ['a', 'b'];

function healthy(name: string, plan: Scenario['plan']): Scenario {
  return { name: `healthy-${name}`, isHealthy: true, plan };
}

function undisturbed(seconds: number, rest: Partial<CallPlan> = {}): CallPlan {
  return { parameters: {}, seconds, ...rest };
}

/** Calls in which nothing is wrong, though some of them look like a fault. */
export const HEALTHY: readonly Scenario[] = [
  healthy('audio-video', (random) => undisturbed(between(random, 28, 38, 1))),

  healthy('audio-only', (random) =>
    undisturbed(between(random, 28, 38, 1), { a: { camera: null }, b: { camera: null } }),
  ),

  healthy('data-only', (random) =>
    undisturbed(between(random, 18, 24, 1), { a: { dataOnly: true }, b: { dataOnly: true } }),
  ),

  healthy('far-away', (random) => {
    // Another continent and ordinary Wi-Fi: nothing that people notice.
    const impairment = {
      delayMs: between(random, 15, 60, 0),
      jitterMs: between(random, 2, 8, 0),
      loss: between(random, 0, 0.003, 4),
    };
    return undisturbed(between(random, 28, 36, 1), {
      parameters: impairment,
      steps: [{ at: 0, do: 'network', route: 'both', impairment }],
    });
  }),

  healthy('muted', (random) => {
    const side = random.pick(SIDES);
    const { from, to, seconds } = times(random, { after: [6, 9], lasting: [10, 16], rest: 8 });
    return undisturbed(seconds, {
      parameters: { side, from, to },
      steps: [
        { at: from, do: 'page', side, action: 'muteMicrophone', argument: true },
        { at: to, do: 'page', side, action: 'muteMicrophone', argument: false },
      ],
    });
  }),

  healthy('muted-throughout', (random) => {
    const side = random.pick(SIDES);
    return undisturbed(between(random, 28, 34, 1), {
      parameters: { side },
      steps: [{ at: 0, do: 'page', side, action: 'muteMicrophone', argument: true }],
    });
  }),

  healthy('camera-off', (random) => {
    const side = random.pick(SIDES);
    const { from, to, seconds } = times(random, { after: [7, 10], lasting: [8, 14], rest: 9 });
    return undisturbed(seconds, {
      symptoms: 'none',
      parameters: { side, from, to },
      steps: [
        { at: from, do: 'page', side, action: 'turnCameraOff' },
        { at: to, do: 'page', side, action: 'turnCameraOn' },
      ],
    });
  }),

  healthy('hold', (random) => {
    const side = random.pick(SIDES);
    const { from, to, seconds } = times(random, { after: [8, 11], lasting: [8, 12], rest: 10 });
    return undisturbed(seconds, {
      symptoms: 'none',
      parameters: { side, from, to },
      steps: [
        { at: from, do: 'page', side, action: 'hold', argument: true },
        { at: to, do: 'page', side, action: 'hold', argument: false },
      ],
    });
  }),

  healthy('short-gap', (random) => {
    const from = between(random, 9, 14, 1);
    const lasting = between(random, 0.2, 0.5, 2);
    return undisturbed(from + 14, {
      symptoms: 'acceptable',
      parameters: { from, lasting },
      steps: [
        { at: from, do: 'network', route: 'both', impairment: { block: true } },
        { at: from + lasting, do: 'network', route: 'both', impairment: {} },
      ],
      acceptable: { a: ['packet-loss'], b: ['packet-loss'] },
    });
  }),

  healthy('late-answer', (random) => {
    const pickUpAfter = between(random, 5, 14, 1);
    return undisturbed(pickUpAfter + 14, { parameters: { pickUpAfter }, signaling: { pickUpAfter } });
  }),

  healthy('hang-up', (random) => {
    const side = random.pick(SIDES);
    const from = between(random, 16, 22, 1);
    // The other side learns it from the signaling server.
    const told = from + between(random, 0.1, 1, 1);
    return undisturbed(from + 3, {
      parameters: { side, from, told },
      steps: [
        { at: from, do: 'hangUp', side },
        { at: told, do: 'hangUp', side: otherSide(side) },
      ],
    });
  }),
];
