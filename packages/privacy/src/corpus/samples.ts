/** Values shared by cases on several topics. */

export const UUID = '9cbf98d1-f77c-4026-8779-b2d01f2bef55';
export const HASH = 'c12480b779a1';

/** A session description with these lines. */
export const sdp = (...lines: string[]): string => `${lines.join('\r\n')}\r\n`;
/** Lines of a session description without personal data. */
export const MEDIA = [
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=rtpmap:111 opus/48000/2',
];
/** An origin line without personal data. */
export const OWNER = 'o=- 4740737794264124603 2 IN IP4 127.0.0.1';
