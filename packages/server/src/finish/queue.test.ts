import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Anonymizer, compilePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { ClosedSession } from '../spool/record.ts';
import { Spool } from '../spool/spool.ts';
import { LocalStorage } from '../storage/local.ts';
import type { Storage } from '../storage/storage.ts';
import { Finisher } from './finisher.ts';
import { FinishQueue } from './queue.ts';

const policy = presetPolicy('standard');
const messages = ['[":a",null,1,2]', '[":b",null,"text",3]'];

let directory: string;
let spool: Spool;
let catalog: Catalog;
let storage: Storage;
let quarantine: Storage;
let queue: FinishQueue;
/** What the log said, one line an entry. */
let logged: string;

function createQueue(overrides: { catalog?: Catalog; storage?: Storage } = {}, firstRetry = 5): FinishQueue {
  const createVerifier = (): Verifier => new Verifier(policy);
  const finisher = new Finisher({ catalog, storage, quarantine, host: 'gateway-1', createVerifier, ...overrides });
  const write = (line: string): void => {
    logged += line;
  };
  const log = pino({ level: 'trace' }, { write });
  return new FinishQueue(finisher, log, { firstRetry });
}

/** A closed session with these lines, as they are. */
function closedSession(id: string, lines: readonly string[] = messages): ClosedSession {
  const anonymizer = new Anonymizer(compilePolicy(presetPolicy('standard')));
  const facts = {
    id,
    startedAt: '2026-03-01T23:59:59.999Z',
    user: 'anna',
    conference: null,
    session: null,
    signed: [],
    origin: null,
    userAgent: null,
    policy: 'standard',
    keyId: 'e684',
  };
  const file = spool.create(facts, anonymizer.metadata({ fileFormat: 3 }), { spoolFailed: () => {} });
  // What an anonymizer with a fault would let through.
  for (const line of lines) file.append(Buffer.from(line) as never);
  const end = { endedAt: '2026-03-02T00:00:05.000Z', closeCode: 1000, receipt: anonymizer.receipt() };
  return file.close(anonymizer.closeEvent(1000, 1), end) as ClosedSession;
}

async function textOf(store: Storage, key: string): Promise<string> {
  return gunzipSync(await buffer(await store.get(key))).toString();
}

/** What is in the spool besides the journal. */
async function spoolFiles(): Promise<string[]> {
  return (await readdir(join(directory, 'spool'))).filter((name) => !name.endsWith('.journal'));
}

beforeEach(async () => {
  logged = '';
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-finish-'));
  spool = await Spool.open(join(directory, 'spool'));
  storage = await LocalStorage.open(join(directory, 'dumps'));
  quarantine = await LocalStorage.open(join(directory, 'quarantine'));
  catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  await catalog.migrate();
  queue = createQueue();
});
afterEach(async () => {
  await queue.stop();
  spool.close();
  await catalog.close();
  await rm(directory, { recursive: true, force: true });
});

