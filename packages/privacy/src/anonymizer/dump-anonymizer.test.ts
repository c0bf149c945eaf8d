import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Receipt } from '../receipt/receipt.ts';
import { addressAnonymizer, bytesOf, textOf } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { DumpAnonymizer } from './dump-anonymizer.ts';

/** Anonymizes a dump in the given chunks. Each chunk is overwritten after use, as file readers do. */
function run(chunks: readonly Uint8Array[]): { text: string; receipt: Receipt } {
  const anonymizer = addressAnonymizer();
  const dump = new DumpAnonymizer(anonymizer);
  let text = '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const write = (pieces: readonly Uint8Array[]): void => {
    for (const piece of pieces) text += decoder.decode(piece, { stream: true });
  };
  for (const chunk of chunks) {
    // A Buffer, because its `slice` would share memory.
    const copy = Buffer.from(chunk);
    write(dump.push(copy));
    copy.fill(0x3f);
  }
  write(dump.end());
  return { text: text + decoder.decode(), receipt: anonymizer.receipt() };
}

function whole(text: string): { text: string; receipt: Receipt } {
  return run([bytesOf(text)]);
}

const METADATA =
  '{"fileFormat":3,"url":"https://203.0.113.25/é","userAgent":"Chrome/131.0.0.0","remoteAddresses":["203.0.113.25"]}';
const EVENTS = [
  '[24,"PC_0","checking",1]',
  '["g","PC_0",{"a":{"134":"203.0.113.25","1":1.0}},1000]',
  ' [ ":é" , null , {"a\\/b":"198.51.100.7 – é"} , 1.50 ]',
  'no JSON',
  '{"no":"event"}',
  '',
  '[10,"PC_0",{"candidate":"candidate:1 1 udp 1 203.0.113.25 9 typ host"},"10-0",3]',
  '["close",null,1000,5]',
];
const CLEAN_EVENTS = [
  '[24,"PC_0","checking",1]',
  '["g","PC_0",{"a":{"134":"203.0.113.x","1":1.0}},1000]',
  ' [ ":é" , null , {"a\\/b":"198.51.100.x – é"} , 1.50 ]',
  '[10,"PC_0",{"candidate":"candidate:1 1 udp 1 203.0.113.x 9 typ host"},"10-0",3]',
  '["close",null,1000,5]',
];

describe('a dump', () => {
  const dump = `RTCStatsDump\n${METADATA}\n${EVENTS.join('\n')}\n`;

  it('keeps its head, describes the policy in its metadata and has no address left', () => {
    const { text, receipt } = whole(dump);
    const [head, metadata, ...events] = text.split('\n');
    expect(head).toBe('RTCStatsDump');
    expect(JSON.parse(metadata!)).toEqual({
      fileFormat: 3,
      url: 'https://203.0.113.x/é',
      userAgent: 'Chrome/131.0.0.0',
      remoteAddresses: ['203.0.113.x'],
      privacy: {
        policy: 'standard',
        hash: expect.stringMatching(/^[0-9a-f]{16}$/),
        engine: 'rtcstats-privacy/1',
        keyId: expect.anything(),
      },
    });
    expect(events).toEqual([...CLEAN_EVENTS, '']);
    expect(receipt).toMatchObject({ redactions: { ipAddresses: 5 }, dropped: { notJson: 1, notEvent: 1 } });
  });

  it.each([
    ['with line feeds', dump],
    ['with carriage returns', dump.replaceAll('\n', '\r\n')],
    ['without the last line feed', dump.slice(0, -1)],
    ['that ends in the middle of a line', dump.slice(0, -5)],
    ['without a head', dump.slice(dump.indexOf('\n[24') + 1)],
    ['without events', dump.slice(0, dump.indexOf('\n[24') + 1)],
    ['with only a head', 'RTCStatsDump'],
    ['with only a head and a line feed', 'RTCStatsDump\n'],
    ['that is empty', ''],
    ['with only blank lines', '\n\n\r\n\n'],
  ])('%s comes out the same for any chunk boundaries', (_, text) => {
    const bytes = bytesOf(text);
    const expected = whole(text);
    for (let at = 0; at <= bytes.length; at++) {
      expect(run([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
    }
    expect(run(Array.from({ length: bytes.length }, (__, i) => bytes.subarray(i, i + 1)))).toEqual(expected);
  });

  it('with carriage returns is stored without them', () => {
    expect(whole(dump.replaceAll('\n', '\r\n'))).toEqual(whole(dump));
  });

  it('without the last line feed gets one', () => {
    expect(whole(dump.slice(0, -1))).toEqual(whole(dump));
  });

  it('without a head is read as a list of events', () => {
    expect(whole(EVENTS.join('\n'))).toMatchObject({
      text: CLEAN_EVENTS.map((line) => `${line}\n`).join(''),
      receipt: { redactions: { ipAddresses: 3 }, dropped: { notJson: 1, notEvent: 1 } },
    });
  });

  it.each(['[1,2]', 'null', '"RTCStatsDump"', 'no JSON', '{"a":', '{"a":"\u0000"}'])(
    'drops the invalid metadata %j',
    (metadata) => {
      const { text, receipt } = whole(`RTCStatsDump\n${metadata}\n${EVENTS[0]}\n`);
      expect(text).toBe(`RTCStatsDump\n${EVENTS[0]}\n`);
      expect(Object.values(receipt.dropped)).toEqual([1]);
    },
  );

  it('drops a line that is not UTF-8', () => {
    const line = new Uint8Array([...bytesOf('[":a",null,"'), 0xc0, 0xaf, ...bytesOf('",1]\n')]);
    const { text, receipt } = run([bytesOf(`${EVENTS[0]}\n`), line, bytesOf(`${EVENTS[0]}\n`)]);
    expect(text).toBe(`${EVENTS[0]}\n${EVENTS[0]!.replace(/1\]$/, '2]')}\n`);
    expect(receipt.dropped).toEqual({ notJson: 1 });
  });
});

describe('a recording', () => {
  it.each(recordings())('$name gives the same lines as message() does', ({ bytes, lines }) => {
    const anonymizer = addressAnonymizer();
    const messages = lines.map((line) => textOf(anonymizer.message(bytesOf(line))!));
    const { text, receipt } = run([bytes]);
    expect(text.split('\n')).toEqual([...messages, '']);
    expect(receipt).toEqual(anonymizer.receipt());
  });

  it.each(recordings())('$name comes out the same in chunks of any size', ({ bytes }) => {
    const expected = run([bytes]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        const cut = run(ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)));
        expect(cut.text === expected.text).toBe(true);
        expect(cut.receipt).toEqual(expected.receipt);
      }),
      { numRuns: 10 },
    );
  });
});
