import { expect, it } from 'vitest';
import { sdpSections } from './sdp.ts';

it('splits a description into its sections', () => {
  const sdp =
    'v=0\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendrecv\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n';
  expect(sdpSections(sdp).map(({ title, lines }) => [title, lines.length])).toEqual([
    ['session', 2],
    ['audio · mid 0 · sendrecv', 3],
    ['application', 1],
  ]);
});
