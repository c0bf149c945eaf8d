/**
 * The `code` that Node.js and libraries put on their errors (`ENOENT`, `EADDRINUSE`, `WS_ERR_…`); `undefined` without
 * one.
 */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
