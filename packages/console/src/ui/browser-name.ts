/** The order matters: most user agents also contain the names of browsers further down. */
const BROWSERS: readonly [string, RegExp][] = [
  ['Edge', /\bEdgA?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Electron', /\bElectron\/(\d+)/],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari/],
];
const SYSTEMS: readonly [string, RegExp][] = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Macintosh|Mac OS X/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux|X11/],
];

/** Values of the API parameter `browser`. */
export const BROWSER_FAMILIES = ['Chrome', 'Edge', 'Firefox', 'Safari', 'Opera', 'other'] as const;

/** Short name of a user agent, such as `Chrome 156 on Linux`; the text itself, shortened, if the browser is unknown. */
export function browserName(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'unknown browser';
  const system = SYSTEMS.find(([, expression]) => expression.test(userAgent))?.[0];
  for (const [name, expression] of BROWSERS) {
    const version = expression.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}${system === undefined ? '' : ` on ${system}`}`;
  }
  return userAgent.length > 40 ? `${userAgent.slice(0, 39)}…` : userAgent;
}
