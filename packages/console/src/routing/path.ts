/** The segments of a path, decoded: `/sessions/a%20b` has `['sessions', 'a b']`. Undefined if it is not valid. */
export function segmentsOf(pathname: string): readonly string[] | undefined {
  try {
    return pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
