import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isInternalsDump, readInternalsDump } from './internals.ts';

const recordings = new URL('../../../test/recordings/', import.meta.url);

test.each(['gz', 'txt'])('reads files saved by chrome://webrtc-internals (%s)', async (extension) => {
  const file = await readFile(new URL(`chromium-loopback.webrtc_internals_dump.${extension}`, recordings));
  const dump = await readInternalsDump(file);
  expect(Object.keys(dump.PeerConnections)).toEqual(['8-1', '8-2']);
  expect(dump.UserAgent).toContain('Chrome/156');
  expect(dump.getUserMedia).toHaveLength(2);
  const connection = dump.PeerConnections['8-1'];
  expect(JSON.parse(connection?.rtcConfiguration ?? '')).toHaveProperty('iceServers');
  expect(connection?.updateLog?.[0]).toMatchObject({ type: 'transceiverAdded', timestamp: expect.any(Number) });
  const series = Object.entries(connection?.stats ?? {}).find(([key]) => key.endsWith('-bytesSent'))?.[1];
  expect(series?.statsType).toBe('outbound-rtp');
  expect(JSON.parse(series?.values ?? '').length).toBeGreaterThan(10);
});

test.each([
  ['DUMP_NOT_A_DUMP', 'RTCStatsDump\n{"fileFormat":3}\n'],
  ['DUMP_NOT_A_DUMP', ''],
  ['DUMP_NOT_A_DUMP', '{"peerConnections":{}}'],
  ['DUMP_NOT_A_DUMP', '{"PeerConnections":[]}'],
  ['DUMP_NOT_A_DUMP', '{"PeerConnections":{"1":5}}'],
  ['DUMP_NOT_A_DUMP', '{"PeerConnections":{} 203.0.113.9}'],
  ['DUMP_TRUNCATED', '{"PeerConnections":{"1":{"url":"203.0.113.9'],
])('%s: %j', async (code, text) => {
  await expect(readInternalsDump(text)).rejects.toMatchObject({
    code,
    message: expect.not.stringContaining('203'),
  });
});

test('rejects a file above the limit', async () => {
  const text = `{"PeerConnections":{},"x":"${'x'.repeat(1000)}"}`;
  await expect(readInternalsDump(text, 1000)).rejects.toMatchObject({ code: 'DUMP_TOO_LARGE' });
  expect(isInternalsDump(await readInternalsDump(text, 2000))).toBe(true);
});

test('accepts only objects with peer connections', () => {
  expect([null, undefined, 5, 'x', [], {}].map(isInternalsDump)).toEqual(Array(6).fill(false));
  expect(isInternalsDump({ PeerConnections: {} })).toBe(true);
});
