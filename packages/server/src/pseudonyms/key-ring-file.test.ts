import {
  closeSync,
  existsSync,
  linkSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { keyFile } from '../keys/key-file.ts';
import { rotated } from './key-changes.ts';
import { parseRing, readRing, replaceRing, ringText } from './key-ring-file.ts';
import { openPseudonymKeys } from './pseudonym-keys.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ring-'));
  path = keyFile(directory);
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = () => openPseudonymKeys(createConfig({ dataDirectory: directory }), { create: true });

it('replaces the file, overwrites the old one, and leaves nothing', () => {
  const { ring } = open();
  const old = openSync(path, 'r');
  const turned = rotated(ring, Date.now());
  const before = readFileSync(path);
  replaceRing(path, turned);
  expect(readRing(path)).toEqual(turned);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(directory, 'keys'))).toEqual(['pseudonyms.key']);
  const after = readFileSync(old);
  closeSync(old);
  expect(after).toHaveLength(32);
  expect(after.equals(before)).toBe(false);
});

it('is noticed by a gateway that runs, and does not stop it when it is damaged', () => {
  const keys = open();
  expect(keys.current().id).not.toContain('.');
  replaceRing(path, rotated(keys.ring, Date.now()));
  const { id, bytes } = keys.current();
  expect(id).toMatch(/^e\d+\.1$/);
  writeFileSync(path, 'damaged');
  expect(keys.current()).toEqual({ id, bytes });
  expect(open).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE' }));
  rmSync(path);
  expect(keys.current()).toEqual({ id, bytes });
});

it('ends a change that was killed, at each of its steps', () => {
  const { ring } = open();
  const turned = rotated(ring, Date.now());
  // Before the new ring took the name: the old one stays.
  writeFileSync(`${path}.changed`, ringText(turned));
  linkSync(path, `${path}.discarded`);
  expect(open().ring).toEqual(ring);
  expect(readdirSync(join(directory, 'keys'))).toEqual(['pseudonyms.key']);
  // After it: the old one goes.
  writeFileSync(`${path}.discarded`, ringText(ring));
  const old = openSync(`${path}.discarded`, 'r');
  expect(open().ring).toEqual(ring);
  expect(existsSync(`${path}.discarded`)).toBe(false);
  expect(readFileSync(old, 'latin1')).not.toContain(ringText(ring).slice(0, 20));
  closeSync(old);
});

it('overwrites no old ring when the key file is missing', () => {
  const { ring } = open();
  renameSync(path, `${path}.discarded`);
  open();
  expect(parseRing(readFileSync(`${path}.discarded`))).toEqual(ring);
});

it.each([
  ['', '{}', '{"version":1,"generations":[],"destroyed":[]}'],
  ['{"version":1,"generations":[{"from":0,"master":null,"kept":[]}],"destroyed":[]}'],
  [`{"version":2,"generations":[{"from":0,"master":"${'0'.repeat(64)}","kept":[]}],"destroyed":[]}`],
  [`{"version":1,"generations":[{"from":5,"master":"${'0'.repeat(64)}","kept":[]}],"destroyed":[]}`],
])('refuses %j', (...texts) => {
  for (const text of texts) expect(parseRing(Buffer.from(text))).toBeUndefined();
});
