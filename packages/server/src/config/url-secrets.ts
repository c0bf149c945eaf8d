const HIDDEN_PART = '…';

/**
 * Replaces what may be secret in a URL: user name and password, values of the query, the fragment. Works on text that
 * is not a valid URL, too, because messages quote the values that they reject.
 *
 * @param isUrl whether the text is meant to be a URL; in any other text, only what follows `//` is taken for one
 */
export function withoutUrlSecrets(text: string, isUrl: boolean): string {
  const userInformation = isUrl ? /^(?:[a-z][a-z0-9+.-]*:\/*)?[\s\S]*@/i : /\/\/[\s\S]*@/;
  const anonymous = text.replace(userInformation, (found) => {
    const [scheme = ''] = /^(?:[a-z][a-z0-9+.-]*:)?\/*/i.exec(found) ?? [];
    return `${scheme.includes('/') ? scheme : ''}${HIDDEN_PART}@`;
  });
  if (!isUrl && !anonymous.includes('//')) return anonymous;
  return anonymous.replace(/([?&])([^=&#]*)(=?)[^&#]*/g, hideValue).replace(/#[\s\S]+$/, `#${HIDDEN_PART}`);
}

/** `?name=value` becomes `?name=…`, and `?value` becomes `?…`. */
function hideValue(whole: string, separator: string, name: string, equals: string): string {
  if (whole === separator) return whole;
  return equals === '' ? `${separator}${HIDDEN_PART}` : `${separator}${name}=${HIDDEN_PART}`;
}

/** The same for every text in a value of the configuration. */
export function valueWithoutUrlSecrets(value: unknown, isUrl: boolean): unknown {
  if (typeof value === 'string') return withoutUrlSecrets(value, isUrl);
  if (Array.isArray(value)) return value.map((item) => valueWithoutUrlSecrets(item, isUrl));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, valueWithoutUrlSecrets(item, isUrl)]));
}
