import { event, metadata, type PlantedCase } from './case.ts';

/** User agents and client hints, and personal values hidden in them. */
export const BROWSER_CASES: readonly PlantedCase[] = [
  metadata(
    'userAgent',
    'the user agent',
    {
      userAgent:
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.86 Safari/537.36',
    },
    [],
    { goneStrict: ['131.0.6778', '6778.86'], stays: ['Chrome/131', 'Mozilla/5', 'Linux x86_64'] },
  ),
  metadata(
    'userAgent',
    'the user agent of Safari',
    {
      userAgent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3.1 Mobile/15E148 Safari/604.1',
    },
    [],
    { goneStrict: ['18.3.1', '18_3_1'], stays: ['Version/18', 'iPhone'], adversarial: true },
  ),
  metadata(
    'userAgent',
    'the user agent of an Android',
    {
      userAgent:
        'Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP3A.241005.015) AppleWebKit/537.36 Chrome/131.0.6778.86 Mobile Safari/537.36',
    },
    [],
    { goneStrict: ['131.0.6778', '241005.015'], stays: ['Chrome/131', 'Android 15'], adversarial: true },
  ),
  metadata(
    'userAgent',
    'the user agent of Firefox',
    { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:133.7) Gecko/20100101 Firefox/133.7.1' },
    [],
    { goneStrict: ['133.7'], stays: ['Firefox/133'] },
  ),
  metadata(
    'ipAddresses',
    'the user agent',
    { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.6778.86 Safari/537.36 (203.0.113.45)' },
    '203.0.113.45',
    { goneStrict: ['131.0.6778'], stays: ['Chrome/131'], adversarial: true },
  ),
  metadata(
    'contact',
    'the user agent of a crawler',
    { userAgent: 'KitBot/2.1 (+mailto:anna.keller@example.org; https://bot.example.org/?by=anna)' },
    'anna',
    { goneStrict: ['2.1'], stays: ['KitBot/2'], adversarial: true },
  ),
  event(
    'userAgent',
    'the full version',
    [39, null, { userAgentData: { uaFullVersion: '131.0.6778.86', platform: 'Linux', mobile: false } }, 1795365271390],
    [],
    { goneStrict: ['131.0.6778'], stays: ['Linux', '1795365271390'] },
  ),
  event(
    'userAgent',
    'the list of full versions',
    [
      39,
      null,
      { userAgentData: { fullVersionList: [{ brand: 'Chromium', version: '131.0.6778.86' }] } },
      1795365271390,
    ],
    [],
    { goneStrict: ['131.0.6778'], stays: ['Chromium', '1795365271390'] },
  ),
  event(
    'userAgent',
    'the version of the system',
    [39, null, { userAgentData: { platformVersion: '15.3.1', architecture: 'arm' } }, 1],
    [],
    { goneStrict: ['15.3'] },
  ),
  event('userAgent', 'the model', [39, null, { userAgentData: { model: 'SM-G998B', platform: 'Android' } }, 1], [], {
    goneStrict: ['SM-G998B'],
    stays: ['Android'],
  }),
  event(
    'userAgent',
    'the user agent in an event',
    [':ua', null, { userAgent: 'Mozilla/5.0 (X11) Chrome/131.0.6778.86' }, 1],
    [],
    { goneStrict: ['131.0.6778'] },
  ),
];
