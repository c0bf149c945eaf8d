import { describe, expect, it } from 'vitest';
import { Random } from '../../fuzz/random.ts';
import { type Impairment, kindOfPacket, type PacketKind } from './impairment.ts';
import { Line } from './line.ts';

const PACKET_BYTES = 972;

/** Sends packets in a steady rhythm. @returns the time that each one took, in milliseconds; undefined if it was lost */
function send(
  impairment: Impairment,
  { count = 5000, everyMs = 20, kind = 'audio' as PacketKind, seed = 1 } = {},
): (number | undefined)[] {
  const line = new Line(new Random(seed));
  line.set(impairment, 0);
  return Array.from({ length: count }, (_, index) => {
    const arrival = line.send(index * everyMs, PACKET_BYTES, kind);
    return arrival === undefined ? undefined : arrival - index * everyMs;
  });
}

function shareLost(delays: readonly (number | undefined)[]): number {
  return delays.filter((delay) => delay === undefined).length / delays.length;
}

const passed = (delays: readonly (number | undefined)[]): number[] => delays.filter((delay) => delay !== undefined);

describe('a line', () => {
  it('passes everything at once without an impairment', () => {
    expect(new Set(send({}))).toEqual(new Set([0]));
  });

  it('loses the given share of packets', () => {
    expect(shareLost(send({ loss: 0.1 }))).toBeCloseTo(0.1, 1);
    expect(shareLost(send({ loss: 1 }))).toBe(1);
  });

  it('loses packets in bursts of the given mean length', () => {
    const lost = send({ burst: { begin: 0.02, end: 0.25 } }, { count: 50_000 }).map((delay) => delay === undefined);
    const bursts = lost.filter((it, index) => it && lost[index - 1] !== true).length;
    expect(lost.filter(Boolean).length / bursts).toBeCloseTo(4, 0);
    expect(lost.filter(Boolean).length / lost.length).toBeCloseTo(0.02 / (0.02 + 0.25), 1);
  });

  it('delays by the given time', () => {
    expect(new Set(send({ delayMs: 150 }))).toEqual(new Set([150]));
  });

  it('delays by different times, up to the jitter, and keeps the order', () => {
    const delays = passed(send({ jitterMs: 15 }));
    expect(Math.max(...delays)).toBeLessThan(15);
    expect(delays.reduce((sum, delay) => sum + delay, 0) / delays.length).toBeCloseTo(7.5, 0);
    const arrivals = passed(send({ jitterMs: 500 })).map((delay, index) => delay + index * 20);
    expect(arrivals).toEqual(arrivals.toSorted((x, y) => x - y));
  });

  it('stops from time to time, and then delivers what has waited', () => {
    const delays = passed(send({ stalls: { everyMs: 300, lengthMs: 100 } }, { count: 50_000, everyMs: 5 }));
    const waited = delays.filter((delay) => delay > 0);
    expect(waited.length / delays.length).toBeCloseTo(0.25, 1);
    // What remains of an exponentially distributed time is distributed in the same way.
    expect(waited.reduce((sum, delay) => sum + delay, 0) / waited.length / 100).toBeCloseTo(1, 0);
  });

  it('carries no more than its capacity, and loses what does not fit into the queue', () => {
    // 1000 bytes every 20 ms are 400 kbit/s.
    const delays = send({ kbps: 100, queueMs: 300 });
    expect(1 - shareLost(delays)).toBeCloseTo(0.25, 1);
    expect(Math.max(...passed(delays))).toBeLessThanOrEqual(300 + 80);
    expect(Math.max(...passed(delays))).toBeGreaterThan(300);
  });

  it('sends below its capacity without a queue', () => {
    expect(new Set(send({ kbps: 800 }))).toEqual(new Set([10]));
  });

  it('shares its capacity with the traffic of others', () => {
    expect(Math.max(...passed(send({ kbps: 800, queueMs: 1000 })))).toBe(10);
    const shared = passed(send({ kbps: 800, queueMs: 1000, otherKbps: 500 }));
    expect(Math.max(...shared)).toBeGreaterThan(900);
  });

  it('blocks everything, or some kinds', () => {
    expect(shareLost(send({ block: true }))).toBe(1);
    expect(shareLost(send({ block: ['audio', 'dtls'] }))).toBe(1);
    expect(shareLost(send({ block: ['video'] }))).toBe(0);
  });

  it('forgets queue and stop when its impairment changes, but not the order', () => {
    const line = new Line(new Random(1));
    line.set({ delayMs: 500 }, 0);
    expect(line.send(0, PACKET_BYTES, 'audio')).toBe(500);
    line.set({}, 100);
    expect(line.send(100, PACKET_BYTES, 'audio')).toBe(500);
    expect(line.send(600, PACKET_BYTES, 'audio')).toBe(600);
  });
});

describe('kinds of packets', () => {
  it.each([
    ['stun', [0, 1]],
    ['dtls', [22, 254]],
    ['audio', [0x90, 111]],
    ['audio', [0x90, 0x80 | 111]],
    ['video', [0x90, 96]],
    ['rtcp', [0x81, 201]],
  ] as const)('%s', (kind, bytes) => {
    expect(kindOfPacket(Uint8Array.from(bytes))).toBe(kind);
  });
});
