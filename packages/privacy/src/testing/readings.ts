/** Maximum depth of decoding; deeper levels give no new texts. */
const MAX_DEPTH = 8;

/** All texts that can be read in JSON text: strings and keys, as they are and decoded. */
export function readingsOf(line: string): ReadonlySet<string> {
  const found = new Set<string>();
  collect(JSON.parse(line), found, 0);
  return found;
}

function collect(value: unknown, found: Set<string>, depth: number): void {
  if (typeof value === 'string') {
    read(value, found, depth);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      read(key, found, depth);
      collect(member, found, depth);
    }
  }
}

function read(text: string, found: Set<string>, depth: number): void {
  if (found.has(text) || depth > MAX_DEPTH) return;
  found.add(text);
  read(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    found,
    depth + 1,
  );
  read(
    text.replace(/\\(?:u([0-9a-f]{4})|(["\\/]))/gi, (_, hex: string | undefined, char: string) =>
      hex === undefined ? char : String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    found,
    depth + 1,
  );
  try {
    collect(JSON.parse(text), found, depth + 1);
  } catch {
    // Not JSON text.
  }
}

/** The first of `secrets` that can be read in `line` as a whole; undefined if none can. */
export function readable(line: string, secrets: readonly string[]): string | undefined {
  const readings = [...readingsOf(line)].map((text) => text.toLowerCase());
  return secrets.find((secret) => {
    const digit = /^[\d.-]+$/.test(secret) ? '\\d' : '[0-9a-f]';
    const pattern = new RegExp(`(?<!${digit})${RegExp.escape(secret.toLowerCase())}(?!${digit})`);
    return readings.some((text) => pattern.test(text));
  });
}
