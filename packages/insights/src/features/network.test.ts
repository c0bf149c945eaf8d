import { describe, expect, it } from 'vitest';
import { connectionOf, START, stats } from './testing/made-events.ts';

type Event = readonly [method: string, value: unknown, ...rest: unknown[]];
const connection = (...events: Event[]): object => connectionOf(events).connection;

const PAIR = {
  T1: { type: 'transport', selectedCandidatePairId: 'P1', bytesSent: 0, bytesReceived: 0 },
  P1: {
    type: 'candidate-pair',
    localCandidateId: 'L',
    remoteCandidateId: 'R',
    totalRoundTripTime: 1,
    responsesReceived: 4,
  },
  L: {
    type: 'local-candidate',
    address: '192.0.2.1',
    candidateType: 'host',
    priority: (126 << 24) + 5,
    protocol: 'udp',
  },
  R: { type: 'remote-candidate', address: '', candidateType: 'prflx' },
};

describe('features of the network of a connection', () => {
  it('have the first pair that was in use once the connection was connected', () => {
    const features = connection(
      ['getStats', stats({ ...PAIR, L: { ...PAIR.L, address: '192.0.2.9' } }), 1],
      ['onconnectionstatechange', 'connected', 1],
      ['getStats', stats({ L: { address: '192.0.2.1' } }), 1],
      ['getStats', stats({ L: { address: '192.0.2.2' } }), 1],
    );
    expect(features).toMatchObject({
      firstCandidatePairLocalAddress: '192.0.2.1',
      firstCandidatePairLocalType: 'host',
      firstCandidatePairLocalTypePreference: 126,
      firstCandidatePairLocalProtocol: 'udp',
      firstCandidatePairRemoteAddress: '',
      firstCandidatePairRemoteType: 'prflx',
    });
  });

  it('leave out only what a missing candidate would tell', () => {
    const features = connection(
      ['onconnectionstatechange', 'connected', 1],
      ['getStats', stats({ ...PAIR, L: null }), 1],
    );
    expect(features).toMatchObject({ firstCandidatePairRemoteType: 'prflx' });
    expect(features).not.toHaveProperty('firstCandidatePairLocalTypePreference');
  });

  it('have the round-trip time over all pairs in use, each with its last values', () => {
    const second = { ...PAIR.P1, totalRoundTripTime: 3, responsesReceived: 2 };
    const features = connection(
      ['getStats', stats(PAIR), 1],
      ['getStats', stats({ P1: { totalRoundTripTime: 2, responsesReceived: 8 } }), 1],
      ['getStats', stats({ T1: { selectedCandidatePairId: 'P2' }, P2: second }), 1],
    );
    expect(features).toMatchObject({ averageStunRoundTripTime: 0.5 });
    const none = connection(['getStats', stats({ ...PAIR, P1: { ...PAIR.P1, responsesReceived: 0 } }), 1]);
    expect(none).not.toHaveProperty('averageStunRoundTripTime');
  });

  it('have bitrates from the first sample with bytes in both directions', () => {
    const bytes = (bytesSent: number, bytesReceived: number): Event => [
      'getStats',
      stats({ T1: { bytesSent, bytesReceived } }),
      1000,
    ];
    const samples = [bytes(50, 0), bytes(100, 10), bytes(600, 10), bytes(1100, 260)];
    expect(connection(['getStats', stats(PAIR), 1], ...samples)).toMatchObject({
      averageOutboundBitrate: 4000,
      averageInboundBitrate: 1000,
    });
    expect(connection(['getStats', stats(PAIR), 1], bytes(100, 10))).not.toHaveProperty('averageOutboundBitrate');
  });

  it('take the first transport in the order of whole numbers, even if it came later', () => {
    const transport = (dtlsRole: string) => ({ type: 'transport', tlsVersion: 'FEFD', dtlsRole, srtpCipher: 'x' });
    const features = connection(['getStats', stats({ 7: transport('client') }), 1]);
    expect(features).toMatchObject({ dtlsRole: 'client', dtlsVersion: 'FEFD', srtpCipher: 'x' });
    const reordered = connection(
      ['getStats', stats({ 7: { type: 'transport' } }), 1],
      ['getStats', stats({ 5: transport('server'), 7: transport('client') }), 1],
    );
    expect(reordered).toMatchObject({ dtlsRole: 'server' });
  });

  it('compare the clocks at the first statistics that have a timestamp', () => {
    const peer = { 1: { type: 'peer-connection' } };
    const features = connection(
      ['getStats', stats(peer), 10],
      ['getStats', stats({}, START + 5.4), 10],
      ['getStats', stats({}, START), 10],
    );
    expect(features).toMatchObject({ clockSkew: 15 });
    const own = stats({ 1: { ...peer[1], timestamp: START + 8 } }, START);
    expect(connection(['getStats', own, 10])).toMatchObject({ clockSkew: 2 });
  });

  it('are absent after statistics that failed or are of another type', () => {
    const features = connection(
      ['getStats', null, 1],
      ['getStats', 'InvalidStateError', 1],
      ['getStats', { T: 5, X: { type: {} }, Y: { type: 'transport', selectedCandidatePairId: 7 }, Z: null }, 1],
    );
    expect(features).toMatchObject({ numberOfEvents: 3, numberOfEventsNotGetStats: 0, statsTruncated: false });
    expect(Object.keys(features).filter((name) => /^(first|average|dtls|clock)/.test(name))).toEqual([]);
  });

  it.each([
    [60_001, 1000, true],
    [60_000, 1000, false],
    [60_001, 999, false],
    [60_001, 1001, false],
  ])('tell that statistics were cut: first sample after %d ms, %d samples', (after, samples, expected) => {
    const more = Array.from({ length: samples - 1 }, (): Event => ['getStats', stats({}), 1000]);
    const features = connection(['create', null, 0], ['getStats', stats({ A: { type: 'codec' } }), after], ...more);
    expect(features).toMatchObject({ statsTruncated: expected });
  });

  it('count the samples of a report that was gone for a while', () => {
    const codec = { A: { type: 'codec' } };
    const samples = (count: number) => Array.from({ length: count }, (): Event => ['getStats', stats({}), 1]);
    const events: Event[] = [['create', null, 0], ['getStats', stats(codec), 70_000], ...samples(499)];
    const gone: Event[] = [['getStats', stats({ A: null }), 1], ...samples(20)];
    const back: Event[] = [['getStats', stats(codec), 1], ...samples(499)];
    expect(connection(...events, ...gone, ...back)).toMatchObject({ statsTruncated: true });
    expect(connection(...events, ...gone)).toMatchObject({ statsTruncated: false });
  });
});

