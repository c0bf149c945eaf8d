import { expect, it } from 'vitest';
import { urlWithoutToken } from './request-url.ts';

it.each([
  ['/room/a', '/room/a'],
  ['/room/a?', '/room/a?'],
  ['/room/a?x=1&y=%20+2', '/room/a?x=1&y=%20+2'],
  ['/room/a?rtcstats-token=SECRET', '/room/a'],
  ['/room/a?x=1&rtcstats-token=SECRET&y=2', '/room/a?x=1&y=2'],
  ['/room/a?rtcstats-token=SECRET&rtcstats-token=SECRET', '/room/a'],
  ['/room/a?rtcstats%2Dtoken=SECRET&x=1', '/room/a?x=1'],
  ['/room/a?RTCStats-Token=SECRET', '/room/a'],
  ['/?a?rtcstats-token=1', '/?a?rtcstats-token=1'],
  ['/??rtcstats-token=SECRET', '/'],
])('%s', (url, expected) => {
  expect(urlWithoutToken(url)).toBe(expected);
});