describe('FinishQueue', () => {
  it('stores a closed session under the day it started, catalogs it and empties the spool', async () => {
    queue.add(closedSession('session-1'));
    await queue.stop();
    const key = '2026/03/01/session-1.gz';
    const dump = await textOf(storage, key);
    expect(dump.split('\n').slice(2)).toEqual([...messages, '["close",null,1000,1]', '']);
    expect(await catalog.get('session-1')).toMatchObject({
      state: 'stored',
      endedAt: '2026-03-02T00:00:05.000Z',
      closeCode: 1000,
      messages: 2,
      bytes: Buffer.byteLength(dump),
      storedBytes: (await buffer(await storage.get(key))).length,
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
          .update(await buffer(await storage.get(key)))
          .digest('hex'),
        complete: true,
      },
    });
    expect(await spoolFiles()).toEqual([]);
  });

  it('says of a session whose process was killed what it was recorded under, and that nothing was counted', async () => {
    const session = closedSession('session-1');
    const [end] = (await readFile(session.path, 'utf8')).trimEnd().split('\n').slice(-1);
    await truncate(session.path, (await stat(session.path)).size - end!.length - 1);
    queue.add(session.path);
    await queue.stop();
    expect((await catalog.get('session-1'))?.receipt).toMatchObject({
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

  it('keeps what the verifier objects to here, and nowhere else', async () => {
    queue.add(closedSession('session-1', [...messages, '[":c",null,"203.0.113.77",1]']));
    await queue.stop();
    expect(await catalog.get('session-1')).toMatchObject({
      state: 'quarantined',
      storageKey: null,
      receipt: { verified: true, findings: 1, findingsByClass: { ipAddresses: 1 } },
    });
    expect(await textOf(quarantine, 'session-1.gz')).toContain('203.0.113.77');
    await expect(storage.get('2026/03/01/session-1.gz')).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    expect(await spoolFiles()).toEqual([]);
    expect(logged).not.toContain('203.0.113.77');
  });

  it('finishes again what was cut short, with the same result', async () => {
    const session = closedSession('session-1');
    const bytes = await readFile(session.path);
    queue.add(session);
    await vi.waitUntil(() => queue.size === 0);
    const row = await catalog.get('session-1');
    await writeFile(session.path, bytes);
    queue.add(session.path);
    await queue.stop();
    expect(await catalog.get('session-1')).toEqual(row);
    expect((await catalog.list({})).sessions).toHaveLength(1);
    expect(await spoolFiles()).toEqual([]);
  });

  it('tries again until the storage works, and shows the session as closed meanwhile', async () => {
    let outage = 3;
    const put = storage.put.bind(storage);
    storage.put = async (key, path) => {
      if (outage-- > 0) throw new GatewayError('STORAGE_UNAVAILABLE');
      expect((await catalog.get('session-1'))?.state).toBe('closed');
      return await put(key, path);
    };
    queue.add(closedSession('session-1'));
    await vi.waitUntil(() => queue.size === 0);
    expect((await catalog.get('session-1'))?.state).toBe('stored');
    expect(outage).toBe(-1);
    // One outage, one complaint.
    expect(logged.match(/STORAGE_UNAVAILABLE/g)).toHaveLength(1);
  });

  it('tries again until the catalog works, without storing twice', async () => {
    let outage = 3;
    let stored = 0;
    const broken: Catalog = Object.assign(Object.create(catalog) as Catalog, {
      put: (row: never) => (outage-- > 0 ? Promise.reject(new GatewayError('CATALOG_UNAVAILABLE')) : catalog.put(row)),
    });
    const put = storage.put.bind(storage);
    storage.put = (key, path) => {
      stored++;
      return put(key, path);
    };
    queue = createQueue({ catalog: broken });
    queue.add(closedSession('session-1'));
    await vi.waitUntil(() => queue.size === 0);
    expect((await catalog.get('session-1'))?.state).toBe('stored');
    expect(stored).toBe(1);
  });

  it('stops during an outage and leaves the session in the spool', async () => {
    storage.put = () => Promise.reject(new GatewayError('STORAGE_UNAVAILABLE'));
    const session = closedSession('session-1');
    queue.add(session);
    await queue.stop();
    await queue.stop();
    expect(existsSync(session.path)).toBe(true);
  });

  it('finishes many at once', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `session-${index}`);
    for (const id of ids) queue.add(closedSession(id));
    await queue.stop();
    const { sessions } = await catalog.list({ state: 'stored' });
    expect(new Set(sessions.map(({ id }) => id))).toEqual(new Set(ids));
    expect(await spoolFiles()).toEqual([]);
  });

  it('tries again to write a session that could not be written to its end', async () => {
    const closed = closedSession('session-1');
    let outage = 3;
    queue.add({
      facts: closed.facts,
      write: () => {
        if (outage-- > 0) throw new GatewayError('DATA_DIRECTORY_UNUSABLE');
        return closed;
      },
    });
    await vi.waitUntil(() => queue.size === 0);
    expect(outage).toBe(-1);
    expect((await catalog.get('session-1'))?.state).toBe('stored');
  });

  it('does not try every session there is while nothing can be stored, and then finishes them all', async () => {
    const put = storage.put.bind(storage);
    let tries = 0;
    let outage = true;
    storage.put = (key, path) => {
      if (!outage) return put(key, path);
      tries++;
      return Promise.reject(new GatewayError('STORAGE_UNAVAILABLE'));
    };
    queue = createQueue({}, 1000);
    const ids = Array.from({ length: 400 }, (_, index) => `session-${index}`);
    for (const id of ids) queue.add(closedSession(id));
    await vi.waitUntil(() => logged.includes('sessions wait'));
    await vi.waitUntil(async () => (await catalog.list({ state: 'closed' })).sessions.length === tries);
    expect(tries).toBeLessThan(100);
    expect(queue.size).toBe(400);
    outage = false;
    await vi.waitUntil(() => queue.size === 0, 20_000);
    expect((await catalog.list({ state: 'stored', limit: 1000 })).sessions).toHaveLength(400);
    expect(await spoolFiles()).toEqual([]);
    expect(logged).toContain('sessions are finished again');
  });

  it('shows a session that ends in an outage as closed, although it is not tried', async () => {
    storage.put = () => Promise.reject(new GatewayError('STORAGE_UNAVAILABLE'));
    queue = createQueue({}, 60_000);
    for (let count = 0; count < 4; count++) queue.add(closedSession(`session-${count}`));
    await vi.waitUntil(async () => (await catalog.list({ state: 'closed' })).sessions.length === 4);
    queue.add(closedSession('late'));
    await vi.waitUntil(async () => (await catalog.get('late'))?.state === 'closed');
  });

  it('lets one session that cannot be stored hold up no other', async () => {
    const put = storage.put.bind(storage);
    storage.put = (key, path) =>
      key.includes('bad') ? Promise.reject(new GatewayError('STORAGE_UNAVAILABLE')) : put(key, path);
    queue.add(closedSession('bad'));
    for (let count = 0; count < 20; count++) queue.add(closedSession(`good-${count}`));
    await vi.waitUntil(async () => (await catalog.list({ state: 'stored' })).sessions.length === 20);
    expect(queue.size).toBe(1);
  });

  it('puts aside what is no file of the spool, and finishes the others', async () => {
    const path = join(directory, 'spool', 'foreign.open');
    await writeFile(path, 'lines\nof\nsomething\nelse\n203.0.113.77\n');
    queue.add(path);
    queue.add(closedSession('session-1').path);
    await vi.waitUntil(() => queue.size === 0);
    expect((await catalog.get('session-1'))?.state).toBe('stored');
    expect(await readFile(`${path}.unreadable`, 'utf8')).toContain('something');
    expect(await spoolFiles()).toEqual(['foreign.open.unreadable']);
    expect(queue.unreadable).toBe(1);
    expect(logged).toContain('SPOOL_FILE_UNREADABLE');
    expect(logged).toContain('foreign.open');
    expect(logged).not.toContain('203.0.113.77');
  });

  it('stops in time although the storage does not answer', async () => {
    storage.put = () => new Promise(() => {});
    const session = closedSession('session-1');
    queue.add(session);
    await queue.stop(10);
    expect(existsSync(session.path)).toBe(true);
    expect(logged).toContain('left in the spool for the next start');
  });

  it('says so when a spool file was taken away, and goes on', async () => {
    const gone = closedSession('session-1');
    await rm(gone.path);
    queue.add(gone);
    queue.add(closedSession('session-2'));
    await queue.stop();
    expect(await catalog.get('session-1')).toBeUndefined();
    expect((await catalog.get('session-2'))?.state).toBe('stored');
    expect(logged).toContain('the spool file of a session is gone');
  });
});
