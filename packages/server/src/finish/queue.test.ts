import { createHash } from 'node:crypto';
import { readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FinishQueue } from './queue.ts';
import { MESSAGES, QueueFixture, textOf } from './testing/queue-fixture.ts';

let fixture: QueueFixture;
let queue: FinishQueue;

beforeEach(async () => {
  fixture = await QueueFixture.open();
  queue = fixture.createQueue();
});
afterEach(async () => {
  await fixture.close();
});

describe('FinishQueue', () => {
  it('stores a closed session under the day it started, catalogs it and empties the spool', async () => {
    queue.add(await fixture.closedSession('session-1'));
    await queue.stop();
    const key = '2026/03/01/session-1.gz';
    const dump = await textOf(fixture.storage, key);
    expect(dump.split('\n').slice(2)).toEqual([...MESSAGES, '["close",null,1000,1]', '']);
    expect(await fixture.catalog.sessions.get('session-1')).toMatchObject({
      state: 'stored',
      endedAt: '2026-03-02T00:00:05.000Z',
      closeCode: 1000,
      messages: 2,
      bytes: Buffer.byteLength(dump),
      storedBytes: (await buffer(await fixture.storage.get(key))).length,
      storageKey: key,
      user: 'anna',
      host: 'gateway-1',
      receipt: {
        policy: 'standard',
        engine: null,
        keyId: 'e684',
        verified: true,
        findings: 0,
        findingsByClass: {},
        verifier: 'rtcstats-verifier/1',
        sha256: createHash('sha256')
          .update(await buffer(await fixture.storage.get(key)))
          .digest('hex'),
        complete: true,
      },
    });
    expect(await fixture.spoolFiles()).toEqual([]);
  });

  it('stores a session of a killed process with its policy and key, and without counts', async () => {
    const session = await fixture.closedSession('session-1');
    const [end] = (await readFile(session.path, 'utf8')).trimEnd().split('\n').slice(-1);
    await truncate(session.path, (await stat(session.path)).size - end!.length - 1);
    queue.add(session.path);
    await queue.stop();
    expect((await fixture.catalog.sessions.get('session-1'))?.receipt).toMatchObject({
      policy: 'standard',
      keyId: 'e684',
      redactions: {},
      dropped: {},
      drift: { entries: [], more: 0 },
      verified: true,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      complete: false,
    });
  });

  it('quarantines a dump that the verifier has findings in, and does not store it', async () => {
    queue.add(await fixture.closedSession('session-1', [...MESSAGES, '[":c",null,"203.0.113.77",1]']));
    await queue.stop();
    expect(await fixture.catalog.sessions.get('session-1')).toMatchObject({
      state: 'quarantined',
      storageKey: null,
      receipt: { verified: true, findings: 1, findingsByClass: { ipAddresses: 1 } },
    });
    expect(await textOf(fixture.quarantine, 'session-1.gz')).toContain('203.0.113.77');
    await expect(fixture.storage.get('2026/03/01/session-1.gz')).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    expect(await fixture.spoolFiles()).toEqual([]);
    expect(fixture.logged).not.toContain('203.0.113.77');
  });

  it('finishes a session a second time with the same result', async () => {
    const session = await fixture.closedSession('session-1');
    const bytes = await readFile(session.path);
    queue.add(session);
    await vi.waitUntil(() => queue.size === 0);
    const row = await fixture.catalog.sessions.get('session-1');
    await writeFile(session.path, bytes);
    queue.add(session.path);
    await queue.stop();
    expect(await fixture.catalog.sessions.get('session-1')).toEqual(row);
    expect((await fixture.catalog.sessions.list({})).sessions).toHaveLength(1);
    expect(await fixture.spoolFiles()).toEqual([]);
  });

  it('finishes many sessions concurrently', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `session-${index}`);
    for (const session of await Promise.all(ids.map((id) => fixture.closedSession(id)))) queue.add(session);
    await queue.stop();
    const { sessions } = await fixture.catalog.sessions.list({ state: 'stored' });
    expect(new Set(sessions.map(({ id }) => id))).toEqual(new Set(ids));
    expect(await fixture.spoolFiles()).toEqual([]);
  });

  it('puts a file aside that is not in the format of the spool, and finishes the others', async () => {
    const path = join(fixture.directory, 'spool', 'foreign.open');
    await writeFile(path, 'lines\nof\nsomething\nelse\n203.0.113.77\n');
    queue.add(path);
    queue.add((await fixture.closedSession('session-1')).path);
    await vi.waitUntil(() => queue.size === 0);
    expect((await fixture.catalog.sessions.get('session-1'))?.state).toBe('stored');
    expect(await readFile(`${path}.unreadable`, 'utf8')).toContain('something');
    expect(await fixture.spoolFiles()).toEqual(['foreign.open.unreadable']);
    expect(queue.unreadable).toBe(1);
    expect(fixture.logged).toContain('SPOOL_FILE_UNREADABLE');
    expect(fixture.logged).toContain('foreign.open');
    expect(fixture.logged).not.toContain('203.0.113.77');
  });

  it('logs that a spool file was removed, and goes on', async () => {
    const gone = await fixture.closedSession('session-1');
    await rm(gone.path);
    queue.add(gone);
    queue.add(await fixture.closedSession('session-2'));
    await queue.stop();
    expect(await fixture.catalog.sessions.get('session-1')).toBeUndefined();
    expect((await fixture.catalog.sessions.get('session-2'))?.state).toBe('stored');
    expect(fixture.logged).toContain('the spool file of a session is gone');
  });
});
