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

/** Name with major version, and operating system, each null when it is not known. */
export interface Client {
  readonly browser: string | null;
  readonly os: string | null;
}

/** `{browser: 'Chrome 156', os: 'Linux'}`. */
export function clientOf(userAgent: string | null): Client {
  if (!userAgent) return { browser: null, os: null };
  const { browser, os } = Bowser.parse(userAgent);
  return {
    browser: browser.name ? shortName(browser.name) + majorVersion(browser.version) : null,
    os: os.name ? shortName(os.name) : null,
  };
}

/** The same with exact versions: `{browser: 'Chrome 156.0.7204.50', os: 'macOS 15.5'}`. */
export function exactClientOf(userAgent: string | null): Client {
  if (!userAgent) return { browser: null, os: null };
  const { browser, os } = Bowser.parse(userAgent);
  return { browser: exactName(browser), os: exactName(os) };
}

function exactName({ name, version }: { readonly name?: string; readonly version?: string }): string | null {
  return name ? [shortName(name), version ?? ''].join(' ').trim() : null;
}

function shortName(name: string): string {
  return SHORT_NAMES[name] ?? name;
}

function majorVersion(version: string | undefined): string {
  return version === undefined ? '' : ` ${version.split('.')[0]}`;
}

/** `Chrome 156 on Linux`; the beginning of the user agent itself when the browser is not known. */
export function browserName(userAgent: string | null): string {
  if (!userAgent) return 'unknown browser';
  const { browser, os } = Bowser.parse(userAgent);
  if (!browser.name) {
    return userAgent.length > MAX_UNKNOWN_LENGTH ? `${userAgent.slice(0, MAX_UNKNOWN_LENGTH - 1)}…` : userAgent;
  }
  const system = os.name === undefined ? '' : ` on ${shortName(os.name)}`;
  return shortName(browser.name) + majorVersion(browser.version) + system;
}
