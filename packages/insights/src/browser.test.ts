import { expect, it } from 'vitest';
import { browserFamily, browserName } from './browser.ts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  [`${LINUX} Chrome/156.0.0.0 Safari/537.36`, 'Chrome 156 on Linux', 'Chrome'],
  [`${LINUX} HeadlessChrome/156.0.0.0 Safari/537.36`, 'Chrome 156 on Linux', 'Chrome'],
  [`${ANDROID} Chrome/156.0.0.0 Mobile Safari/537.36`, 'Chrome 156 on Android', 'Chrome'],
  [
    `${ANDROID.replace(')', '; wv)')} Version/4.0 Chrome/156.0.0.0 Mobile Safari/537.36`,
    'Chrome 156 on Android',
    'Chrome',
  ],
  [`${ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, 'Samsung Internet 28 on Android', 'Chrome'],
  [`${LINUX} App/1.0 Chrome/140.0.0.0 Electron/38.1.0 Safari/537.36`, 'Electron 38 on Linux', 'Chrome'],
  ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/140.0.0.0 Safari/537.36', 'Chrome 140 on ChromeOS', 'Chrome'],
  ['Mozilla/5.0 (Windows NT 10.0) Chrome/156.0.0.0 Safari/537.36 Edg/156.0', 'Edge 156 on Windows', 'Edge'],
  [`${ANDROID} Chrome/156.0.0.0 Mobile Safari/537.36 EdgA/156.0`, 'Edge 156 on Android', 'Edge'],
  [`${IPHONE} Version/18.0 EdgiOS/140.0 Mobile/15E148 Safari/605.1.15`, 'Edge 140 on iOS', 'Edge'],
  [`${LINUX} Chrome/140.0.0.0 Safari/537.36 OPR/120.0`, 'Opera 120 on Linux', 'Opera'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox 153 on Linux', 'Firefox'],
  [`${IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15`, 'Firefox 140 on iOS', 'Firefox'],
  [`${IPHONE} CriOS/140.0.0.0 Mobile/15E148 Safari/604.1`, 'Chrome 140 on iOS', 'Chrome'],
  [`${IPHONE} Version/18.0 Mobile/15E148 Safari/604.1`, 'Safari 18 on iOS', 'Safari'],
  [`${IPHONE} Mobile/15E148`, 'Safari on iOS', 'Safari'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/26.1 Safari/605',
    'Safari 26 on macOS',
    'Safari',
  ],
  ['curl', 'curl', 'other'],
  [`rtcstats ${'x'.repeat(40)}`, `rtcstats ${'x'.repeat(30)}…`, 'other'],
  ['', 'unknown browser', 'other'],
  [null, 'unknown browser', 'other'],
])('%s is %s, of the family %s', (userAgent, name, family) => {
  expect(browserName(userAgent)).toBe(name);
  expect(browserFamily(userAgent)).toBe(family);
});
