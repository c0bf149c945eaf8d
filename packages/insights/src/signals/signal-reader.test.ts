import { describe, expect, it } from 'vitest';
import { engineOf, engineOfClient } from './browsers.ts';
import { SignalReader } from './signal-reader.ts';

const START = 1_700_000_000_000;

/** The samples of full values, one per second; times may be given instead. */
function read(rows: readonly Record<string, Record<string, unknown>>[], times?: readonly number[]) {
  const reader = new SignalReader();
  return rows.map((row, index) => {
    const time = times?.[index] ?? START + index * 1000;
    return reader.read({ ...row, t: time }, time)!;
  });
}

const inbound = (values: Record<string, unknown>) => ({ type: 'inbound-rtp', kind: 'audio', ...values });
const outbound = (values: Record<string, unknown>) => ({ type: 'outbound-rtp', kind: 'video', ...values });

describe('SignalReader', () => {
  it('gives rates in bit/s and milliseconds, and nothing at the first sample', () => {
    const [first, second] = read([
      { a: inbound({ bytesReceived: 1000, jitter: 0.02, jitterBufferDelay: 10, jitterBufferEmittedCount: 100 }) },
      { a: inbound({ bytesReceived: 5000, jitter: 0.03, jitterBufferDelay: 20, jitterBufferEmittedCount: 200 }) },
    ]);
    expect(first!.inbound[0]).toMatchObject({ bitrate: undefined, buffer: undefined, jitter: 20 });
    expect(second!.inbound[0]).toMatchObject({ bitrate: 32_000, buffer: 100, jitter: 30 });
  });

  it('does not know the change of a counter that was reset or is missing', () => {
    const [, reset, later] = read([
      { a: inbound({ packetsReceived: 100, packetsLost: 5 }) },
      { a: inbound({ packetsReceived: 10, packetsLost: 3 }) },
      { a: inbound({ packetsReceived: 30, packetsLost: 4 }) },
    ]);
    expect(reset!.inbound[0]).toMatchObject({ packets: undefined, lost: -2 });
    expect(later!.inbound[0]).toMatchObject({ packets: 20, lost: 1 });
    expect(later!.inbound[0]!.audio).toMatchObject({ concealed: undefined, level: undefined });
  });

  it('takes silent concealment off, and converts energy to a level', () => {
    const [, second] = read([
      { a: inbound({ concealedSamples: 0, silentConcealedSamples: 0, totalAudioEnergy: 0, totalSamplesDuration: 0 }) },
      {
        a: inbound({
          concealedSamples: 90,
          silentConcealedSamples: 60,
          totalAudioEnergy: 0.01,
          totalSamplesDuration: 1,
        }),
      },
    ]);
    expect(second!.inbound[0]!.audio!.concealed).toBe(30);
    expect(second!.inbound[0]!.audio!.level).toBeCloseTo(-20);
  });

  it('relates losses in a receiver report to the packets sent since the last one', () => {
    const remote = (values: Record<string, unknown>) => ({ type: 'remote-inbound-rtp', ...values });
    const samples = read([
      { o: outbound({ packetsSent: 100, remoteId: 'r' }), r: remote({ packetsLost: 0, jitter: 0.01 }) },
      { o: outbound({ packetsSent: 150, remoteId: 'r' }) },
      { o: outbound({ packetsSent: 200, remoteId: 'r' }), r: remote({ packetsLost: 10, roundTripTime: 0.25 }) },
    ]);
    expect(samples[1]!.outbound[0]!.remote).toBeUndefined();
    expect(samples[2]!.outbound[0]!.remote).toMatchObject({ lost: 10, expected: 100, rtt: 250 });
  });

  it('finds the source of a Firefox stream, which is not linked to it', () => {
    const [first] = read([{ o: outbound({}), s: { type: 'media-source', kind: 'video', trackIdentifier: '{cam}' } }]);
    expect(first!.outbound[0]!.track).toBe('{cam}');
    const two = { type: 'media-source', kind: 'video', trackIdentifier: 'x' };
    expect(read([{ o: outbound({ mid: '1' }), s: two, u: two }])[0]!.outbound[0]!.track).toBe('1');
  });

  it('reads the selected pair of the transport, and of a browser without transports', () => {
    const pair = (values: Record<string, unknown>) => ({ type: 'candidate-pair', ...values });
    const relay = { type: 'local-candidate', candidateType: 'relay', relayProtocol: 'TCP', protocol: 'udp' };
    const [chromium] = read([
      {
        t1: { type: 'transport', selectedCandidatePairId: 'p2', dtlsState: 'connected' },
        p1: pair({ nominated: true, state: 'succeeded', currentRoundTripTime: 9 }),
        p2: pair({ currentRoundTripTime: 0.05, localCandidateId: 'l' }),
        l: relay,
      },
    ]);
    expect(chromium!.path).toMatchObject({ rtt: 50, localType: 'relay', relayProtocol: 'tcp', dtlsState: 'connected' });
    const [firefox] = read([
      { p1: pair({ selected: false }), p2: pair({ selected: true, currentRoundTripTime: 0.07 }) },
    ]);
    expect(firefox!.path).toMatchObject({ rtt: 70, availableOutgoing: undefined });
  });

  it('repeats no round-trip time that was not measured again', () => {
    const pair = (responses: number) => ({
      p: { type: 'candidate-pair', selected: true, responsesReceived: responses, currentRoundTripTime: 0.05 },
    });
    expect(read([pair(1), pair(1), pair(2)]).map(({ path }) => path!.rtt)).toEqual([50, undefined, 50]);
  });

  it('tells a browser that stood still from a page that was late', () => {
    const rows = (packets: readonly number[]) => packets.map((packetsSent) => ({ o: outbound({ packetsSent }) }));
    const times = [0, 1, 2, 3, 18, 19].map((second) => START + second * 1000);
    const slept = read(rows([0, 50, 100, 150, 200, 250]), times);
    const late = read(rows([0, 50, 100, 150, 900, 950]), times);
    expect(slept.map(({ standstill }) => standstill)).toEqual([false, false, false, false, true, false]);
    expect(late.map(({ gap, standstill }) => gap && !standstill)).toEqual([false, false, false, false, true, false]);
  });

  it('measures with the clock of the statistics when the clock of the client is set', () => {
    const reader = new SignalReader();
    reader.read({ a: inbound({ bytesReceived: 0 }), t: START }, START);
    const sample = reader.read({ a: inbound({ bytesReceived: 1000 }), t: START + 1000 }, START - 3_600_000)!;
    expect(sample.elapsed).toBe(1000);
    expect(sample.inbound[0]!.bitrate).toBe(8000);
  });
});

describe('the engine of a browser', () => {
  it.each([
    [
      'chromium',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    ],
    ['firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'],
    ['safari', 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15'],
    ['unknown', 'curl/8'],
  ])('is %s for %s', (engine, userAgent) => {
    expect(engineOf({ userAgent })).toBe(engine);
  });

  it('is told by client hints if there is no user agent', () => {
    expect(engineOf({})).toBe('unknown');
    expect(engineOfClient({ userAgentData: { brands: [{ brand: 'Chromium', version: '156' }] } })).toBe('chromium');
    expect(engineOfClient(null)).toBe('unknown');
  });
});
