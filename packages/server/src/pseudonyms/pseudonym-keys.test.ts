import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runUnprivileged } from '@rtcstats-server/testing/unprivileged';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { keyFile, makeKeyFile } from '../keys/key-file.ts';
import { parseKey } from '../keys/key-text.ts';
import { openPseudonymKeys, PseudonymKeys } from './pseudonym-keys.ts';

const DAY = 86_400_000;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (privacy: Record<string, unknown> = {}, create = true): PseudonymKeys =>
  openPseudonymKeys(createConfig({ dataDirectory: directory, privacy }), { create });

const keyOf = (keys: PseudonymKeys, number: number) => keys.epochOf(`e${number}`)!.key!;

describe('the key file', () => {
  it('is made at the first start, for its owner only, and used from then on', () => {
    const first = keyOf(open(), 1);
    const path = keyFile(directory);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'keys')).mode & 0o777).toBe(0o700);
    expect(readFileSync(path)).toHaveLength(32);
    expect(readdirSync(join(directory, 'keys'))).toEqual(['pseudonyms.key']);
    expect(keyOf(open(), 1)).toEqual(first);
  });

  it('is never replaced', () => {
    const path = keyFile(directory);
    const made = makeKeyFile(path);
    expect(makeKeyFile(path)).toEqual(made);
    writeFileSync(path, 'cut off');
    expect(() => makeKeyFile(path)).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE' }));
    expect(() => open()).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE' }));
    expect(readFileSync(path, 'utf8')).toBe('cut off');
  });

  it('is not made by who only asks', () => {
    expect(() => open({}, false)).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE' }));
    expect(readdirSync(directory)).toEqual([]);
  });

  it('stops the start if it cannot be created', async () => {
    chmodSync(directory, 0o555);
    const error = await runUnprivileged({
      imports: `
        import { createConfig } from ${JSON.stringify(import.meta.resolve('../config/config.ts'))};
        import { openPseudonymKeys } from ${JSON.stringify(import.meta.resolve('./pseudonym-keys.ts'))};
      `,
      body: `
        const config = createConfig({ dataDirectory: ${JSON.stringify(directory)} });
        try {
          openPseudonymKeys(config, { create: true });
        } catch ({ code, message }) {
          return { code, message };
        }
        return null;
      `,
    });
    expect(error).toEqual({ code: 'KEY_UNUSABLE', message: expect.stringContaining('(EACCES)') });
  });

  it('is not needed where a key is configured', () => {
    const hex = '0123456789abcdef'.repeat(4);
    const key = keyOf(open({ key: hex }, false), 7);
    expect(keyOf(open({ key: Buffer.from(hex, 'hex').toString('base64') }, false), 7)).toEqual(key);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('epochs', () => {
  const keys = new PseudonymKeys(new Uint8Array(32).fill(7), 30 * DAY);

  it('have a key each, which lasts as long as they do', () => {
    const start = keys.epochOf('e600')!.from!;
    expect(keys.current(start).id).toBe('e600');
    expect(keys.current(start + 30 * DAY - 1)).toEqual(keyOf(keys, 600));
    expect(keys.current(start + 30 * DAY)).toEqual(keyOf(keys, 601));
    expect(keyOf(keys, 601).bytes).not.toEqual(keyOf(keys, 600).bytes);
    expect(keyOf(keys, 600).bytes).toHaveLength(32);
  });

  it('may be a single one that never ends', () => {
    const forever = new PseudonymKeys(new Uint8Array(32), null);
    expect(forever.current(0)).toEqual(forever.current(1e15));
    expect(forever.startOfKey('e0')).toBeNull();
  });
});

describe('parseKey', () => {
  it.each(['', 'short', 'g'.repeat(64), 'A'.repeat(42), 'A'.repeat(45), '0'.repeat(63)])('refuses %j', (text) => {
    expect(parseKey(text)).toBeUndefined();
  });

  it('takes Base64url and white space around', () => {
    expect(parseKey(` ${'-_A'.repeat(14)}A=\n`)).toHaveLength(32);
  });
});

it('knows when the epoch of a key began, from the id of the key', () => {
  const keys = new PseudonymKeys(new Uint8Array(32), DAY);
  expect(keys.startOfKey(keys.current(10.5 * DAY).id)).toBe(10 * DAY);
  expect([null, '', 'e', 'x7', 'e7x'].map((id) => keys.startOfKey(id))).toEqual([null, null, null, null, null]);
  expect(new PseudonymKeys(new Uint8Array(32), null).startOfKey('e0')).toBeNull();
});
