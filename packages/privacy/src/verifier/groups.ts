/** An IPv6 address as eight groups of 16 bits. */
export type Groups = readonly number[];

/** Parses eight (or `length`) hexadecimal groups with at most one `::`, as in `2001:db8::1`; undefined if invalid. */
export function parseGroups(parts: readonly string[], length = 8): Groups | undefined {
  const gap = parts.indexOf('');
  if (gap < 0) return parts.length === length ? readGroups(parts) : undefined;
  // Splitting `::1`, `1::` and `::` gives two or three empty parts where the gap is.
  let after = gap + 1;
  if (gap === 0 && parts[1] === '') after = 2;
  let end = parts.length;
  if (end > after && parts[end - 1] === '' && end === after + 1) end = after;
  const head = readGroups(parts.slice(0, gap));
  const tail = readGroups(parts.slice(after, end));
  if (head === undefined || tail === undefined || head.length + tail.length > length - 1) return undefined;
  return [...head, ...new Array<number>(length - head.length - tail.length).fill(0), ...tail];
}

function readGroups(parts: readonly string[]): number[] | undefined {
  const groups: number[] = [];
  for (const part of parts) {
    if (part.length === 0 || part.length > 4) return undefined;
    const group = Number.parseInt(part, 16);
    if (Number.isNaN(group)) return undefined;
    groups.push(group);
  }
  return groups;
}
