import { beforeEach, describe, expect, it } from 'vitest';
import { clientNetwork } from '../net/client-network.ts';
import { Admission, type Caller } from './admission.ts';

const LIMITS = {
  connections: 100,
  connectionsPerAddress: 3,
  connectionsPerSecond: 1000,
  connectionsPerSecondPerAddress: 1000,
};

let admission: Admission;

function create(limits: Partial<typeof LIMITS> = {}): Admission {
  admission = new Admission({ ...LIMITS, ...limits }, 0);
  return admission;
}

function enter(address: string, now = 0): Caller | string {
  return admission.enter(address, now);
}

function enterAll(addresses: readonly string[], now = 0): (Caller | string)[] {
  return addresses.map((address) => enter(address, now));
}

beforeEach(() => {
  create();
});

describe('Admission', () => {
  it('counts the connections of each address', () => {
    const [first] = enterAll(['192.0.2.1', '192.0.2.1', '192.0.2.1']);
    expect(enter('192.0.2.1')).toBe('connectionsPerAddress');
    expect(enter('192.0.2.2')).toBeTypeOf('object');
    admission.leave(first as Caller, 0);
    expect(enter('192.0.2.1')).toBeTypeOf('object');
  });

  it('counts a /64 of IPv6 as one address', () => {
    enterAll(['2001:db8:1:2::1', '2001:db8:1:2:ffff::', '2001:db8:1:2:3:4:5:6']);
    expect(enter('2001:DB8:1:2::ffff')).toBe('connectionsPerAddress');
    expect(enter('2001:db8:1:3::1')).toBeTypeOf('object');
  });

  it('counts all connections', () => {
    create({ connections: 2 });
    const [first] = enterAll(['192.0.2.1', '192.0.2.2']);
    expect(enter('192.0.2.3')).toBe('connections');
    admission.leave(first as Caller, 0);
    expect(enter('192.0.2.3')).toBeTypeOf('object');
  });

  it('lets five seconds’ worth of new connections of an address in at once, and then as many a second', () => {
    create({ connectionsPerSecondPerAddress: 2, connectionsPerAddress: 100 });
    expect(enterAll(Array(11).fill('192.0.2.1')).filter((caller) => typeof caller === 'string')).toEqual([
      'connectionsPerSecondPerAddress',
    ]);
    expect(enter('192.0.2.2')).toBeTypeOf('object');
    expect(enterAll(Array(3).fill('192.0.2.1'), 1000).map((caller) => typeof caller)).toEqual([
      'object',
      'object',
      'string',
    ]);
  });

  it('does not let an address that is refused use up what is everybody’s', () => {
    create({ connectionsPerSecond: 2, connectionsPerSecondPerAddress: 1 });
    enterAll(Array(100).fill('192.0.2.1'));
    expect(enter('192.0.2.2')).toBeTypeOf('object');
    const others = Array.from({ length: 20 }, (_, i) => `198.51.100.${i}`);
    expect(enterAll(others)).toContain('connectionsPerSecond');
  });

  it('forgets an address that has no connection after five seconds', () => {
    const [caller] = enterAll(['192.0.2.1', '192.0.2.2']);
    admission.leave(caller as Caller, 1000);
    admission.sweep(5999);
    expect(admission.size).toBe(2);
    admission.sweep(6000);
    expect(admission.size).toBe(1);
    admission.sweep(1_000_000);
    expect(admission.size).toBe(1);
  });

  it('keeps the rate of an address that comes back at once', () => {
    create({ connectionsPerSecondPerAddress: 1 });
    const results = Array.from({ length: 6 }, () => {
      const caller = enter('192.0.2.1');
      if (typeof caller === 'object') admission.leave(caller, 0);
      return typeof caller;
    });
    expect(results.at(-1)).toBe('string');
    expect(admission.size).toBe(1);
  });

  it('remembers a bounded number of addresses', () => {
    create({ connectionsPerSecond: 1_000_000 });
    for (let i = 0; i < 12_000; i++) admission.leave(enter(`10.0.${i >> 8}.${i & 255}`) as Caller, 0);
    expect(admission.size).toBe(10_000);
  });

  it('holds no address', () => {
    const caller = enter('192.0.2.1') as Caller;
    expect(caller.name).toHaveLength(32);
    expect((create().enter('192.0.2.1', 0) as Caller).name).not.toBe(caller.name);
  });
});

describe('clientNetwork', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('%s is %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });
});
