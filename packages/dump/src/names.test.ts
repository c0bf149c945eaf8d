import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { methodCode, methodName, statsPropertyCode, statsPropertyName, statsTypeCode, statsTypeName } from './names.ts';
import {
  DECODE_ONLY_METHODS,
  DECODE_ONLY_STATS_PROPERTIES,
  METHOD_CODES,
  STATS_PROPERTY_CODES,
  STATS_TYPE_CODES,
} from './tables.ts';

const recordings = new URL('../../../test/recordings/', import.meta.url);

test.each([
  ['methods', { ...METHOD_CODES }, DECODE_ONLY_METHODS],
  ['stats types', { ...STATS_TYPE_CODES }, {}],
  ['stats properties', { ...STATS_PROPERTY_CODES }, DECODE_ONLY_STATS_PROPERTIES],
])('has no duplicate codes of %s', (_, table, decodeOnly) => {
  const codes = [...Object.values(table).map(String), ...Object.keys(decodeOnly)];
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});

test('maps every code back to its name', () => {
  for (const name of Object.keys(METHOD_CODES)) expect(methodName(methodCode(name))).toBe(name);
  for (const name of Object.keys(STATS_TYPE_CODES)) expect(statsTypeName(statsTypeCode(name))).toBe(name);
  for (const name of Object.keys(STATS_PROPERTY_CODES)) expect(statsPropertyName(statsPropertyCode(name))).toBe(name);
});

test('decodes codes that it does not write', () => {
  expect(methodName(1)).toBe('getStats');
  expect(methodCode('getStats')).toBe('g');
  expect(methodName(68)).toBe('navigator.mediaDevices.getDisplayMediaOnFailure');
  expect(methodCode('navigator.mediaDevices.getDisplayMediaOnFailure')).toBe(
    'navigator.mediaDevices.getDisplayMediaOnFailure',
  );
  expect(statsPropertyName('168')).toBe('psnrSum');
  expect(statsPropertyCode('psnrSum')).toBe('psnrSum');
});

test.each([':userRating', 'constructor', '__proto__', '', '999'])('returns the unknown name %j unchanged', (name) => {
  expect(methodCode(name)).toBe(name);
  expect(methodName(name)).toBe(name);
  expect(statsPropertyName(name)).toBe(name);
  expect(statsTypeName(name)).toBe(name);
});

test('treats a code written as a string like the number', () => {
  expect(methodName('20')).toBe('onicecandidate');
  expect(methodName(999)).toBe('999');
});

test('knows every code in the recordings', async () => {
  const names = (await readdir(recordings)).filter((name) => name.endsWith('.raw'));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const lines = (await readFile(new URL(name, recordings), 'utf8')).trimEnd().split('\n');
    for (const [code, , value] of lines.map((line) => JSON.parse(line))) {
      expect(methodName(code)).not.toMatch(/^\d+$/);
      if (code !== 'g') continue;
      for (const report of Object.values(value)) {
        for (const key of Object.keys(report ?? {})) expect(statsPropertyName(key)).not.toMatch(/^\d+$/);
      }
    }
  }
});
