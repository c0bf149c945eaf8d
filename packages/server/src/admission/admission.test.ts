import { beforeEach, describe, expect, it } from 'vitest';
import { clientNetwork } from '../net/client-network.ts';
import { Admission, type ClientQuota } from './admission.ts';

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

function acquire(address: string, now = 0): ClientQuota | string {
  return admission.acquire(address, now);
}

function acquireAll(addresses: readonly string[], now = 0): (ClientQuota | string)[] {
  return addresses.map((address) => acquire(address, now));
}

beforeEach(() => {
  create();
});

describe('Admission', () => {
  it('counts the connections of each address', () => {
    const [first] = acquireAll(['192.0.2.1', '192.0.2.1', '192.0.2.1']);
    expect(acquire('192.0.2.1')).toBe('connectionsPerAddress');
    expect(acquire('192.0.2.2')).toBeTypeOf('object');
    admission.release(first as ClientQuota, 0);
    expect(acquire('192.0.2.1')).toBeTypeOf('object');
  });

  it('counts a /64 of IPv6 as one address', () => {
    acquireAll(['2001:db8:1:2::1', '2001:db8:1:2:ffff::', '2001:db8:1:2:3:4:5:6']);
    expect(acquire('2001:DB8:1:2::ffff')).toBe('connectionsPerAddress');
    expect(acquire('2001:db8:1:3::1')).toBeTypeOf('object');
  });

  it('counts all connections', () => {
    create({ connections: 2 });
    const [first] = acquireAll(['192.0.2.1', '192.0.2.2']);
    expect(acquire('192.0.2.3')).toBe('connections');
    admission.release(first as ClientQuota, 0);
    expect(acquire('192.0.2.3')).toBeTypeOf('object');
  });

  it('admits five seconds’ worth of new connections of an address at once, and then its rate per second', () => {
    create({ connectionsPerSecondPerAddress: 2, connectionsPerAddress: 100 });
    expect(acquireAll(Array(11).fill('192.0.2.1')).filter((quota) => typeof quota === 'string')).toEqual([
      'connectionsPerSecondPerAddress',
    ]);
    expect(acquire('192.0.2.2')).toBeTypeOf('object');
    expect(acquireAll(Array(3).fill('192.0.2.1'), 1000).map((quota) => typeof quota)).toEqual([
      'object',
      'object',
      'string',
    ]);
  });

  it('does not let a refused address drain the global bucket', () => {
    create({ connectionsPerSecond: 2, connectionsPerSecondPerAddress: 1 });
    acquireAll(Array(100).fill('192.0.2.1'));
    expect(acquire('192.0.2.2')).toBeTypeOf('object');
    const others = Array.from({ length: 20 }, (_, i) => `198.51.100.${i}`);
    expect(acquireAll(others)).toContain('connectionsPerSecond');
  });

  it('forgets an address that has no connection after five seconds', () => {
    const [quota] = acquireAll(['192.0.2.1', '192.0.2.2']);
    admission.release(quota as ClientQuota, 1000);
    admission.sweep(5999);
    expect(admission.size).toBe(2);
    admission.sweep(6000);
    expect(admission.size).toBe(1);
    admission.sweep(1_000_000);
    expect(admission.size).toBe(1);
  });

  it('keeps the bucket of an address that reconnects at once', () => {
    create({ connectionsPerSecondPerAddress: 1 });
    const results = Array.from({ length: 6 }, () => {
      const quota = acquire('192.0.2.1');
      if (typeof quota === 'object') admission.release(quota, 0);
      return typeof quota;
    });
    expect(results.at(-1)).toBe('string');
    expect(admission.size).toBe(1);
  });

  it('remembers a bounded number of addresses', () => {
    create({ connectionsPerSecond: 1_000_000 });
    for (let i = 0; i < 12_000; i++) admission.release(acquire(`10.0.${i >> 8}.${i & 255}`) as ClientQuota, 0);
    expect(admission.size).toBe(10_000);
  });

  it('stores no address', () => {
    const quota = acquire('192.0.2.1') as ClientQuota;
    expect(quota.name).toHaveLength(32);
    expect((create().acquire('192.0.2.1', 0) as ClientQuota).name).not.toBe(quota.name);
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
