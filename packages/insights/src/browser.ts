import Bowser from 'bowser';

/** The browsers that operators filter sessions by. `other`: none of these, or not known. */
export const BROWSER_FAMILIES = ['Chrome', 'Edge', 'Firefox', 'Safari', 'Opera', 'other'] as const;
export type BrowserFamily = (typeof BROWSER_FAMILIES)[number];

/** Bowser's names that are a family, or belong to one. */
const FAMILY_OF_NAME: Readonly<Record<string, BrowserFamily>> = {
  Chrome: 'Chrome',
  'Microsoft Edge': 'Edge',
  Firefox: 'Firefox',
  Safari: 'Safari',
  Opera: 'Opera',
};

/** For other names, such as Electron or Samsung Internet: WebRTC behaves as the engine does. */
const FAMILY_OF_ENGINE: Readonly<Record<string, BrowserFamily>> = {
  Blink: 'Chrome',
  Gecko: 'Firefox',
  WebKit: 'Safari',
};

/** Names that are shorter in a table than Bowser's. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  'Microsoft Edge': 'Edge',
  'Samsung Internet for Android': 'Samsung Internet',
  'Chrome OS': 'ChromeOS',
};

const MAX_UNKNOWN_LENGTH = 40;

/**
 * The family of a user agent. The catalog stores it and filters by it, so a change needs a migration of the existing
 * rows.
 */
export function browserFamily(userAgent: string | null): BrowserFamily {
  if (!userAgent) return 'other';
  const { browser, engine } = Bowser.parse(userAgent);
  return FAMILY_OF_NAME[browser.name ?? ''] ?? FAMILY_OF_ENGINE[engine.name ?? ''] ?? 'other';
}

/** `Chrome 156 on Linux`; the beginning of the user agent itself when the browser is not known. */
export function browserName(userAgent: string | null): string {
  if (!userAgent) return 'unknown browser';
  const { browser, os } = Bowser.parse(userAgent);
  if (!browser.name) {
    return userAgent.length > MAX_UNKNOWN_LENGTH ? `${userAgent.slice(0, MAX_UNKNOWN_LENGTH - 1)}…` : userAgent;
  }
  const name = SHORT_NAMES[browser.name] ?? browser.name;
  const version = browser.version === undefined ? '' : ` ${browser.version.split('.')[0]}`;
  const system = os.name === undefined ? '' : ` on ${SHORT_NAMES[os.name] ?? os.name}`;
  return name + version + system;
}
