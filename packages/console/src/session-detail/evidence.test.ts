import { expect, it } from 'vitest';
import { evidenceText } from './evidence.ts';

it.each([
  [{}, ''],
  [{ maxLossShare: 0.0966, lostPackets: 1540 }, 'max loss 9.66 %, lost packets 1,540'],
  [{ maxRttMs: 712, totalMs: 61_000 }, 'max rtt 712 ms, total 1 min 01 s'],
  [{ maxLevelDbfs: -52.1 }, 'max level -52.1 dBFS'],
  [{ kind: 'audio', durationMs: 'unknown' }, 'kind audio, duration ms unknown'],
])('writes the evidence %j as %j', (evidence, text) => {
  expect(evidenceText(evidence as Readonly<Record<string, number | string>>)).toBe(text);
});
