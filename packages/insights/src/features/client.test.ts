import { describe, expect, it } from 'vitest';
import { featuresOf, type Made, START } from './testing/made-events.ts';

const MEDIA = 'navigator.mediaDevices.';
const client = (...made: Made[]): Readonly<Record<string, unknown>> => featuresOf(made).client;

describe('features of the client', () => {
  it('are counts and false for a client that did nothing', () => {
    expect(client(['create', null, {}, 5], ['close', null, 1001, 1000])).toEqual({
      startTime: START + 5,
      duration: 1000,
      enumerateDevicesCount: 0,
      calledGetUserMedia: false,
      calledGetUserMediaAudio: false,
      calledGetUserMediaVideo: false,
      calledGetUserMediaCombined: false,
      getUserMediaErrorCount: 0,
      getUserMediaSuccessCount: 0,
      calledGetDisplayMedia: false,
      calledGetDisplayMediaAudio: false,
      calledGetDisplayMediaVideo: false,
      getDisplayMediaErrorCount: 0,
      getDisplayMediaSuccessCount: 0,
    });
  });

  it('have the members of the first create event, which cannot replace what is computed', () => {
    const create = { deviceMemory: 0.5, custom: 1, startTime: 1, duration: 1, userAgentData: { platform: 'macOS' } };
    const features = client(['create', null, create, 5], ['create', null, { custom: 2 }, 5]);
    expect(features).toMatchObject({ deviceMemory: 0.5, custom: 1, operatingSystem: 'macOS', duration: 5 });
    expect(features['startTime']).toBe(START + 5);
  });

  it('tell calls of getUserMedia apart by what they ask for', () => {
    const features = client(
      [`${MEDIA}getUserMedia`, null, { audio: true }, '60-0', 1],
      [`${MEDIA}getUserMedia`, null, { video: { width: 640 } }, '60-1', 1],
      [`${MEDIA}getUserMediaOnFailure`, null, 'NotAllowedError: first', '60-0', 1],
      [`${MEDIA}getUserMediaOnFailure`, null, 'NotFoundError: second', '60-1', 1],
    );
    expect(features).toMatchObject({
      calledGetUserMediaAudio: true,
      calledGetUserMediaVideo: true,
      calledGetUserMediaCombined: false,
      getUserMediaError: 'NotAllowedError: first',
      getUserMediaErrorCount: 2,
    });
    const combined = client([`${MEDIA}getUserMedia`, null, { audio: true, video: true }, 1]);
    expect(combined['calledGetUserMediaCombined']).toBe(true);
  });

  it('take video as the default of getDisplayMedia, but not audio', () => {
    const call = (value: unknown) => client([`${MEDIA}getDisplayMedia`, null, value, 1]);
    expect(call(null)).toMatchObject({ calledGetDisplayMediaVideo: true, calledGetDisplayMediaAudio: false });
    expect(call({ video: false, audio: true })).toMatchObject({
      calledGetDisplayMediaVideo: false,
      calledGetDisplayMediaAudio: true,
    });
  });

  it('have the first USB id of each kind', () => {
    const tracks = (...list: unknown[]): Made => [`${MEDIA}getUserMediaOnSuccess`, null, list, '60-0', 1];
    const features = client(
      tracks(['audio', 'a', 'Default microphone', 's']),
      tracks(['audio', 'b', 'Headset (0d8c:0014)', 's'], ['video', 'c', 'Camera (Built-in)', 's']),
      tracks(['audio', 'd', 'Other (1234:5678)', 's']),
    );
    expect(features['audioDeviceUsbId']).toBe('0d8c:0014');
    expect(features).not.toHaveProperty('videoDeviceUsbId');
  });

  it('tell that a device ended, and ended early', () => {
    const features = client(
      [
        `${MEDIA}getUserMediaOnSuccess`,
        null,
        [
          ['audio', 'a', 'Microphone'],
          ['video', 'v', 'Camera'],
        ],
        1,
      ],
      ['MediaStreamTrack.onended', null, 'v', 999],
      ['MediaStreamTrack.onended', null, 'a', 1],
      ['MediaStreamTrack.onended', null, 'unknown', 1],
    );
    expect(features).toMatchObject({ audioEnded: true, videoEnded: true, videoShortDuration: true });
    expect(features).not.toHaveProperty('audioShortDuration');
  });

  it('include calls that Chromium itself records with the scope of the page', () => {
    const { client, connections } = featuresOf([[`${MEDIA}getUserMedia`, '8-0', { audio: true }, 'url', 1]]);
    expect(client['calledGetUserMedia']).toBe(true);
    expect(connections).toEqual([]);
  });

  it('have the connection time of the first upload connection', () => {
    const features = client(
      ['websocket', null, { connectionTime: 5 }, 1],
      ['websocket', null, { connectionTime: 9 }, 1],
    );
    expect(features['webSocketConnectionTime']).toBe(5);
  });
});
