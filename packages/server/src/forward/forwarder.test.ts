import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync, zstdCompressSync } from 'node:zlib';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { describe, expect, it } from 'vitest';
import { catalog, failing, logged, reaches, start, stored, storedAs, stub } from './testing/forwarder-fixture.ts';

describe('the forwarder', () => {
  it('delivers a dump byte for byte, in chunks of 1 MiB', async () => {
    const bytes = await stored('a', 2.5 * 1024 * 1024);
    start();
    const { remoteId, url } = await reaches('a', 'delivered');
    expect(stub.stored.get(remoteId!)?.bytes.equals(bytes)).toBe(true);
    expect(url).toContain(remoteId);
    expect(stub.requests).toEqual(['chunk', 'chunk', 'chunk', 'assemble']);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await catalog.ledger.egress({})).toMatchObject([
      { sessionId: 'a', action: 'send', bytes: bytes.length, sha256, outcome: 'delivered', remoteId, by: 'sample' },
    ]);
  });

  it('delivers a dump that is stored as zstd as the same gzip file each time, and refuses a damaged one', async () => {
    const text = randomBytes(200_000);
    const packed = zstdCompressSync(text);
    await storedAs(packed, 'a', { storageKey: '2026/03/01/a.zst' });
    await storedAs(packed, 'b', { storageKey: '2026/03/01/b.zst' });
    await storedAs(packed.subarray(0, -9), 'c', { storageKey: '2026/03/01/c.zst' });
    start();
    const [a, b] = [await reaches('a', 'delivered'), await reaches('b', 'delivered')];
    const [first, second] = [a, b].map(({ remoteId }) => stub.stored.get(remoteId!)!);
    expect(gunzipSync(first!.bytes).equals(text)).toBe(true);
    expect(second!.bytes.equals(first!.bytes)).toBe(true);
    expect(await reaches('c', 'refused')).toMatchObject({ lastCode: 'DUMP_CHANGED' });
    const sha256 = createHash('sha256').update(first!.bytes).digest('hex');
    const sent = (await catalog.ledger.egress({})).filter(({ outcome }) => outcome === 'delivered');
    expect(sent.map((entry) => [entry.bytes, entry.sha256])).toEqual(Array(2).fill([first!.bytes.length, sha256]));
  });

  it('stores the analysis of a dump that is only analyzed', async () => {
    await stored('a');
    start({ mode: 'enrich' });
    const { analysis, remoteId } = await reaches('a', 'delivered');
    expect(remoteId).toBeNull();
    expect(analysis).toMatchObject({ data: { scores: { experienceScore: 87 } } });
    expect(stub.stored.size).toBe(0);
  });

  it.each([
    ['chunk', { status: 503 }],
    ['chunk', 'cut-before'],
    ['chunk', 'hang'],
    ['assemble', { status: 429, retryAfter: '0' }],
    ['assemble', { status: 400 }],
  ] as const)('retries when %s fails with %j, and pays once', async (request, fault) => {
    const bytes = await stored('a');
    failing(request, fault, 2);
    start();
    const { attempts } = await reaches('a', 'delivered');
    expect(attempts).toBe(3);
    expect(stub.assembled).toHaveLength(1);
    expect(stub.assembled[0]?.bytes.equals(bytes)).toBe(true);
    const outcomes = (await catalog.ledger.egress({})).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['delivered', 'failed', 'failed']);
  });

  it.each([413, 415])('ends a delivery that the target refuses with %i', async (status) => {
    await stored('a');
    failing('assemble', { status, errorCode: 'parsing_issue' });
    start();
    expect(await reaches('a', 'refused')).toMatchObject({ lastStatus: status, lastCode: 'parsing_issue' });
    expect(stub.assembled).toEqual([]);
  });

  it.each([401, 402, 403])('pauses all deliveries after %i, logs it, and resumes', async (status) => {
    for (const id of ['a', 'b', 'c', 'd']) await stored(id);
    failing('chunk', { status }, 2);
    const forwarder = start();
    await expect.poll(() => forwarder.paused, { interval: 5 }).toMatchObject({ status });
    for (const id of ['a', 'b', 'c', 'd']) await reaches(id, 'delivered');
    expect(forwarder.paused).toBeNull();
    expect(stub.assembled).toHaveLength(4);
    expect(logged).toContain('forwarding is paused');
  });

  it('sends no dump that is not clean, or that changed after it was verified', async () => {
    await stored('dirty', 100, { receipt: { ...sessionRow('x').receipt, findings: 1 } });
    await stored('quarantined', 100, { state: 'quarantined' });
    await stored('changed', 100, { receipt: { ...sessionRow('x').receipt, sha256: '00'.repeat(32) } });
    start();
    await reaches('dirty', 'withdrawn');
    await reaches('quarantined', 'withdrawn');
    expect(await reaches('changed', 'refused')).toMatchObject({ lastCode: 'DUMP_CHANGED' });
    expect(stub.requests).toEqual([]);
    expect(await catalog.ledger.egress({})).toEqual([]);
  });

  it('withdraws a dump when its session is deleted, and retries until that succeeds', async () => {
    await stored('a');
    const forwarder = start();
    const { remoteId } = await reaches('a', 'delivered');
    failing('delete', { status: 500 }, 2);
    await catalog.deliveries.withdraw('a', new Date().toISOString());
    forwarder.wake();
    await reaches('a', 'withdrawn');
    expect(stub.stored.has(remoteId!)).toBe(false);
    expect((await catalog.ledger.egress({ limit: 1 }))[0]).toMatchObject({
      action: 'withdraw',
      outcome: 'withdrawn',
    });
  });

  it('shares the deliveries with another forwarder', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `s${index}`);
    const bytes = new Map<string, Buffer>();
    for (const id of ids) bytes.set(`${id}.gz`, await stored(id));
    start();
    start();
    for (const id of ids) await reaches(id, 'delivered');
    expect(stub.assembled.map(({ fileName }) => fileName).sort()).toEqual([...bytes.keys()].sort());
    expect(stub.assembled.every((dump) => bytes.get(dump.fileName)?.equals(dump.bytes))).toBe(true);
  });

  it('keeps to the budget per day', async () => {
    for (const id of ['a', 'b', 'c']) await stored(id);
    const forwarder = start({ budget: 2 });
    await expect.poll(() => catalog.deliveries.counts(), { interval: 10 }).toEqual({ waiting: 1, delivered: 2 });
    await forwarder.stop();
    expect(stub.assembled).toHaveLength(2);
  });

  it('logs neither the token nor content', async () => {
    await stored('a');
    failing('chunk', { status: 401 });
    start({ token: 'a-token-that-is-wrong' });
    await expect.poll(() => logged, { interval: 5 }).toContain('paused');
    expect(logged).not.toContain('a-token-that-is-wrong');
  });
});
