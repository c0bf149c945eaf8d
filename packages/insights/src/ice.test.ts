import { expect, it } from 'vitest';
import { candidatePairs } from './ice.ts';
import { Recording } from './recording.ts';

it('a candidate with a masked address has the class that was derived from the address', async () => {
  const reports = {
    P: { type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R', state: 'succeeded' },
    L: { type: 'local-candidate', candidateType: 'host', address: '100.64.0.x', rtcstatsAddressClass: 'cgnat' },
    R: { type: 'remote-candidate', candidateType: 'host', address: '203.0.113.5' },
  };
  const recording = new Recording();
  await recording.read(
    `RTCStatsDump\n{"fileFormat":3}\n${JSON.stringify(['getStats', 'PC_0', reports, 1_795_800_000_000])}\n`,
    () => Promise.resolve(),
  );
  const [pair] = candidatePairs(recording.stats('PC_0'));
  expect(pair!.local).toMatchObject({ address: '100.64.0.x', addressClass: 'cgnat' });
  expect(pair!.remote.addressClass).toBeUndefined();
});
