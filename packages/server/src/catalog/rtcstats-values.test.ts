import { describe, expect, it } from 'vitest';
import { columnValue, featureColumns, jsonText } from './rtcstats-values.ts';

it('knows the columns of the tables, the features that fill them, and their defaults', () => {
  const columns = featureColumns('features_client');
  expect(columns).toContainEqual({ name: 'window', type: 'jsonb', feature: 'window', missing: null });
  expect(columns).toContainEqual({
    ...{ name: 'called_get_user_media', type: 'boolean', feature: 'calledGetUserMedia', missing: false },
  });
  expect(columns).toContainEqual({
    ...{ name: 'get_user_media_error_count', type: 'integer', feature: 'getUserMediaErrorCount', missing: 0 },
  });
  expect(featureColumns('features_track')).toContainEqual({
    ...{ name: 'average_encode_time', type: 'double precision', feature: 'averageEncodeTime', missing: null },
  });
});

describe('columnValue', () => {
  it.each([
    ['smallint', 0.5, 1],
    ['smallint', 70_000, 32_767],
    ['integer', -1e300, -2_147_483_647],
    ['integer', Number.POSITIVE_INFINITY, 2_147_483_647],
    ['integer', Number.NaN, null],
    ['integer', '5', null],
    ['double precision', 0.25, 0.25],
    ['double precision', Number.POSITIVE_INFINITY, null],
    ['boolean', false, false],
    ['boolean', 0, null],
    ['timestamptz', 1_795_800_000_000.5, '2026-11-27T17:20:00.000Z'],
    ['timestamptz', 1e300, null],
    ['timestamptz', Number.NaN, null],
    ['text', 'a\0\ud800', 'a\ufffd\ufffd'],
    ['text', 5, '5'],
    ['text', { a: 1 }, null],
    ['jsonb', { a: [1] }, '{"a":[1]}'],
    ['jsonb', undefined, null],
  ])('converts for %s: %j', (type, value, expected) => {
    expect(columnValue(type, value)).toBe(expected);
  });
});

it('writes JSON without what jsonb does not take, and with the same texts otherwise', () => {
  const text = jsonText({ 'k\0': 'a\ud800b', same: '\\u0000 \\\\ud800 \u{1f600}\n' });
  expect(JSON.parse(text)).toEqual({ 'k\ufffd': 'a\ufffdb', same: '\\u0000 \\\\ud800 \u{1f600}\n' });
});
