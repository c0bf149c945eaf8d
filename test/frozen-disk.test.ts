import { canFreezeDisks, FrozenDisk } from '@rtcstats-server/testing/frozen-disk';
import { scratchDirectory } from '@rtcstats-server/testing/server';
import { describe, expect, it } from 'vitest';
import { freeze } from './frozen-disk/frozen-disk.ts';

describe.skipIf(!canFreezeDisks())('while the disk hangs', () => {
  it('answers, serves sessions and loses nothing', async () => {
    const disk = new FrozenDisk(await scratchDirectory());
    const report = await freeze({ disk, seconds: 4, sessions: 100, lasting: 10 });
    expect(report).toMatchObject({ meanwhile: 100, lost: 0, exitCode: 0 });
    expect(report.stallSeconds).toBeGreaterThan(1);
  });
});
