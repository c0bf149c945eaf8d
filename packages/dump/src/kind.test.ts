import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type DumpKind, KIND_BYTES, kindOf } from './kind.ts';

const cases: [string, DumpKind, string][] = [
  ['a dump', 'dump', 'RTCStatsDump\n{"fileFormat":3}\n'],
  ['a dump with CRLF', 'dump', 'RTCStatsDump\r\n{"fileFormat":3}\r\n'],
  ['a head alone', 'dump', 'RTCStatsDump'],
  ['messages', 'recording', '["create",null,{},1]\n'],
  ['messages with codes', 'recording', '[39,"PC_0",{},1]\n'],
  ['webrtc-internals on one line', 'webrtc-internals', '{"PeerConnections":{}}'],
  ['webrtc-internals, indented', 'webrtc-internals', '{\n "getUserMedia": [],\n'],
  ['webrtc-internals that goes on', 'webrtc-internals', '{"getUserMedia":[{"a":1},'],
  ['metadata of format 2', 'legacy', '{"fileFormat":2,"url":"x"}\n["create",null,{},1]\n'],
  ['metadata of format 1', 'legacy', '{"path":"/r","userAgent":"u","time":1}\n'],
  ['one object by connection', 'legacy', '{\n "peerConnections": {\n'],
  ['the page about:webrtc', 'about-webrtc', '<!DOCTYPE html>\n<html><head><title>about:webrtc</title>'],
  ['the page about:webrtc, later versions', 'about-webrtc', '<html><h2 data-l10n-id="about-webrtc-stats-heading">'],
  ['a report of about:webrtc', 'about-webrtc', '{"pcid":"{0b1c}","timestamp":1}'],
  ['reports of about:webrtc', 'about-webrtc', '[\n  {\n    "browserId": 3,\n    "pcid": "{0b1c}"'],
  ['a message that mentions one', 'recording', '[":x",null,{"pcid":1},1]\n'],
  ['another page', 'unknown', '<!DOCTYPE html><title>Call</title>'],
  ['a piece of the head', 'torn', 'RTCSta'],
  ['nothing', 'empty', ''],
  ['white space', 'empty', ' \r\n\n'],
  ['a head that goes on', 'unknown', 'RTCStatsDumps\n'],
  ['metadata without a head', 'unknown', '{"fileFormat":3}\n'],
  ['other JSON', 'unknown', '{"name":"PeerConnections"}'],
  ['text', 'unknown', 'call me'],
];

test.each(cases)('%s is %s, with and without a byte order mark', (_, kind, text) => {
  expect(kindOf(new TextEncoder().encode(text))).toBe(kind);
  expect(kindOf(new TextEncoder().encode(`\uFEFF${text}`))).toBe(kind);
});

test('an image is unknown', () => {
  expect(kindOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10))).toBe('unknown');
});

test.each<[string, DumpKind]>([
  ['chromium-loopback.raw', 'recording'],
  ['chromium-loopback.rtcstats_dump.gz', 'dump'],
  ['chromium-loopback.webrtc_internals_dump.gz', 'webrtc-internals'],
  ['chromium-loopback.webrtc_internals_dump.txt', 'webrtc-internals'],
])('the recorded file %s is %s', async (name, kind) => {
  const stored = await readFile(new URL(`../../../test/recordings/${name}`, import.meta.url));
  const file = name.endsWith('.gz') ? gunzipSync(stored) : stored;
  expect(kindOf(file.subarray(0, KIND_BYTES))).toBe(kind);
});
