import { describe, expect, it } from 'vitest';
import { FeatureAccumulator, MAX_CONNECTIONS } from './features.ts';
import { featuresOf, type Made, madeEvents, stats } from './testing/made-events.ts';

const transport = (bytes: number): object =>
  stats({
    T: { type: 'transport', selectedCandidatePairId: 'P', bytesSent: bytes, bytesReceived: bytes },
    P: { type: 'candidate-pair' },
  });

function* calls(count: number): Generator<Made> {
  for (let index = 0; index < count; index++) {
    const scope = `PC_${index}`;
    yield ['create', scope, null, 1];
    yield ['ontrack', scope, ['audio', 'a', ''], 1];
    yield ['getStats', scope, transport(100), 1];
    yield ['getStats', scope, transport(200), 1000];
    yield ['close', scope, null, 1];
  }
}

describe('FeatureAccumulator', () => {
  it('gives nothing but counts for no events', () => {
    expect(new FeatureAccumulator().result()).toMatchObject({
      client: { enumerateDevicesCount: 0 },
      connections: [],
      tracks: [],
    });
  });

  it('has the same features for thousands of closed connections as for one', () => {
    const { connections, tracks } = featuresOf(calls(3000));
    expect(connections.length).toBe(3000);
    expect(tracks.length).toBe(3000);
    for (const { id, startTime, ...features } of connections) {
      expect(features).toMatchObject({ averageInboundBitrate: 800, closed: true, duration: 1003, numberOfEvents: 5 });
    }
  });

  it('takes statistics that come right after close, and counts events long after it', () => {
    const late = featuresOf([...calls(1), ['getStats', 'PC_0', transport(400), 999]]);
    expect(late.connections[0]).toMatchObject({ averageInboundBitrate: 1200, closed: false });
    const later = featuresOf([...calls(100), ['getStats', 'PC_0', transport(400), 1000]]);
    expect(later.connections[0]).toMatchObject({ averageInboundBitrate: 800, numberOfEvents: 6, closed: false });
  });

  it('leaves out connections beyond the limit, and says how many of their events', () => {
    const features = new FeatureAccumulator();
    const made = Array.from({ length: MAX_CONNECTIONS + 3 }, (_, index): Made => ['create', `PC_${index}`, null, 1]);
    for (const event of madeEvents(made)) features.add(event);
    expect(features.result().connections.length).toBe(MAX_CONNECTIONS);
    expect(features.omittedEvents).toBe(3);
  });

  it('can be asked for its result in between', () => {
    const features = new FeatureAccumulator();
    const lengths = [...madeEvents(calls(2))].map((event) => {
      features.add(event);
      return features.result().connections.length;
    });
    expect(lengths).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes %s as a name like any other', (name) => {
    const odd = JSON.parse(`{"${name}": {"type": "transport", "${name}": {"${name}": 1}}}`) as object;
    const { client, connections } = featuresOf([
      ['create', null, odd, 1],
      [name, name, odd, 1],
      ['create', name, odd, 1],
      ['getStats', name, odd, 1],
      ['getStats', name, { [name]: null }, 1],
      ['addTrack', name, [name, name, name], 1],
    ]);
    expect(connections).toMatchObject([{ id: name, numberOfEvents: 5 }]);
    expect(Object.hasOwn(client, name)).toBe(true);
    expect(({} as Record<string, unknown>)['type']).toBeUndefined();
  });

  it('bounds the tracks and reports of a connection', () => {
    const made: Made[] = Array.from({ length: 6000 }, (_, index) => ['addTrack', 'PC_0', ['audio', `${index}`], 1]);
    const reports = Object.fromEntries(made.map((_, index) => [`R${index}`, { type: 'inbound-rtp' }]));
    const { tracks } = featuresOf([...made, ['getStats', 'PC_0', stats(reports), 1]]);
    expect(tracks.length).toBe(5000);
  });
});
