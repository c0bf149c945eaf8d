import { TOKEN_PARAMETER } from './authorization.ts';

/** Path and query without the token. Everything else stays exactly as the client sent it. */
export function urlWithoutToken(url: string): string {
  const question = url.indexOf('?');
  if (question === -1) return url;
  const kept = url
    .slice(question + 1)
    .split('&')
    .filter((pair) => nameOf(pair) !== TOKEN_PARAMETER);
  const path = url.slice(0, question);
  return kept.length > 0 ? `${path}?${kept.join('&')}` : path;
}

/**
 * Uses the parser that also finds the token (URLSearchParams), so that no spelling is accepted there and missed here.
 */
function nameOf(pair: string): string {
  return new URLSearchParams(pair).keys().next().value?.toLowerCase() ?? '';
}
