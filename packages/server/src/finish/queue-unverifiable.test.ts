import { presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quarantineKey } from '../storage/open.ts';
import { QueueFixture, textOf } from './testing/queue-fixture.ts';
import { VerifierThreads } from './verifier-threads.ts';

const policy = presetPolicy('standard');
const POISON = '["x",null,"poison",1]';

let fixture: QueueFixture;
beforeEach(async () => {
  fixture = await QueueFixture.open();
});
afterEach(async () => {
  await fixture.close();
});

describe('FinishQueue, when the verifier fails on a dump', () => {
  it('moves the dump to the quarantine after three tries, and finishes the others meanwhile', async () => {
    const hanging = new VerifierThreads(
      { base: 50, perMib: 0 },
      new URL('./testing/hanging-thread.ts', import.meta.url),
    );
    const poisoned = await fixture.closedSession('poisoned', [POISON]);
    const size = poisoned.dumpEnd - poisoned.dumpStart;
    let tries = 0;
    const queue = fixture.createQueue({
      createVerifier: (_, bytes) => {
        if (bytes !== size) return new Verifier(policy);
        tries++;
        return hanging.verifier(policy);
      },
    });
    queue.add(poisoned);
    // More than the failures that count as an outage.
    for (let i = 0; i < 6; i++) queue.add(await fixture.closedSession(`session-${i}`));
    await vi.waitFor(() => expect(queue.size).toBe(0));
    expect(tries).toBe(3);
    for (let i = 0; i < 6; i++)
      expect(await fixture.catalog.sessions.get(`session-${i}`)).toMatchObject({ state: 'stored' });
    expect(await fixture.catalog.sessions.get('poisoned')).toMatchObject({
      state: 'quarantined',
      storageKey: null,
      receipt: { verified: false, verifier: null, findings: 1, findingsByClass: { unverifiable: 1 } },
    });
    expect(await textOf(fixture.quarantine, quarantineKey('poisoned'))).toContain(POISON);
    expect(fixture.logged).toContain('VERIFICATION_FAILED');
    expect(fixture.logged).toContain('goes to the quarantine');
    expect(await fixture.spoolFiles()).toEqual([]);
  });
});
