import { describe, expect, it } from 'vitest';
import { BASIC_RATING, codecImpairment, delayImpairment, lossImpairment, mosOf, ratingOf } from './e-model.ts';

describe('the E-model', () => {
  it('has a rating of 93.2 with all parameters at their defaults (G.107)', () => {
    expect(BASIC_RATING).toBeCloseTo(93.206208, 5);
  });

  it.each([
    [-10, 1],
    [0, 1],
    [3.2, 1],
    [10, 1.035],
    [30, 1.609],
    [50, 2.58],
    [60, 3.1],
    [70, 3.6],
    [80, 4.024],
    [90, 4.339],
    [93.2, 4.409],
    [100, 4.5],
    [120, 4.5],
  ])('gives R %d a MOS of %d', (rating, mos) => {
    expect(mosOf(rating)).toBeCloseTo(mos, 2);
  });

  it.each([
    [50, 0],
    [100, 0],
    [120, 0.001],
    [150, 0.164],
    [200, 3.044],
    [300, 14.761],
    [400, 24.07],
    [800, 40.832],
  ])('takes off for %d ms of delay %d', (delay, impairment) => {
    expect(delayImpairment(delay)).toBeCloseTo(impairment, 2);
  });

  it.each([
    [0, 0],
    [1, 3.64],
    [3, 10.14],
    [5, 15.78],
    [20, 42.13],
  ])('takes off for %d %% of loss on G.711 with concealment %d', (loss, impairment) => {
    expect(lossImpairment({ ie: 0, bpl: 25.1 }, loss, 1)).toBeCloseTo(impairment, 2);
  });

  it.each([
    [1, 17.92],
    [10, 66.43],
  ])('takes off for %d %% of loss on G.711 without concealment %d', (loss, impairment) => {
    expect(lossImpairment({ ie: 0, bpl: 4.3 }, loss, 1)).toBeCloseTo(impairment, 2);
  });

  it('agrees with G.729A with VAD, which has an impairment of its own', () => {
    expect(lossImpairment({ ie: 11, bpl: 19 }, 0, 1)).toBe(11);
    expect(lossImpairment({ ie: 11, bpl: 19 }, 10, 1)).toBeCloseTo(39.97, 2);
  });

  it('never gets better with more delay or more loss', () => {
    const codec = codecImpairment('opus');
    const delays = Array.from({ length: 200 }, (_, step) => mosOf(ratingOf({ delay: step * 10, loss: 1, codec })));
    const losses = Array.from({ length: 101 }, (_, loss) => mosOf(ratingOf({ delay: 100, loss, codec })));
    for (const scores of [delays, losses]) {
      for (const [index, score] of scores.entries())
        if (index > 0) expect(score).toBeLessThanOrEqual(scores[index - 1]!);
    }
  });

  it('takes G.711 for more robust than Opus, and what it does not know for Opus', () => {
    expect(codecImpairment('PCMU').bpl).toBeGreaterThan(codecImpairment('opus').bpl);
    expect(codecImpairment(undefined)).toEqual(codecImpairment('opus'));
  });
});
