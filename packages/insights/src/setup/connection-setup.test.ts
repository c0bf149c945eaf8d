import type { DumpEvent } from '@rtcstats-server/dump';
import { describe, expect, it } from 'vitest';
import { ConnectionFacts } from './connection-facts.ts';
import { connectionSetup } from './connection-setup.ts';
import { iceServersOf } from './ice-servers.ts';
import { mediaSections } from './media-sections.ts';

type Step = readonly [at: number, method: string, value?: unknown, ...extra: unknown[]];

function factsOf(steps: readonly Step[]): ConnectionFacts {
  const facts = new ConnectionFacts('PC_0', steps[0]?.[0] ?? 0);
  for (const [time, method, value = null, ...extra] of steps) {
    facts.add({ method, methodCode: method, scope: 'PC_0', value, extra, delta: 0, time, line: 1 } as DumpEvent);
  }
  return facts;
}

const sdp = (...sections: string[]): string => ['v=0', ...sections].join('\r\n');
const audio = (direction = 'sendrecv', port = 9): string =>
  `m=audio ${port} UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=${direction}\r\na=msid:stream track\r\na=rtpmap:111 opus/48000/2`;

const negotiated = (answer = sdp(audio())): Step[] => [
  [100, 'setLocalDescription', { type: 'offer', sdp: sdp(audio()) }, '6-0'],
  [101, 'onsignalingstatechange', 'have-local-offer'],
  [102, 'setLocalDescriptionOnSuccess', null, '6-0'],
  [300, 'setRemoteDescription', { type: 'answer', sdp: answer }, '8-0'],
  [301, 'setRemoteDescriptionOnSuccess', null, '8-0'],
  [302, 'onsignalingstatechange', 'stable'],
];
const host: Step = [110, 'onicecandidate', { candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host' }];
const remote: Step = [310, 'addIceCandidate', { candidate: 'candidate:1 1 udp 1 10.0.0.2 9 typ host' }];
const relay: Step = [120, 'onicecandidate', { candidate: 'candidate:1 1 udp 1 10.0.0.9 9 typ relay raddr 0.0.0.0' }];
const checking: Step = [320, 'oniceconnectionstatechange', 'checking'];
const failed: Step = [16_000, 'onconnectionstatechange', 'failed'];
const turn: Step = [50, 'create', { iceServers: [{ urls: ['turn:t.example.org'] }] }];

describe('the setup of a connection', () => {
  it('is measured step by step', () => {
    const setup = connectionSetup(
      factsOf([
        [50, 'create', {}],
        ...negotiated(),
        [105, 'onicegatheringstatechange', 'gathering'],
        [205, 'onicegatheringstatechange', 'complete'],
        checking,
        [420, 'oniceconnectionstatechange', 'connected'],
        [450, 'onconnectionstatechange', 'connected'],
      ]),
    );
    expect(setup).toMatchObject({
      connected: true,
      failure: undefined,
      gathering: 100,
      signaling: 201,
      ice: 100,
      dtls: 30,
      total: undefined,
    });
  });

  it.each<[string, readonly Step[]]>([
    ['not-attempted', [[50, 'create', {}]]],
    [
      'offer-not-answered',
      [
        [100, 'createOffer'],
        [30_000, 'close'],
      ],
    ],
    ['media-rejected', [...negotiated(sdp(audio('inactive', 0))), [20_000, 'close']]],
    ['closed-early', [...negotiated(), host, remote, checking, [2000, 'close']]],
    ['no-local-candidates', [...negotiated(), remote, [20_000, 'close']]],
    ['no-remote-candidates', [...negotiated(), host, [20_000, 'close']]],
    ['turn-missing', [...negotiated(), host, remote, checking, failed]],
    ['turn-unreachable', [turn, ...negotiated(), host, remote, checking, failed]],
    ['udp-blocked', [turn, ...negotiated(), host, relay, remote, checking, failed]],
    [
      'dtls-failed',
      [
        ...negotiated(),
        host,
        remote,
        checking,
        [330, 'onconnectionstatechange', 'connecting'],
        [400, 'oniceconnectionstatechange', 'connected'],
        [20_000, 'close'],
      ],
    ],
  ])('failed because of %s', (failure, steps) => {
    expect(connectionSetup(factsOf(steps))).toMatchObject({ connected: false, failure });
  });

  it('counts the candidates in the description of a media server', () => {
    const answer = sdp(`${audio()}\r\na=candidate:1 1 udp 1 10.0.0.2 9 typ host`);
    const facts = factsOf([...negotiated(answer), host, checking, failed]);
    expect(facts.remoteCandidates).toBe(1);
    expect(connectionSetup(facts).failure).toBe('turn-missing');
  });

  it('names the code of a TURN server that refused', () => {
    const refused: Step = [200, 'onicecandidateerror', { url: 'turn:t.example.org', errorCode: 401 }];
    const setup = connectionSetup(factsOf([turn, ...negotiated(), host, refused, remote, checking, failed]));
    expect(setup).toMatchObject({ failure: 'turn-refused', turnErrorCode: 401 });
  });

  it('takes ICE for the connection in browsers without connectionState', () => {
    const steps: Step[] = [
      ...negotiated(),
      checking,
      [400, 'oniceconnectionstatechange', 'completed'],
      [40_000, 'close'],
    ];
    expect(connectionSetup(factsOf(steps))).toMatchObject({ connected: true, dtls: 0 });
  });
});

describe('negotiation', () => {
  it.each([
    ['sendrecv', true, true],
    ['recvonly', true, false],
    ['sendonly', false, true],
    ['inactive', false, false],
  ])('with an answer %s sends %s and receives %s', (direction, sends, receives) => {
    const [section] = factsOf(negotiated(sdp(audio(direction)))).negotiation.sections;
    expect(section).toMatchObject({ kind: 'audio', mid: '0', sends, receives, isRejected: false });
  });

  it('does not take a section that is stopped later for a rejected one', () => {
    const facts = factsOf([
      ...negotiated(),
      [500, 'setLocalDescription', { type: 'offer', sdp: sdp(audio('inactive', 0)) }, '6-1'],
      [501, 'setLocalDescriptionOnSuccess', null, '6-1'],
      [502, 'setRemoteDescription', { type: 'answer', sdp: sdp(audio('inactive', 0)) }, '8-1'],
      [503, 'setRemoteDescriptionOnSuccess', null, '8-1'],
    ]);
    expect(facts.negotiation.sections[0]).toMatchObject({ isRejected: false, sends: false, receives: false });
  });

  it('follows tracks that are added, replaced and removed', () => {
    const facts = factsOf([
      [1, 'addTrack', ['audio', 'a1', 'label', 's1']],
      [2, 'addTrackOnSuccess', null, 'sender-1'],
      [3, 'addTransceiver', [['video', 'v1', 'label'], {}]],
      [
        4,
        'replaceTrack',
        [
          ['video', 'v1'],
          ['video', 'v2'],
        ],
        'sender-2',
      ],
      [5, 'removeTrack', 'sender-1'],
    ]);
    expect(Array.from(facts.localTracks)).toEqual([['v2', 'video']]);
  });
});

describe('media sections', () => {
  it('are read with their direction, stream and codecs', () => {
    const text = `${sdp(audio('recvonly'))}\r\nm=video 0 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\na=msid:- t\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\n`;
    expect(mediaSections(text)).toEqual([
      {
        kind: 'audio',
        mid: '0',
        isPortZero: false,
        sends: false,
        receives: true,
        hasStream: true,
        candidates: 0,
        codecs: ['opus'],
      },
      {
        kind: 'video',
        mid: '1',
        isPortZero: true,
        sends: true,
        receives: true,
        hasStream: false,
        candidates: 0,
        codecs: ['vp8'],
      },
    ]);
  });

  it('are empty where the dump left them out, and limited in number', () => {
    expect(mediaSections('v=\r\nm=\r\n')).toMatchObject([{ kind: '', isPortZero: false }]);
    expect(mediaSections(`v=0\r\n${'m=audio 9 x\r\n'.repeat(10_000)}`).length).toBeLessThanOrEqual(256);
  });
});

describe('ICE servers', () => {
  it.each([
    [{ iceServers: [{ urls: 'stun:a' }, { urls: ['turns:b', 'turn:c'] }] }, true, true],
    [{ iceServers: [{ url: 'TURN:old' }] }, false, true],
    [{ iceServers: 'x' }, false, false],
    [null, false, false],
  ])('of %j', (configuration, hasStun, hasTurn) => {
    expect(iceServersOf(configuration)).toEqual({ hasStun, hasTurn, isRelayOnly: false });
  });
});
