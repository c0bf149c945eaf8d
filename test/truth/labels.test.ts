import { DETECTORS } from '@rtcstats-server/insights';
import { describe, expect, it } from 'vitest';
import { Random } from '../fuzz/random.ts';
import type { CallResult } from './calls/call.ts';
import type { CallPlan, Scenario } from './calls/contract.ts';
import { labelOf } from './labels.ts';
import type { LineFigures } from './network/line-figures.ts';
import type { Measured } from './page/interface.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';
import { symptomsOf } from './symptoms.ts';

const START = 1_795_800_000_000;
/** Frames in a steady rhythm, without those between two moments in seconds. */
const frames = (seconds: number, from = 0, to = 0): number[] =>
  Array.from({ length: seconds * 20 }, (_, index) => START + index * 50).filter(
    (time) => time <= START + from * 1000 || time >= START + to * 1000,
  );
/** Played sound of which a share is concealed between two moments in seconds. */
const sound = (seconds: number, share: number, from: number, to: number): Measured['audio'] =>
  Array.from({ length: seconds * 2 }, (_, index) => ({
    time: START + index * 500,
    total: index * 24_000,
    concealed: Math.max(0, Math.min(index / 2, to) - from) * 48_000 * share,
  }));

describe('symptoms', () => {
  it('are none in a steady picture and undisturbed sound', () => {
    expect(symptomsOf({ frames: frames(30), audio: sound(30, 0, 0, 0) })).toEqual([]);
    expect(symptomsOf({ frames: [], audio: [] })).toEqual([]);
  });

  it('are a freeze of a second or more, with its time', () => {
    const [freeze, ...others] = symptomsOf({ frames: frames(30, 12, 13.5), audio: [] });
    expect(others).toEqual([]);
    expect(freeze).toMatchObject({ label: 'video-freeze', certain: true });
    expect(freeze!.from).toBeLessThanOrEqual(START + 12_000);
    expect(freeze!.to).toBeGreaterThanOrEqual(START + 13_500);
  });

  it('are uncertain if the freeze is short', () => {
    expect(symptomsOf({ frames: frames(30, 12, 12.5), audio: [] })).toMatchObject([{ certain: false }]);
    expect(symptomsOf({ frames: frames(30, 12, 12.2), audio: [] })).toEqual([]);
  });

  it('are concealed sound by its share over 5 s', () => {
    expect(symptomsOf({ frames: [], audio: sound(30, 0.1, 10, 20) })).toMatchObject([
      { label: 'audio-concealment', certain: true, from: expect.closeTo(START + 7500, -4) },
    ]);
    expect(symptomsOf({ frames: [], audio: sound(30, 0.03, 10, 20) })).toMatchObject([{ certain: false }]);
    expect(symptomsOf({ frames: [], audio: sound(30, 0.01, 10, 20) })).toEqual([]);
  });
});

describe('the label of a recording', () => {
  const scenario: Scenario = { name: 'loss', isHealthy: false, plan: () => plan };
  const plan: CallPlan = {
    parameters: {},
    seconds: 30,
    expected: [
      { side: 'a', label: 'packet-loss', direction: 'outbound', from: 10, to: 20 },
      { side: 'b', label: 'packet-loss', direction: 'inbound', from: 10, to: 20 },
    ],
    acceptable: { b: ['high-jitter'] },
  };
  const quiet = { loadPerCore: 0, busy: 0, waiting: 0, proxyLateMs: 0, pageLateMs: 0, overloaded: false };
  const figures = (loss: number): LineFigures[] => [
    { route: 'ab', impairment: {}, from: 10, to: 20, packets: 1000, kbps: 500, loss, delayMs: 0, audioJitterMs: 0 },
  ];
  const result = (loss: number, measured: CallResult['measured'] = {}): CallResult => ({
    startedAt: START + 2000,
    network: figures(loss),
    machine: quiet,
    measured,
  });

  it('expects the injected cause of its side, with times since the first message', () => {
    const { expected, acceptable } = labelOf('b', 'x.b', scenario, plan, result(0.1), START);
    expect(expected).toEqual([{ label: 'packet-loss', direction: 'inbound', from: 12, to: 22 }]);
    expect(acceptable).toEqual(['high-jitter']);
  });

  it('only accepts a cause that the proxy did not see', () => {
    const { expected, acceptable } = labelOf('a', 'x.a', scenario, plan, result(0.001), START);
    expect(expected).toEqual([]);
    expect(acceptable).toEqual(['packet-loss']);
  });

  it('expects symptoms where the page measured them', () => {
    const measured = { b: { frames: frames(30, 12, 14), audio: [], lateness: [] } };
    const { expected } = labelOf('b', 'x.b', scenario, plan, result(0.1, measured), START);
    expect(expected.map(({ label }) => label)).toEqual(['packet-loss', 'video-freeze']);
    const paused = labelOf('b', 'x.b', scenario, { ...plan, symptoms: 'none' }, result(0.1, measured), START);
    expect(paused.expected.map(({ label }) => label)).toEqual(['packet-loss']);
  });

  it('says that a healthy call proves nothing if its page measured symptoms', () => {
    const healthy: Scenario = { name: 'healthy', isHealthy: true, plan: () => plan };
    const measured = { b: { frames: frames(30, 12, 14), audio: [], lateness: [] } };
    const undisturbed = { parameters: {}, seconds: 30 };
    expect(labelOf('b', 'x.b', healthy, undisturbed, result(0, measured), START)).toMatchObject({
      overloaded: true,
      expected: [],
      fault: { kind: 'none' },
    });
    expect(labelOf('a', 'x.a', healthy, undisturbed, result(0, measured), START).overloaded).toBe(false);
  });
});

describe('scenarios', () => {
  const names = new Set(DETECTORS.map(({ definition }) => definition.name));

  it.each(SCENARIOS)('$name: draws a plan that can be carried out', (scenario) => {
    for (let seed = 0; seed < 50; seed++) {
      const plan = scenario.plan(new Random(seed));
      expect(plan).toEqual(scenario.plan(new Random(seed)));
      const labels = [
        ...(plan.expected ?? []).map(({ label }) => label),
        ...Object.values(plan.acceptable ?? {}).flat(),
      ];
      expect(labels.filter((label) => !names.has(label))).toEqual([]);
      const times = (plan.steps ?? []).map(({ at }) => at);
      expect(times).toEqual(times.toSorted((x, y) => x - y));
      expect(Math.max(0, ...times)).toBeLessThan(plan.seconds);
      expect(plan.seconds).toBeLessThanOrEqual(45);
      expect((plan.expected ?? []).length > 0).toBe(!scenario.isHealthy);
    }
  });

  it('have names of their own', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });
});
