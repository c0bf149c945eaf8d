import { CanaryError } from '../errors/canary-error.ts';

/**
 * Sends a plain HTTP request with planted values in its path to the gateway's public port. The gateway does not serve
 * the path, and must not log it.
 *
 * @param timeout milliseconds
 * @throws CanaryError GATEWAY_UNREACHABLE
 */
export async function sendPlainRequest(url: URL, path: string, timeout: number): Promise<void> {
  const target = new URL(url.origin.replace(/^ws/, 'http') + path);
  try {
    const response = await fetch(target, { signal: AbortSignal.timeout(timeout), redirect: 'manual' });
    await response.body?.cancel();
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

/**
 * Fetches the gateway's metrics in Prometheus text format.
 *
 * @param token the token of the admin listener, if it has one
 * @param timeout milliseconds
 * @throws CanaryError GATEWAY_UNREACHABLE
 */
export async function fetchMetrics(adminUrl: URL, token: string | undefined, timeout: number): Promise<string> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  let response: Response;
  try {
    response = await fetch(new URL('/metrics', adminUrl), { headers, signal: AbortSignal.timeout(timeout) });
    if (response.ok) return await response.text();
  } catch (cause) {
    throw unreachable(adminUrl, cause);
  }
  throw new CanaryError('GATEWAY_UNREACHABLE', `${adminUrl.origin} answers /metrics with ${response.status}`, {
    todo: 'Check that it is the admin listener of the gateway, and that admin.token is in the configuration.',
  });
}

/**
 * The error for a gateway that does not answer. Its message contains the system's error code or the HTTP status only.
 */
export function unreachable(url: URL, cause: unknown): CanaryError {
  // `fetch` wraps the error of the socket in a TypeError.
  const error = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  const status = error instanceof Error ? /^Unexpected server response: \d{3}$/.exec(error.message)?.[0] : undefined;
  const reason = status === undefined ? code : ` (${status.toLowerCase()})`;
  return new CanaryError('GATEWAY_UNREACHABLE', `There is no gateway at ${url.origin} that answers${reason}`, {
    cause,
  });
}
