import { expect, it } from 'vitest';
import { only, total } from '../testing/class-cases.ts';
import { verifyText } from './verifier.ts';

it('judges a page URL by the method of the class', () => {
  const clean = { metadata: { url: 'https://meet.example.com/path-3f9a2c/path-4e8b1d' } };
  expect(total('pageUrl', clean)).toBe(0);
  // The id of a room is enough to join it.
  const page = { metadata: { url: 'https://meet.example.com/path-3f9a2c/9cbf98d1-f77c-4026-8779-b2d01f2bef55' } };
  expect(total('pageUrl', page)).toBe(1);
  expect(total('pageUrl', page, 'truncate')).toBe(1);
  expect(total('pageUrl', { metadata: { url: '/room/anna?user=anna&rtcstats-token=abcd' } }, 'redact')).toBe(1);
  expect(total('pageUrl', { metadata: { url: '/room/anna?user=anna' } }, 'redact')).toBe(0);
});

it('allows path segments that the operator keeps', () => {
  const line = 'RTCStatsDump\n{"url":"/room/path-3f9a2c"}\n';
  expect(verifyText(line, only('pageUrl')).total).toBe(1);
  expect(verifyText(line, { ...only('pageUrl'), keepSegments: ['room'] }).total).toBe(0);
});

it('allows labels of data channels that the operator keeps, and no other labels', () => {
  const policy = { ...only('deviceNames'), keepLabels: ['notes-anna.keller'] };
  const channel = '["createDataChannel","PC_0",["notes-anna.keller"],1]';
  expect(verifyText(channel, only('deviceNames')).total).toBe(1);
  expect(verifyText(channel, policy).total).toBe(0);
  expect(verifyText('["addTrack","PC_0",["audio","1","notes-anna.keller"],1]', policy).total).toBe(1);
});

it('reports opaque ids only if the policy does not keep them', () => {
  const line = '["identity",null,{"user":"9cbf98d1-f77c-4026-8779-b2d01f2bef55"},1]';
  expect(verifyText(line, { ...only('identifiers'), keepOpaqueIdentifiers: false }).total).toBe(1);
  expect(verifyText(line, only('identifiers')).total).toBe(0);
});

it('reports application events if they should have been dropped', () => {
  const line = '[":userRating","PC_0",{"rating":4},1]';
  expect(verifyText(line, { ...only('contact', 'redact'), customEvents: 'drop' }).total).toBe(1);
  expect(verifyText(line, only('contact', 'redact')).total).toBe(0);
});

it('reports a whole user agent if the method removes it', () => {
  expect(total('userAgent', { metadata: { userAgent: 'Mozilla/5.0' } }, 'remove')).toBe(1);
});
