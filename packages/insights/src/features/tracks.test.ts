import { describe, expect, it } from 'vitest';
import { connectionOf, START, stats } from './testing/made-events.ts';

type Event = readonly [method: string, value: unknown, ...rest: unknown[]];
const tracks = (...events: Event[]) => connectionOf(events).tracks;
const names = (...events: Event[]): string[] => tracks(...events).map(({ direction, id }) => `${direction} ${id}`);
const list = (id: string, kind = 'video'): string[] => [kind, id, 'label', 'stream'];
const getStats = (reports: Parameters<typeof stats>[0], delta = 1000): Event => ['getStats', stats(reports), delta];

describe('the tracks of a connection', () => {
  it('come from calls and events, in order', () => {
    expect(
      names(
        ['addTrack', list('a'), 1],
        ['addTrack', list('a'), 1],
        ['ontrack', list('a'), 1],
        ['ontrack', list('a'), 1],
        ['addTransceiver', [list('b'), {}], 1],
        ['addTransceiver', ['audio', {}], 1],
        ['replaceTrack', [list('a'), list('c')], 1],
        ['replaceTrack', [null, list('a')], 1],
        ['replaceTrack', [list('a'), null], 1],
        ['addTrack', null, 1],
      ),
    ).toEqual(['outbound a', 'outbound a', 'inbound a', 'outbound b', 'outbound c']);
  });

  it('are the same in the forms of Chromium, in which a call is in two events', () => {
    const added = (reason: string, sender: string | null, receiver: string): Event => [
      'transceiverAdded',
      { kind: 'video', reason, sender: { track: sender }, receiver: { track: receiver }, currentDirection: null },
      1,
    ];
    const modified = (currentDirection: string): Event => [
      'transceiverModified',
      { kind: 'video', receiver: { track: 'r2' }, currentDirection },
      1,
    ];
    expect(
      names(
        added('addTrack', 'a', 'r'),
        ['addTrack', { kind: 'video', id: 'a', streams: [] }, 1],
        added('addTransceiver', 'b', 'r'),
        ['addTransceiver', { kind: 'video', track: 'b', direction: 'sendrecv' }, 1],
        ['addTransceiver', { kind: 'video', track: null, direction: 'recvonly' }, 1],
        ['ontrack', { kind: 'video', id: 'r1', streams: [] }, 1],
        added('setRemoteDescription', null, 'r1'),
        modified('inactive'),
        modified('recvonly'),
      ),
    ).toEqual(['outbound a', 'outbound b', 'inbound r1', 'inbound r2']);
  });

  it('get the first statistics that lead to them, for good', () => {
    const [first, second] = tracks(
      ['addTrack', list('a'), 1],
      getStats({
        M: { type: 'media-source', trackIdentifier: 'a' },
        1: { type: 'outbound-rtp', mediaSourceId: 'M', rid: 'l' },
        2: { type: 'outbound-rtp', mediaSourceId: 'M', rid: 'h' },
      }),
      ['replaceTrack', [list('a'), list('b')], 1],
      getStats({ M: { trackIdentifier: 'b' }, 2: null }),
    );
    expect(first).toMatchObject({ id: 'a', rid: 'l', duration: 2001 });
    expect(second).toMatchObject({ id: 'b', duration: 0 });
  });

  it('keep the values of statistics that are gone, and of those before the track was known', () => {
    const [track] = tracks(
      getStats({
        C: { type: 'codec', mimeType: 'video/VP8' },
        1: { type: 'inbound-rtp', codecId: 'C', framesDecoded: 1 },
      }),
      ['ontrack', list('a'), 1],
      getStats({ C: null, 1: { trackIdentifier: 'a', framesDecoded: 7 } }),
      getStats({ 1: null }),
    );
    expect(track).toMatchObject({ codecMimeType: 'video/VP8', codecSdpFmtpLine: '', frameCount: 7, duration: 1000 });
  });
});

