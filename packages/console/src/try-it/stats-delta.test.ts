import { StatsDecompressor } from '@rtcstats-server/dump';
import { expect, it } from 'vitest';
import { StatsDelta } from './stats-delta.ts';

it('produces deltas that the decompressor restores to the same statistics', () => {
  const moments = [
    [
      {
        id: 'O1',
        type: 'outbound-rtp',
        timestamp: 1000,
        bytesSent: 0,
        kind: 'video',
        qualityLimitationDurations: { cpu: 0, none: 1 },
      },
      { id: 'R1', type: 'remote-inbound-rtp', timestamp: 1000, jitter: 0.5 },
    ],
    [
      {
        id: 'O1',
        type: 'outbound-rtp',
        timestamp: 2000,
        bytesSent: 700,
        kind: 'video',
        qualityLimitationDurations: { cpu: 1, none: 1 },
      },
      { id: 'R1', type: 'remote-inbound-rtp', timestamp: 1700, jitter: 0.5 },
    ],
    [
      {
        id: 'O1',
        type: 'outbound-rtp',
        timestamp: 3000,
        bytesSent: 700,
        kind: 'video',
        qualityLimitationDurations: { cpu: 1, none: 2 },
      },
    ],
  ];
  const delta = new StatsDelta();
  const decompressor = new StatsDecompressor();
  const sent = moments.map((reports) => delta.next(reports.map((report) => [report.id, report] as const)));
  for (const [at, value] of sent.entries()) {
    expect([...decompressor.decompress('PC_0', value).values()]).toEqual(moments[at]);
  }
  expect(JSON.stringify(sent[1])).not.toContain('video');
  expect(sent[2]).toMatchObject({ R1: null, t: 3000 });
});
