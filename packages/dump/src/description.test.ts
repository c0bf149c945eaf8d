import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { DescriptionDecompressor } from './description.ts';
import type { DumpEvent } from './event.ts';
import { DumpReader } from './reader.ts';

const recordings = new URL('../../../test/recordings/', import.meta.url);

const SESSION = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0';
const AUDIO = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0';
const VIDEO = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1';
const CHANGED = 'm=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=inactive';

function sdp(...sections: string[]): string {
  return sections.map((section) => `${section}\r\n`).join('');
}

/**
 * Replays events of `PC_0`. A value `offer: <SDP>` stands for a session description. Returns the SDP of each event, or
 * null.
 */
function play(...events: [method: string, value: string | null, id?: string][]): (string | null)[] {
  const decompressor = new DescriptionDecompressor();
  return events.map(([method, text, id]) => {
    const value = text === null ? null : { type: text.split(':', 1)[0], sdp: text.slice(text.indexOf(':') + 1) };
    const result = decompressor.decompress({ method, scope: 'PC_0', value, extra: id === undefined ? [] : [id] });
    return result === null ? null : (result as { sdp: string }).sdp;
  });
}

const full = sdp(SESSION, AUDIO, VIDEO);
const bare = sdp('v=', 'm=', 'm=');

test('an offer that is set as created', () => {
  expect(
    play(['createOfferOnSuccess', `offer:${full}`, '2-0'], ['setLocalDescription', `offer:${bare}`, '6-0']),
  ).toEqual([full, full]);
});

test('an answer is not expanded from an offer', () => {
  const [, set] = play(
    ['createOfferOnSuccess', `offer:${full}`, '2-0'],
    ['setLocalDescription', `answer:${bare}`, '6-0'],
  );
  expect(set).toBe(bare);
  const [, , created] = play(
    ['setLocalDescription', `offer:${full}`, '6-0'],
    ['setLocalDescriptionOnSuccess', null, '6-0'],
    ['createAnswerOnSuccess', `answer:${bare}`, '4-0'],
  );
  expect(created).toBe(bare);
});

test('one changed section among unchanged ones', () => {
  const [, , again] = play(
    ['setLocalDescription', `offer:${full}`, '6-0'],
    ['setLocalDescriptionOnSuccess', null, '6-0'],
    ['createOfferOnSuccess', `offer:${sdp('v=', 'm=', CHANGED)}`, '2-1'],
  );
  expect(again).toBe(sdp(SESSION, AUDIO, CHANGED));
});

