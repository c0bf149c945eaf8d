/**
 * Words that say whether there is a secret, or what is wrong with it, in the place of its value: `cookie: disabled`.
 */
const STATES =
  'none|null|nil|undefined|true|false|yes|no|on|off|n/?a|enabled|disabled|required|optional|missing|invalid|valid|expired|revoked|rejected|denied|blocked|allowed|granted|accepted|present|absent|available|unavailable|unsupported|supported|empty|unset|unknown|provided|unchanged|refreshed|not[ _-](?:set|found|available|present|required|supported|provided|allowed)';
const STATE = new RegExp(`^(?:${STATES})[.!?]?$`, 'i');
/** The value of a cookie reaches to the end of the line, where other text may follow. Names of cookies need `=`. */
const COOKIE_STATE = new RegExp(`^\\s{0,4}(?:${STATES})\\s{0,4}(?:$|[.,;!?)\\]}][^=]*$)`, 'i');

/** Whether the whole value is a state. */
export function isNoSecret(value: string): boolean {
  return value.length < 20 && STATE.test(value);
}

/** Whether a cookie header has a state instead of cookies. */
export function isNoCookie(value: string): boolean {
  return COOKIE_STATE.test(value);
}
