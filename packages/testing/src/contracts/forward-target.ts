import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ForwardTarget } from 'rtcstats-server/forward-target';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The largest chunk of the contract. */
const CHUNK_BYTES = 1024 * 1024;

/** A target under test, and what its far end does and received. */
export interface TargetUnderTest {
  readonly target: ForwardTarget;
  /** The bytes that the far end assembled for a file name, in the order of the requests. */
  assembled(fileName: string): readonly Buffer[];
  /** Lets the far end do the work of the next `assemble` without answering it. */
  loseNextAnswer(): void;
  /** Makes the far end refuse every request from now on, as for a token that was revoked. */
  revoke(): void;
  /** Shuts the far end down; later requests cannot connect. */
  vanish(): Promise<void>;
  close(): Promise<void>;
}

/** Behavior that every forward target must have. Its far end, real or a stand-in, is held to the same contract. */
export function describeForwardTarget(name: string, create: () => Promise<TargetUnderTest>): void {
  describe(`${name} as a forward target`, () => {
    let far: TargetUnderTest;
    let target: ForwardTarget;
    // Two chunks: random bytes do not get smaller.
    const dump = gzipSync(randomBytes(CHUNK_BYTES));

    const send = async (fileName: string, order: readonly number[], id: string = randomUUID()): Promise<string> => {
      for (const index of order) {
        const bytes = dump.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
        await target.sendChunk({ id, fileName, index, total: 2, bytes });
      }
      return id;
    };

    beforeEach(async () => {
      far = await create();
      target = far.target;
    });
    afterEach(() => far.close());

    it('names the place without credentials', () => {
      expect(new URL(target.name)).toMatchObject({ username: '', password: '', search: '', hash: '' });
    });

    it('assembles chunks that came in any order, and more than once, into the bytes of the dump', async () => {
      const id = await send('a.gz', [1, 0, 1]);
      await target.assemble({ id, fileName: 'a.gz' });
      expect(far.assembled('a.gz')).toEqual([dump]);
    });

    it('does not mix the chunks of two transfers of one dump', async () => {
      await send('a.gz', [1]);
      const id = await send('a.gz', [0]);
      await target.assemble({ id, fileName: 'a.gz' });
      expect(far.assembled('a.gz')).toEqual([dump.subarray(0, CHUNK_BYTES)]);
    });

    it('fails with a retry when chunks are missing', async () => {
      const missing = target.assemble({ id: randomUUID(), fileName: 'a.gz' });
      await expect(missing).rejects.toMatchObject({ name: 'TargetError', effect: 'retry', unclear: false });
      expect(far.assembled('a.gz')).toEqual([]);
    });

    it('finds, reads and removes a dump that it stores, and none otherwise', async () => {
      expect(await target.find('a.gz')).toBeUndefined();
      const id = await send('a.gz', [0, 1]);
      const { remoteId, analysis } = await target.assemble({ id, fileName: 'a.gz' });
      if (!target.stores) {
        expect(remoteId).toBeNull();
        expect(analysis).toBeTypeOf('object');
        expect(await target.find('a.gz')).toBeUndefined();
        return;
      }
      expect(remoteId).toBeTypeOf('string');
      expect((await target.find('a.gz'))?.remoteId).toBe(remoteId);
      expect(await target.find('b.gz')).toBeUndefined();
      expect(JSON.parse((await target.read(remoteId!))!)).toBeTypeOf('object');
      await target.remove(remoteId!);
      expect(await target.find('a.gz')).toBeUndefined();
      expect(await target.read(remoteId!)).toBeUndefined();
    });

    it('removes a dump that is not there without an error', async () => {
      await target.remove(randomUUID());
    });

    it('says that the outcome is unclear when the answer to assemble is lost', async () => {
      const id = await send('a.gz', [0, 1]);
      far.loseNextAnswer();
      const lost = target.assemble({ id, fileName: 'a.gz' });
      await expect(lost).rejects.toMatchObject({ name: 'TargetError', effect: 'retry', status: null, unclear: true });
      expect(far.assembled('a.gz')).toEqual([dump]);
      if (target.stores) expect(await target.find('a.gz')).toBeDefined();
    });

    it('pauses when it is refused, with an error that quotes nothing', async () => {
      far.revoke();
      const id = randomUUID();
      const refused = target.sendChunk({
        id,
        fileName: 'secret-name.gz',
        index: 0,
        total: 1,
        bytes: dump.subarray(0, 9),
      });
      const error = await refused.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'TargetError', effect: 'pause', unclear: false });
      expect((error as Error).message).not.toMatch(/secret-name|Bearer/);
    });

    it('knows that nothing was done when nobody is there', async () => {
      // This must be the first request: on an open connection that is lost, it is unknown what the far end did.
      await far.vanish();
      const gone = target.assemble({ id: randomUUID(), fileName: 'a.gz' });
      await expect(gone).rejects.toMatchObject({ name: 'TargetError', effect: 'retry', status: null, unclear: false });
    });

    it('ends a request with the reason of the signal', async () => {
      const reason = new Error('the gateway stops');
      const chunk = { id: randomUUID(), fileName: 'a.gz', index: 0, total: 1, bytes: dump.subarray(0, 9) };
      await expect(target.sendChunk(chunk, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
