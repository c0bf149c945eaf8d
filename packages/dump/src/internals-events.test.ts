import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { DumpEvent } from './event.ts';
import { type InternalsDump, readInternalsDump } from './internals.ts';
import { internalsEvents, internalsMetadata } from './internals-events.ts';
import { internalsPeriod } from './internals-times.ts';
import { openEvents } from './open-events.ts';
import { DumpReader } from './reader.ts';
import { StatsDecompressor, type StatsReports } from './stats.ts';

const recordings = new URL('../../../test/recordings/', import.meta.url);
const START = Date.UTC(2026, 2, 1, 10);

function recorded(name: string): Promise<Buffer> {
  return readFile(new URL(name, recordings));
}

function eventsOf(dump: object): DumpEvent[] {
  return [...internalsEvents({ PeerConnections: {}, ...dump } as InternalsDump)];
}

function brief({ method, scope, value, extra, time }: DumpEvent): unknown[] {
  return [method, scope, value, ...extra, time - START];
}

/** One connection with these updates; numbers are milliseconds after START. */
function withUpdates(...updates: [type: string, value: string, time: number][]): object {
  const updateLog = updates.map(([type, value, time]) => ({ type, value, timestamp: START + time }));
  return { PeerConnections: { '8-1': { updateLog } } };
}

describe('the recorded dump', () => {
  it('has the same negotiation, at the same times, as the rtcstats dump of the same call', async () => {
    const internals = eventsOf(await readInternalsDump(await recorded('chromium-loopback.webrtc_internals_dump.gz')));
    const messages = await recorded('chromium-loopback.raw');
    const rtcstats: DumpEvent[] = [];
    for await (const event of await DumpReader.open(`RTCStatsDump\n{"fileFormat":3}\n${messages}`))
      rtcstats.push(event);

    const scopes: Record<string, string> = { '8-1': 'PC_0', '8-2': 'PC_1' };
    const states = /^on[a-z]{4,20}statechange$|^onicecandidateerror$|^create(Offer|Answer)?$/;
    const one = internals.filter(({ method }) => states.test(method));
    const other = rtcstats.filter(({ method, scope }) => states.test(method) && scope !== null);
    for (const scope of ['PC_0', 'PC_1']) {
      const mine = one.filter((event) => scopes[event.scope!] === scope);
      const theirs = other.filter((event) => event.scope === scope);
      expect(mine.map(({ method }) => method)).toEqual(theirs.map(({ method }) => method));
      for (const [index, { method, value, time }] of mine.entries()) {
        if (method.endsWith('statechange')) expect(value).toBe(theirs[index]!.value);
        expect(Math.abs(time - theirs[index]!.time)).toBeLessThan(100);
      }
    }
  });

  it('has the statistics of the dump at its end, and of the right moments', async () => {
    const dump = await readInternalsDump(await recorded('chromium-loopback.webrtc_internals_dump.gz'));
    const decompressor = new StatsDecompressor();
    let last: StatsReports = new Map();
    const sent: [number, unknown][] = [];
    for (const { method, scope, value, time } of eventsOf(dump)) {
      if (method !== 'getStats' || scope !== '8-1') continue;
      last = decompressor.decompress(scope, value);
      sent.push([time, last.get('OT01A4172672344')?.['bytesSent']]);
    }
    const stats = dump.PeerConnections['8-1']!.stats!;
    const times = JSON.parse(stats['OT01A4172672344-timestamp']!.values) as number[];
    const bytes = JSON.parse(stats['OT01A4172672344-bytesSent']!.values) as number[];
    expect(sent).toEqual(times.map((time, index) => [time, bytes[index]]));
    // Every report that lasted to the end is there with all its last values, and no other.
    const end = Date.parse(stats['OT01A4172672344-active']!.endTime);
    for (const [key, { endTime, values, statsType }] of Object.entries(stats)) {
      const [id, property] = [key.slice(0, key.lastIndexOf('-')), key.slice(key.lastIndexOf('-') + 1)];
      if (statsType.startsWith('remote-') && statsType.endsWith('-rtp')) continue;
      if (property.startsWith('[') || property === 'timestamp') continue;
      if (Date.parse(endTime) < end - 2000) continue;
      expect([key, last.get(id)?.[property]]).toEqual([key, (JSON.parse(values) as unknown[]).at(-1)]);
      expect(last.get(id)?.type).toBe(statsType);
    }
    expect(last.has('CPXcxww5Hg_v6hCeFgc')).toBe(false);
  });

  it('is in order, with the times and positions of its events', async () => {
    const events = eventsOf(await readInternalsDump(await recorded('chromium-loopback.webrtc_internals_dump.txt')));
    expect(events.map(({ line }) => line)).toEqual(events.map((_, index) => index + 1));
    for (const [index, { time }] of events.entries()) {
      if (index > 0) expect(time).toBeGreaterThanOrEqual(events[index - 1]!.time);
    }
    expect(events[0]).toMatchObject({ method: 'navigator.mediaDevices.getUserMedia', scope: null });
  });

  it('says when the call was, and which browser made it', async () => {
    const dump = await readInternalsDump(await recorded('chromium-loopback.webrtc_internals_dump.gz'));
    expect(internalsPeriod(dump)).toEqual({ start: 1795365768188.327, end: Date.parse('2026-11-22T16:43:21.469Z') });
    expect(internalsMetadata(dump)).toMatchObject({
      userAgent: expect.stringContaining('Chrome/156'),
      origin: 'https://meet.example.com',
      startTime: 1795365768188.327,
    });
  });
});

