import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diffLines, sdpSections } from './sdp.ts';

const text =
  (kind: string) =>
  (line: { kind: string; text: string }): string[] =>
    line.kind === kind ? [line.text] : [];

it.each([
  [['a', 'b', 'c'], ['a', 'b', 'c'], '  a|  b|  c'],
  [['a', 'b', 'c'], ['a', 'x', 'c'], '  a|- b|+ x|  c'],
  [['a', 'b'], ['b', 'c'], '- a|  b|+ c'],
  [[], ['a'], '+ a'],
  [['a'], [], '- a'],
])('compares %j and %j', (before, after, expected) => {
  const sign = { same: '  ', added: '+ ', removed: '- ' };
  expect(
    diffLines(before, after)
      .map(({ kind, text: line }) => sign[kind] + line)
      .join('|'),
  ).toBe(expected);
});

it('contains both texts in full', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = diffLines(before, after);
      expect(diff.flatMap((line) => [...text('same')(line), ...text('removed')(line)])).toEqual(before);
      expect(diff.flatMap((line) => [...text('same')(line), ...text('added')(line)])).toEqual(after);
    }),
  );
});

it('splits a description into its sections', () => {
  const sdp =
    'v=0\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendrecv\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n';
  expect(sdpSections(sdp).map(({ title, lines }) => [title, lines.length])).toEqual([
    ['session', 2],
    ['audio · mid 0 · sendrecv', 3],
    ['application', 1],
  ]);
});
