import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Compression } from '../dump-content/compression.ts';
import { textOf } from '../dump-content/forms.ts';
import { MESSAGES, QueueFixture } from './testing/queue-fixture.ts';

const ZSTD: Compression = { format: 'zstd', dictionary: true };
const DAY = '2026/03/01';

let fixture: QueueFixture;
beforeEach(async () => {
  fixture = await QueueFixture.open();
});
afterEach(async () => {
  await fixture.close();
});

const storedFiles = (): Promise<string[]> => readdir(join(fixture.directory, 'dumps', DAY));

describe('FinishQueue with zstd', () => {
  it('stores a dump under a name that says so, with the dictionary in its row', async () => {
    const queue = fixture.createQueue({ compression: ZSTD });
    queue.add(await fixture.closedSession('session-1'));
    await queue.stop();
    const key = `${DAY}/session-1.zst`;
    const packed = await buffer(await fixture.storage.get(key));
    expect((await text(textOf(await fixture.storage.get(key)))).split('\n').slice(2, 4)).toEqual(MESSAGES);
    expect(await fixture.catalog.sessions.get('session-1')).toMatchObject({
      state: 'stored',
      storageKey: key,
      storedBytes: packed.length,
      receipt: { dictionary: 40001, sha256: createHash('sha256').update(packed).digest('hex') },
    });
    expect(await fixture.spoolFiles()).toEqual([]);
  });

  it('leaves one dump of a session that a killed process has stored in another format', async () => {
    const session = await fixture.closedSession('session-1');
    // Killed between the storage and the catalog: the spool file is still there.
    const killed = fixture.createQueue({
      catalog: { put: (row) => (row.state === 'stored' ? new Promise(() => {}) : Promise.resolve()) },
    });
    killed.add(session);
    await expect.poll(() => storedFiles().catch(() => [])).toEqual(['session-1.gz']);
    const queue = fixture.createQueue({ compression: ZSTD });
    queue.add(session.path);
    await queue.stop();
    expect(await storedFiles()).toEqual(['session-1.zst']);
    expect(await fixture.catalog.sessions.get('session-1')).toMatchObject({ storageKey: `${DAY}/session-1.zst` });
  });

  it('removes a dump of either format if its subject was erased meanwhile', async () => {
    const session = await fixture.closedSession('session-1');
    const kept = { ...session, path: `${session.path}.kept` };
    const first = fixture.createQueue({ catalog: { put: () => new Promise(() => {}) } });
    first.add(session);
    await expect.poll(() => storedFiles().catch(() => [])).toEqual(['session-1.gz']);
    const erased = { has: () => true, discarded: () => Promise.resolve() };
    const queue = fixture.createQueue({ compression: ZSTD, erased });
    queue.add(kept);
    await queue.stop();
    expect(await storedFiles()).toEqual([]);
  });
});