test('a description that is set without an argument, and one compressed against it', () => {
  const more = sdp('v=', 'm=', 'm=', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2');
  const results = play(
    ['setLocalDescription', null, '6-0'],
    ['setLocalDescriptionOnSuccess', `offer:${full}`, '6-0'],
    ['setLocalDescription', null, '6-1'],
    ['setLocalDescriptionOnSuccess', `offer:${more}`, '6-1'],
  );
  expect(results[1]).toBe(full);
  expect(results[3]).toBe(more.replace(bare, full));
});

test('local and remote descriptions are separate', () => {
  const remote = sdp(SESSION, AUDIO);
  const results = play(
    ['setLocalDescription', `offer:${full}`, '6-0'],
    ['setLocalDescriptionOnSuccess', null, '6-0'],
    ['setRemoteDescription', `answer:${remote}`, '8-0'],
    ['setRemoteDescriptionOnSuccess', null, '8-0'],
    ['setRemoteDescription', `answer:${sdp('v=', 'm=')}`, '8-1'],
    ['createOfferOnSuccess', `offer:${bare}`, '2-1'],
  );
  expect(results.slice(-2)).toEqual([remote, full]);
});

test('a failed call keeps the previous description', () => {
  const [, , , , again] = play(
    ['setRemoteDescription', `offer:${full}`, '8-0'],
    ['setRemoteDescriptionOnSuccess', null, '8-0'],
    ['setRemoteDescription', `offer:${sdp(SESSION, CHANGED)}`, '8-1'],
    ['setRemoteDescriptionOnFailure', null, '8-1'],
    ['setRemoteDescription', `offer:${bare}`, '8-2'],
  );
  expect(again).toBe(full);
});

test('rolling back an offer restores the previous one', () => {
  const results = play(
    ['setLocalDescription', `offer:${full}`, '6-0'],
    ['setLocalDescriptionOnSuccess', null, '6-0'],
    ['setRemoteDescription', `answer:${full}`, '8-0'],
    ['setRemoteDescriptionOnSuccess', null, '8-0'],
    ['setLocalDescription', `offer:${sdp(SESSION, AUDIO, CHANGED)}`, '6-1'],
    ['setLocalDescriptionOnSuccess', null, '6-1'],
    ['setLocalDescription', 'rollback:', '6-2'],
    ['setLocalDescriptionOnSuccess', null, '6-2'],
    ['createOfferOnSuccess', `offer:${bare}`, '2-1'],
  );
  expect(results.at(-1)).toBe(full);
});

test('a section that is not in the dump stays bare', () => {
  expect(play(['setLocalDescription', `offer:${bare}`, '6-0'])).toEqual([bare]);
  const [, more] = play(
    ['createOfferOnSuccess', `offer:${sdp(SESSION, AUDIO)}`, '2-0'],
    ['setLocalDescription', `offer:${bare}`, '6-0'],
  );
  expect(more).toBe(sdp(SESSION, AUDIO, 'm='));
});

test('connections are separate, and a closed one is forgotten', () => {
  const decompressor = new DescriptionDecompressor();
  const decompress = (method: string, scope: string, text: string) =>
    decompressor.decompress({ method, scope, value: { type: 'offer', sdp: text }, extra: ['x'] });
  decompress('createOfferOnSuccess', 'PC_0', full);
  expect(decompress('setLocalDescription', 'PC_1', bare)).toEqual({ type: 'offer', sdp: bare });
  expect(decompress('setLocalDescription', 'PC_0', bare)).toEqual({ type: 'offer', sdp: full });
  decompressor.decompress({ method: 'close', scope: 'PC_0', value: null, extra: [] });
  expect(decompress('setLocalDescription', 'PC_0', bare)).toEqual({ type: 'offer', sdp: bare });
});

test.each([[null], ['text'], [[]], [{}], [{ type: 1 }], [{ type: 'offer', sdp: 5 }], [{ type: 'offer' }]])(
  'returns the value %j unchanged',
  (value) => {
    const decompressor = new DescriptionDecompressor();
    for (const method of ['createOfferOnSuccess', 'setLocalDescription', 'setRemoteDescriptionOnFailure', ':custom']) {
      for (const extra of [[], ['6-0'], [{ toString: null }]]) {
        expect(decompressor.decompress({ method, scope: null, value, extra })).toBe(value);
      }
    }
  },
);

async function descriptions(name: string): Promise<{ event: DumpEvent; sdp: string }[]> {
  const raw = await readFile(new URL(`${name}.raw`, recordings), 'utf8');
  const decompressor = new DescriptionDecompressor();
  const found: { event: DumpEvent; sdp: string }[] = [];
  for await (const event of await DumpReader.open(`RTCStatsDump\n{}\n${raw}`)) {
    const value = decompressor.decompress(event) as { sdp?: string } | null;
    if (typeof value?.sdp === 'string') found.push({ event, sdp: value.sdp });
  }
  return found;
}

test.each([
  ['chromium-loopback', 6],
  ['chromium-relay', 6],
  ['firefox-loopback', 6],
  ['chromium-labels', 4],
  ['chromium-mdns', 4],
])('%s: the description set by one peer is the one received by the other', async (name, count) => {
  const found = await descriptions(name);
  expect(found).toHaveLength(count);
  expect(found.filter(({ sdp: text }) => /^[vm]=\r?$/m.test(text))).toEqual([]);
  for (const [type, from, to] of [
    ['offer', 'PC_0', 'PC_1'],
    ['answer', 'PC_1', 'PC_0'],
  ]) {
    const of = (scope: string | undefined, method: string) =>
      found
        .filter(({ event }) => event.scope === scope && event.method.startsWith(method))
        .filter(({ event }) => (event.value as { type: string }).type === type)
        .map(({ sdp: text }) => text);
    expect(of(to, 'setRemoteDescription')).toEqual(of(from, 'setLocalDescription'));
  }
});
