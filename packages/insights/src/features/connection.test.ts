import { describe, expect, it } from 'vitest';
import { connectionOf, START } from './testing/made-events.ts';

type Event = readonly [method: string, value: unknown, ...rest: unknown[]];
const connection = (...events: Event[]): object => connectionOf(events).connection;

describe('features of the states of a connection', () => {
  it('have times from the first occurrence of a state to the first occurrence of the next', () => {
    const features = connection(
      ['create', null, 10],
      ['oniceconnectionstatechange', 'connected', 1],
      ['oniceconnectionstatechange', 'checking', 1],
      ['oniceconnectionstatechange', 'checking', 10],
      ['oniceconnectionstatechange', 'connected', 20],
      ['onconnectionstatechange', '"connecting"', 1],
      ['onconnectionstatechange', '"connected"', 40],
      ['close', null, 100],
    );
    expect(features).toMatchObject({
      startTime: START + 10,
      duration: 173,
      iceConnected: true,
      iceConnectionTime: 30,
      connected: true,
      connectionTime: 40,
      closed: true,
      numberOfEvents: 8,
      numberOfEventsNotGetStats: 8,
    });
  });

  it('do not count an event after close as closed, and take negative durations as they are', () => {
    expect(connection(['close', null, 5], ['onsignalingstatechange', 'closed', -3])).toMatchObject({
      closed: false,
      duration: -3,
    });
  });

  it('tell whether a negotiation was pending at the end', () => {
    const states = (...values: string[]) => connection(...values.map((v): Event => ['onsignalingstatechange', v, 1]));
    expect(states('have-local-offer', 'stable', 'closed')).toMatchObject({
      numberOfNegotiations: 1,
      pendingNegotiationAtEnd: false,
    });
    expect(states('stable', 'have-remote-offer')).toMatchObject({ pendingNegotiationAtEnd: true });
    expect(states('closed')).not.toHaveProperty('pendingNegotiationAtEnd');
  });
});

describe('features of the descriptions of a connection', () => {
  it('have the duration of the first call, by its correlation id', () => {
    const features = connection(
      ['setLocalDescription', { type: 'offer', sdp: '' }, '6-0', 0],
      ['setLocalDescription', { type: 'rollback' }, '6-1', 1],
      ['setLocalDescriptionOnSuccess', null, '6-1', 1],
      ['setLocalDescriptionOnSuccess', null, '6-0', 5],
      ['setRemoteDescription', { type: 'answer', sdp: 'v=0\r\na=ice-lite\r\nm=audio' }, '7-0', 3],
      ['setRemoteDescriptionOnFailure', 'OperationError: x', '7-0', 1],
    );
    expect(features).toMatchObject({
      setLocalDescriptionDelay: 7,
      setLocalDescriptionRole: 'offer',
      signalingDelay: 10,
      setRemoteDescriptionFailure: 'OperationError: x',
      usingIceLite: true,
    });
    expect(features).not.toHaveProperty('setRemoteDescriptionRole');
  });

  it('have no signaling delay on the answering side', () => {
    const features = connection(
      ['setRemoteDescription', { type: 'offer' }, '7-0', 1],
      ['setLocalDescription', { type: 'answer' }, '6-0', 1],
    );
    expect(features).not.toHaveProperty('signalingDelay');
  });

  it('tell whether an ICE restart was answered', () => {
    const restart: Event[] = [
      ['createOffer', { iceRestart: true }, '2-0', 1],
      ['setLocalDescription', { type: 'offer' }, '6-0', 1],
    ];
    const answer: Event = ['setRemoteDescription', { type: 'answer' }, '7-0', 1];
    expect(connection(answer, ...restart)).toMatchObject({
      iceRestart: true,
      iceRestartFollowedBySetRemoteDescription: false,
    });
    expect(connection(...restart, answer)).toMatchObject({ iceRestartFollowedBySetRemoteDescription: true });
    expect(connection(['createOffer', { iceRestart: 1 }, 1])).toMatchObject({ iceRestart: false });
  });
});

describe('features of the configuration of a connection', () => {
  it('tell the kinds of servers', () => {
    const urls = ['turn:a?transport=udp', 'turns:b?transport=tcp', 'turn:c'];
    const features = connection(
      [
        'create',
        { iceServers: [{ urls: 'stun:a' }, { urls }], iceTransportPolicy: 'relay', bundlePolicy: 'balanced' },
        1,
      ],
      ['create', { iceServers: [] }, 1],
    );
    expect(features).toMatchObject({
      configuredIceServers: 2,
      configuredIceTransportPolicy: true,
      configuredIceServersStun: true,
      configuredIceServersTurns: true,
      configuredIceServersTurnUdp: true,
      configuredBundlePolicy: 'balanced',
    });
    expect(features).not.toHaveProperty('configuredIceServersTurnTcp');
  });

  it.each([null, {}, { iceServers: {} }, 'text', []])('are absent for %j', (configuration) => {
    expect(Object.keys(connection(['create', configuration, 1])).filter((name) => /^configured/.test(name))).toEqual(
      [],
    );
  });
});

describe('features of the candidates of a connection', () => {
  const candidate = (text: string, more: object = {}) => ({ candidate: `candidate:${text}`, ...more });

  it('tell which types were added and gathered', () => {
    const features = connection(
      ['onicecandidate', candidate('1 1 udp 1 a.local 9 typ host'), 1],
      ['onicecandidate', candidate('1 1 udp 1 198.51.100.1 9 typ relay'), 1],
      ['onicecandidate', { candidate: '' }, 1],
      ['addIceCandidate', candidate('1 1 tcp 1 192.0.2.1 9 typ srflx tcptype passive'), '8-0', 1],
      ['addIceCandidate', candidate('too short'), '8-1', 1],
      ['addIceCandidate', null, '8-2', 1],
      ['addIceCandidateOnFailure', 'OperationError', '8-1', 1],
    );
    expect(features).toMatchObject({
      gatheredHostCandidate: true,
      gatheredMdnsCandidate: true,
      gatheredTurnCandidate: true,
      gatheredSrflxCandidate: false,
      addedSrflxCandidate: true,
      addedHostCandidate: false,
      addedNullCandidate: true,
      addedConnectableIceTcpCandidate: true,
      addIceCandidateFailure: 'OperationError',
    });
  });

  it.each([
    ['a=candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype passive\r\n', true],
    ['a=candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active\r\na=x: tcptype passive\r\n', false],
  ])('look for passive candidates in remote descriptions: %j', (sdp, expected) => {
    const features = connection(['setRemoteDescription', { type: 'offer', sdp: `v=0\r\n${sdp}` }, 1]);
    expect(features).toMatchObject({ addedConnectableIceTcpCandidate: expected });
  });

  it('have the times of relay candidates in the first gathering', () => {
    const relay = (relayProtocol: string): Event => ['onicecandidate', { candidate: '', relayProtocol }, 10];
    const features = connection(
      ['onicegatheringstatechange', 'gathering', 1],
      relay('udp'),
      relay('udp'),
      relay('tls'),
      ['onicegatheringstatechange', 'complete', 1],
      ['onicegatheringstatechange', 'gathering', 1],
      relay('tcp'),
    );
    expect(features).toMatchObject({ gatheringTimeTurnUdp: 10, gatheringTimeTurnTls: 30 });
    expect(features).not.toHaveProperty('gatheringTimeTurnTcp');
  });
});