describe('updates', () => {
  it('have the names and values that rtcstats has', () => {
    const dump = withUpdates(
      ['addTrack', '{"kind":"audio","id":"a1","streams":["s1"]}', 1],
      ['addTransceiver', '{"kind":"video","track":"v1","direction":"sendonly","encodings":[{"rid":"h"}]}', 2],
      ['addTransceiver', '{"kind":"audio","direction":"recvonly"}', 3],
      ['createDataChannel', '{"label":"chat","ordered":true}', 4],
      ['onnegotiationneeded', '', 5],
      ['onsignalingstatechange', '"have-local-offer"', 6],
      ['onicecandidateerror', '{"error_code":701,"host_candidate":"x"}', 7],
      ['addIceCandidateFailed', '{"candidate":""}', 8],
      ['ondatachannel', '{"label":"chat","ordered":true}', 9],
      ['setRemoteDescription', 'null', 10],
      ['close', '', 11],
    );
    const getUserMedia = [
      {
        pid: 1,
        rid: 2,
        request_id: 0,
        audio: '',
        video: '{"width":640}',
        timestamp: START,
        request_type: 'getDisplayMedia',
      },
      {
        pid: 1,
        rid: 2,
        request_id: 0,
        stream_id: 's1',
        audio_track_info: '{"id":"a1","label":"Mic"}',
        timestamp: START,
        request_type: 'getDisplayMedia',
      },
      { pid: 1, rid: 2, request_id: 1, error: 'NotFoundError', error_message: 'none', timestamp: START },
    ];
    expect(eventsOf({ ...dump, getUserMedia }).map(brief)).toEqual([
      ['navigator.mediaDevices.getDisplayMedia', null, { audio: true, video: { width: 640 } }, '1-2-0', 0],
      ['navigator.mediaDevices.getDisplayMediaOnSuccess', null, [['audio', 'a1', 'Mic', 's1']], '1-2-0', 0],
      ['navigator.mediaDevices.getUserMediaOnFailure', null, 'NotFoundError: none', '1-2-1', 0],
      ['create', '8-1', null, 1],
      ['addTrack', '8-1', ['audio', 'a1', 'Mic', 's1'], 1],
      ['addTransceiver', '8-1', [['video', 'v1', ''], { direction: 'sendonly', sendEncodings: [{ rid: 'h' }] }], 2],
      ['addTransceiver', '8-1', ['audio', { direction: 'recvonly' }], 3],
      ['createDataChannel', '8-1', ['chat', { ordered: true }], 4],
      ['onnegotiationneeded', '8-1', null, 5],
      ['onsignalingstatechange', '8-1', 'have-local-offer', 6],
      ['onicecandidateerror', '8-1', { errorCode: 701, hostCandidate: 'x' }, 7],
      ['addIceCandidateOnFailure', '8-1', { candidate: '' }, 8],
      ['ondatachannel', '8-1', [null, 'chat'], 9],
      ['setRemoteDescription', '8-1', null, 10],
      ['close', '8-1', null, 11],
    ]);
  });

  it('are read in the text format of earlier versions of Chromium', () => {
    const dump = withUpdates(
      ['setLocalDescription', 'type: offer, sdp: v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n', 1],
      ['icecandidate', 'sdpMid: 0, sdpMLineIndex: 0, candidate: candidate:1 1 udp 2 192.0.2.1 9 typ host, url: x', 2],
      ['signalingstatechange', 'have-local-offer', 3],
      ['iceConnectionStateChange', 'ICEConnectionStateChecking', 4],
      ['signalingStateChange', 'SignalingStateHaveRemoteOffer', 5],
      ['stop', '', 6],
    );
    expect(eventsOf(dump).slice(1).map(brief)).toEqual([
      ['setLocalDescription', '8-1', { type: 'offer', sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n' }, 1],
      [
        'onicecandidate',
        '8-1',
        { candidate: 'candidate:1 1 udp 2 192.0.2.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 },
        2,
      ],
      ['onsignalingstatechange', '8-1', 'have-local-offer', 3],
      ['oniceconnectionstatechange', '8-1', 'checking', 4],
      ['onsignalingstatechange', '8-1', 'have-remote-offer', 5],
      ['close', '8-1', null, 6],
    ]);
  });
});

it.each([
  ['nothing', {}],
  ['empty connections', { PeerConnections: { a: {}, b: { updateLog: [], stats: {} } } }],
  [
    'values of other types',
    {
      PeerConnections: { a: { updateLog: 'x', stats: [1] }, b: { updateLog: [1, null], rtcConfiguration: 5 } },
      getUserMedia: { a: 1 },
    },
  ],
  [
    'broken series',
    {
      PeerConnections: {
        a: {
          stats: {
            'x-y': { startTime: 'never', endTime: 1, values: '[1' },
            z: 1,
            'q-r': { startTime: '2026-01-01T00:00:00Z', endTime: '2026-01-01T00:00:00Z', values: '{' },
          },
        },
      },
    },
  ],
  [
    'a property called __proto__',
    {
      PeerConnections: {
        a: {
          stats: {
            '__proto__-__proto__': {
              startTime: '2026-01-01T00:00:00Z',
              endTime: '2026-01-01T00:00:00Z',
              values: '[{"a":1}]',
            },
          },
        },
      },
    },
  ],
])('makes something of a dump with %s', (_, dump) => {
  expect(eventsOf(dump).every(({ time }) => Number.isFinite(time))).toBe(true);
  expect({}).not.toHaveProperty('a');
});

it('opens both kinds of dumps, plain or gzipped, and says which one it is', async () => {
  const kinds: string[] = [];
  for (const name of ['chromium-loopback.rtcstats_dump.gz', 'chromium-loopback.webrtc_internals_dump.gz']) {
    const bytes = await recorded(name);
    for (const source of [bytes, gunzipSync(bytes)]) {
      const reader = await openEvents(source);
      let count = 0;
      for await (const event of reader) count += Number(event.method === 'getStats');
      expect(count).toBeGreaterThan(50);
      kinds.push(reader.kind);
    }
  }
  expect(kinds).toEqual(['dump', 'dump', 'webrtc-internals', 'webrtc-internals']);
});

it('refuses other files like the reader of dumps', async () => {
  await expect(openEvents('hello')).rejects.toMatchObject({ code: 'DUMP_NOT_A_DUMP' });
  await expect(openEvents('<html>about:webrtc')).rejects.toThrow(/about:webrtc, which cannot be read/);
  await expect(openEvents('{"PeerConnections":{"1":{')).rejects.toMatchObject({ code: 'DUMP_TRUNCATED' });
});