describe('features of locations', () => {
  const candidate = (address: string): object => ({ candidate: `candidate:1 1 udp 1 ${address} 9 typ srflx` });
  const located = (city: string): object => ({ rtcstatsLocation: { continent: 'EU', country: 'AT', city } });

  it('are those of the addresses in the first statistics, before or after the correlation id', () => {
    const features = connection(
      ['onicecandidate', candidate('192.0.2.1'), located('Graz'), 1],
      ['onicecandidate', candidate('192.0.2.1'), located('Linz'), 1],
      ['addIceCandidate', candidate('192.0.2.5'), '8-0', located('Wels'), 1],
      ['getStats', stats({ ...PAIR, R: { ...PAIR.R, address: '192.0.2.5' } }), 1],
      ['onicecandidate', candidate('192.0.2.1'), located('Enns'), 1],
      ['getStats', stats({ L: { address: '192.0.2.2' }, R: { address: '192.0.2.1' } }), 1],
    );
    expect(features).toMatchObject({
      rtcstatsLocationCity: 'Graz',
      rtcstatsPeerLocationCity: 'Wels',
      rtcstatsRelayLocationCity: 'Linz',
      rtcstatsLocationCountry: 'AT',
    });
  });
});

describe('features that need an address, on an anonymized dump', () => {
  const candidate = (address: string, port = 9, type = 'srflx'): object => ({
    candidate: `candidate:1 1 udp 1 ${address} ${port} typ ${type}`,
  });
  const located = (city: string): object => ({ rtcstatsLocation: { continent: 'EU', country: 'AT', city } });
  const group = (letters: string): object => ({ rtcstatsAddressClass: 'public', rtcstatsAddressGroup: letters });

  it('recognize the address by its group', () => {
    const selected = { ...PAIR.L, address: '192.0.2.x', rtcstatsAddressGroup: 'addr-bbbbbbbb' };
    const features = connection(
      ['onicecandidate', candidate('192.0.2.x'), located('Graz'), group('addr-aaaaaaaa'), 1],
      ['onicecandidate', candidate('192.0.2.x'), located('Linz'), group('addr-bbbbbbbb'), 1],
      ['getStats', stats({ ...PAIR, L: selected }), 1],
    );
    expect(features).toMatchObject({ rtcstatsLocationCity: 'Linz' });
  });

  it('recognize a candidate without a group by its port', () => {
    const features = connection(
      ['onicecandidate', candidate('x.x.x.x', 5), located('Graz'), 1],
      ['onicecandidate', candidate('x.x.x.x', 6), located('Linz'), 1],
      ['getStats', stats({ ...PAIR, L: { ...PAIR.L, address: 'x.x.x.x', port: 6 } }), 1],
    );
    expect(features).toMatchObject({ rtcstatsLocationCity: 'Linz' });
  });

  it('know names in `.local` by their class', () => {
    const mdns = { rtcstatsAddressClass: 'mdns' };
    const features = connection(
      ['onicecandidate', candidate('host-0123456789', 9, 'host'), mdns, 1],
      ['addIceCandidate', candidate('host-0123456789', 9, 'host'), '8-0', mdns, 1],
    );
    expect(features).toMatchObject({ gatheredMdnsCandidate: true, addedMdnsCandidate: true });
  });
});
