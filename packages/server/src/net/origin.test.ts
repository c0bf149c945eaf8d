import { describe, expect, it } from 'vitest';
import { isOriginPattern, OriginList } from './origin.ts';

const list = new OriginList(['https://app.example.com', 'https://*.example.org', 'http://localhost:3000']);

describe('OriginList', () => {
  it.each([
    ['https://app.example.com', true],
    ['http://localhost:3000', true],
    ['https://a.example.org', true],
    ['https://a.b.example.org', true],
    ['https://example.org', false],
    ['https://notexample.org', false],
    ['http://a.example.org', false],
    ['https://a.example.org:8443', false],
    ['https://app.example.com.evil.example', false],
    ['https://evil.example/.example.org', false],
    ['https://evil.example#.example.org', false],
    ['https://*.example.org', false],
    ['http://app.example.com', false],
    ['http://localhost:3001', false],
    ['null', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (origin, allowed) => {
    expect(list.allows(origin)).toBe(allowed);
  });

  it('lets everybody in when it is empty', () => {
    const everybody = new OriginList([]);
    for (const origin of ['https://app.example.com', 'null', undefined]) expect(everybody.allows(origin)).toBe(true);
  });
});

it.each([
  ['https://app.example.com', true],
  ['https://*.example.com:8443', true],
  ['capacitor://localhost', true],
  ['http://[::1]:8080', true],
  ['https://app.example.com/', false],
  ['https://App.example.com', false],
  ['https://*', false],
  ['https://a.*.example.com', false],
  ['app.example.com', false],
  ['*', false],
])('%s may be configured: %s', (text, allowed) => {
  expect(isOriginPattern(text)).toBe(allowed);
});
