import { type Policy, presetPolicy } from '@rtcstats-server/privacy';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../catalog/catalog.ts';
import { isHeld } from '../../catalog/holds.ts';
import { openSqliteCatalog } from '../../catalog/sqlite.ts';
import { PseudonymKeys } from '../../pseudonyms/pseudonym-keys.ts';
import { subjectNames } from '../../pseudonyms/subject-names.ts';
import { createHold } from './create-hold.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const keys = new PseudonymKeys(new Uint8Array(32).fill(9), 30 * DAY);
const ANNA = 'anna@example.com';

let catalog: Catalog;
beforeEach(() => {
  catalog = openSqliteCatalog(':memory:');
});
afterEach(() => catalog.close());

const create = (text: string, policy: Policy = presetPolicy('standard'), of: PseudonymKeys | null = keys) =>
  createHold({ kind: 'user', text, reason: 'a dispute' }, { catalog, keys: of, policy }, NOW);

/** The pseudonym of the user at a time. */
function pseudonymAt(time: number): string {
  return subjectNames('user', ANNA, keys, { from: time, to: time }).find((name) => name !== ANNA)!;
}

describe('a hold', () => {
  it('by the id of the application holds sessions of past and coming epochs, without the id', async () => {
    await catalog.sessions.put(sessionRow('a', { startedAt: new Date(NOW - 100 * DAY).toISOString() }));
    const hold = await create(ANNA);
    for (const days of [-100, -40, 0, 40, 365, 3600]) {
      expect(isHeld(sessionRow('x', { user: pseudonymAt(NOW + days * DAY) }), [hold])).toBe(true);
    }
    expect(JSON.stringify(hold)).not.toContain('anna');
    expect(hold.name).toBe(pseudonymAt(NOW));
    expect(hold.coversUntil).toMatch(/^2036-/);
    expect(isHeld(sessionRow('x', { conference: hold.name }), [hold])).toBe(false);
  });

  it('has the id if the policy keeps it, and has no end then', async () => {
    const hold = await create(ANNA, presetPolicy('compatible'));
    expect(hold).toMatchObject({ name: ANNA, coversUntil: null });
    expect(isHeld(sessionRow('x', { user: ANNA }), [hold])).toBe(true);
  });

  it('has the id if an earlier policy kept it', async () => {
    await catalog.sessions.put(sessionRow('a', { user: ANNA }));
    const hold = await create(ANNA);
    expect(isHeld(sessionRow('x', { user: ANNA }), [hold])).toBe(true);
    expect(isHeld(sessionRow('x', { user: pseudonymAt(NOW) }), [hold])).toBe(true);
  });

  it('by a pseudonym of the catalog ends with its epoch', async () => {
    const receipt = { ...sessionRow('a').receipt, keyId: keys.current(NOW).id };
    await catalog.sessions.put(sessionRow('a', { user: pseudonymAt(NOW), receipt }));
    const hold = await create(pseudonymAt(NOW));
    const end = keys.currentEpoch(NOW).to!;
    expect(hold).toMatchObject({ name: pseudonymAt(NOW), coversUntil: new Date(end).toISOString() });
    expect(await create(pseudonymAt(NOW), presetPolicy('standard'), null)).toMatchObject({ names: [hold.name] });
  });

  it('needs the key for an id that is not in the catalog', async () => {
    await expect(create(ANNA, presetPolicy('standard'), null)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });

  it('covers fewer years when the keys rotate often, and never the past only', async () => {
    const hourly = new PseudonymKeys(new Uint8Array(32).fill(9), 3_600_000);
    await catalog.sessions.put(sessionRow('a', { startedAt: new Date(NOW - 20 * DAY).toISOString() }));
    const hold = await create(ANNA, presetPolicy('standard'), hourly);
    expect(hold.names.length).toBeLessThan(2100);
    expect(Date.parse(hold.coversUntil!)).toBeGreaterThan(NOW + 40 * DAY);
    const [, pseudonym] = subjectNames('user', ANNA, hourly, { from: NOW - 20 * DAY, to: NOW - 20 * DAY });
    expect(hold.names).toContain(pseudonym);
  });

  it('of a session holds it by its id, too', async () => {
    await catalog.sessions.put(sessionRow('dump-id', { session: 'part' }));
    const context = { catalog, keys: null, policy: presetPolicy('standard') };
    const hold = await createHold({ kind: 'session', text: 'dump-id', reason: 'r' }, context, NOW);
    expect(hold).toMatchObject({ names: ['dump-id'], coversUntil: null });
    expect(isHeld(sessionRow('dump-id'), [hold])).toBe(true);
    expect(isHeld(sessionRow('other', { session: 'dump-id' }), [hold])).toBe(true);
    expect(isHeld(sessionRow('other'), [hold])).toBe(false);
  });
});
