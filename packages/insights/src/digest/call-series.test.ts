import { expect, it } from 'vitest';
import type { ConnectionSample } from '../signals/samples.ts';
import { CallSeries } from './call-series.ts';

const START = 1_795_800_000_000;

/** 10 of 50 packets of each track were lost, and the round trip took as many milliseconds as the call seconds. */
function sample(second: number, tracks = 1): ConnectionSample {
  const inbound = Array.from({ length: tracks }, (_, index) => ({
    stream: `s${index}`,
    track: `t${index}`,
    kind: 'audio',
    bitrate: 40_000,
    packets: 40,
    lost: 10,
  }));
  return { time: START + second * 1000, path: { rtt: second }, inbound, outbound: [] } as unknown as ConnectionSample;
}

function valuesOf(series: CallSeries, name: string, from: number, to: number, points: number) {
  const { groups } = series.window(series.groups('PC_0'), START + from * 1000, START + to * 1000, points);
  return groups.flatMap(({ rows }) => rows).find((row) => row.name === name)?.values;
}

it('joins samples to points: shares of sums, the highest round trip, mean rates', () => {
  const series = new CallSeries();
  for (let second = 0; second < 60; second++) if (second < 20 || second >= 40) series.sample('PC_0', sample(second));
  expect(valuesOf(series, 'lost %', 0, 59, 6)).toEqual([20, 20, undefined, undefined, 20, 20]);
  expect(valuesOf(series, 'round trip ms', 0, 59, 6)).toEqual([9, 19, undefined, undefined, 49, 59]);
  expect(valuesOf(series, 'received kbit/s', 0, 19, 2)).toEqual([40, 40]);
  // A window that reaches beyond the call ends with it.
  expect(valuesOf(series, 'round trip ms', 58, 900, 16)).toEqual([58, 59]);
});

it('makes steps longer when there are many, and keeps shares, rates and highest values', () => {
  const series = new CallSeries();
  for (let second = 0; second < 4000; second++) series.sample('PC_0', sample(second, 20));
  const { step } = series.window(series.groups('PC_0'), START, START + 1000, 1);
  expect(step).toBe(2000);
  expect(valuesOf(series, 'lost %', 0, 7, 4)).toEqual([20, 20, 20, 20]);
  expect(valuesOf(series, 'received kbit/s', 0, 7, 4)).toEqual([40, 40, 40, 40]);
  expect(valuesOf(series, 'round trip ms', 0, 7, 4)).toEqual([1, 3, 5, 7]);
});

it('leaves out samples of a clock that was set, and says so', () => {
  const series = new CallSeries();
  series.sample('PC_0', sample(0));
  expect(series.isIncomplete).toBe(false);
  series.sample('PC_0', sample(1e9));
  series.sample('PC_0', sample(-5));
  series.sample('PC_0', sample(Number.NaN));
  expect(series.isIncomplete).toBe(true);
  expect(valuesOf(series, 'round trip ms', 0, 1e9, 16)).toEqual([0]);
});