describe('features of received tracks', () => {
  it('have means and shares, but none with a divisor of 0', () => {
    const audio = {
      type: 'inbound-rtp',
      trackIdentifier: 'a',
      totalSamplesReceived: 1000,
      concealedSamples: 10,
      insertedSamplesForDeceleration: 20,
      jitterBufferDelay: 5,
      jitterBufferEmittedCount: 100,
      totalProcessingDelay: 8,
      framesDecoded: 0,
      totalDecodeTime: 0,
    };
    const [track] = tracks(['ontrack', list('a', 'audio'), 1], getStats({ 1: audio }));
    expect(track).toMatchObject({
      concealmentPercentage: 0.01,
      decelerationPercentage: 0.02,
      averageJitterBufferDelay: 0.05,
      averageProcessingDelay: 0.08,
    });
    for (const name of ['averageDecodeTime', 'accelerationPercentage', 'hasNullVideoDecoder', 'rid']) {
      expect(track).not.toHaveProperty(name);
    }
  });

  it('have the sizes of frames; of two that are equally frequent, the smaller', () => {
    const size = (frameWidth: number, frameHeight: number): Event => getStats({ 1: { frameWidth, frameHeight } });
    const [track] = tracks(
      ['ontrack', list('a'), 1],
      getStats({ 1: { type: 'inbound-rtp', trackIdentifier: 'a', frameWidth: 0, frameHeight: 0 } }),
      size(640, 360),
      size(320, 180),
      size(320, 360),
      size(640, 0),
      getStats({ 1: { frameWidth: 640, frameHeight: 360, decoderImplementation: 'NullVideoDecoder' } }),
    );
    expect(track).toMatchObject({ minWidth: 320, maxWidth: 640, commonWidth: 320, minHeight: 180, commonHeight: 360 });
    expect(track).toMatchObject({ hasNullVideoDecoder: true });
  });

  it('have the time to the first media, unless it was there before', () => {
    const time = (...events: Event[]) => tracks(...events)[0]?.timeToFirstFrame;
    const unmuted: Event = ['MediaStreamTrack.onunmute', 'a', 2.5];
    expect(time(['ontrack', list('a'), 1], unmuted, unmuted)).toBe(2);
    expect(time(unmuted, ['ontrack', list('a'), 1], unmuted)).toBeUndefined();
    expect(time(['addTrack', list('a'), 1], unmuted)).toBeUndefined();
  });

  it.each([
    [[3000, 4000, 5000], true],
    [[4000, 2999, 4000], false],
    [[4000, 5001, 4000, 4000], false],
    [[4000, 4000], undefined],
  ])('tell periodic flushes: %j', (gaps, expected) => {
    const flush = (delta: number, index: number): Event => getStats({ 1: { jitterBufferFlushes: index + 1 } }, delta);
    const [track] = tracks(
      ['ontrack', list('a', 'audio'), 1],
      getStats({ 1: { type: 'inbound-rtp', trackIdentifier: 'a', jitterBufferFlushes: 0 } }),
      ...gaps.map(flush),
    );
    expect(track?.hasPeriodicJitterBufferFlushes).toBe(expected);
  });
});

describe('features of sent tracks', () => {
  const outbound = { type: 'outbound-rtp', mediaSourceId: 'M' };
  const source = { type: 'media-source', trackIdentifier: 'a' };

  it('have shares of the time that quality was limited, from durations sent in parts', () => {
    const durations = { none: 1, cpu: 0, bandwidth: 0, other: 0 };
    const limited = (qualityLimitationDurations: object): Event => getStats({ 1: { qualityLimitationDurations } });
    const begin = getStats({ M: source, 1: { ...outbound, qualityLimitationDurations: durations } });
    const [track] = tracks(['addTrack', list('a'), 1], begin, limited({ cpu: 2 }), limited({ bandwidth: 1 }));
    expect(track).toMatchObject({
      cpuQualityLimitationPercentage: 0.5,
      bandwidthQualityLimitationPercentage: 0.25,
      otherQualityLimitationPercentage: 0,
    });
    const [idle] = tracks(['addTrack', list('a'), 1], begin, limited({ none: 0 }));
    expect(idle).not.toHaveProperty('cpuQualityLimitationPercentage');
  });

  it('have what the remote peer reported while the stream was there', () => {
    const remote = { type: 'remote-inbound-rtp', packetsReceivedWithEct1: 5, packetsReceivedWithCe: 1 };
    const [track] = tracks(
      ['addTrack', list('a'), 1],
      getStats({
        M: source,
        1: { ...outbound, remoteId: 'R', psnrMeasurements: 2, psnrSum: { y: 80, u: 81 } },
        R: remote,
      }),
      getStats({ 1: null, R: { packetsReceivedWithEct1: 9 } }),
    );
    expect(track).toMatchObject({ packetsReceivedWithEct1: 5, packetsReceivedWithCe: 1, psnrSumY: 80, psnrSumU: 81 });
    expect(track).not.toHaveProperty('packetsWithBleachedEct1Marking');
    expect(track?.startTime).toBe(START + 1);
  });
});
