import fc from 'fast-check';

/** An address in one of its notations. */
export interface Spelled {
  readonly text: string;
  /** Texts that must not be readable in the result, in lower case: all notations of the address or its host part. */
  readonly secrets: readonly string[];
}

const octet = fc.integer({ min: 0, max: 255 });

/** Personal IPv4 addresses in all notations. */
export function ipv4(): fc.Arbitrary<Spelled> {
  return (
    fc
      .tuple(fc.integer({ min: 1, max: 255 }), octet, octet, octet)
      // Loopback and multicast addresses are not personal.
      .filter(([first]) => first !== 127 && (first < 224 || first > 239))
      .chain((octets) => {
        const plain = octets.join('.');
        const padded = octets.map((part) => String(part).padStart(3, '0')).join('.');
        const dashed = octets.join('-');
        const reversed = octets.toReversed().join('.');
        const secrets = [plain, padded, dashed, reversed, padded.replaceAll('.', '-')];
        return fc
          .constantFrom(
            plain,
            padded,
            `${plain}:50000`,
            `${plain}/24`,
            `ec2-${dashed}.compute-1.amazonaws.com`,
            `host${dashed}.isp.example`,
            `${reversed}.in-addr.arpa`,
            `${reversed}.bc.googleusercontent.com`,
            `u:p@${plain}:80`,
          )
          .map((text) => ({ text, secrets }));
      })
  );
}

/** Personal IPv6 addresses in all notations. */
export function ipv6(): fc.Arbitrary<Spelled> {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  const prefix = fc.constantFrom([0x2001, 0xdb8, 0x85a3], [0xfe80, 0, 0], [0xfd12, 0x3456, 0x789a], [0x2a02, 0, 1]);
  return fc
    .tuple(prefix, fc.array(group, { minLength: 4, maxLength: 4 }), fc.integer({ min: 1, max: 0xffff }))
    .chain(([network, middle, last]) => {
      const groups = [...network, ...middle, last];
      const full = groups.map((part) => part.toString(16)).join(':');
      const padded = groups.map((part) => part.toString(16).padStart(4, '0')).join(':');
      const short = compressed(groups);
      const octets = groups.slice(6).flatMap((part) => [part >> 8, part & 255]);
      const dotted = `${groups
        .slice(0, 6)
        .map((part) => part.toString(16))
        .join(':')}:${octets.join('.')}`;
      const nibbles = [...padded.replaceAll(':', '')].reverse().join('.');
      const dashed = full.replaceAll(':', '-');
      const literal = short.replaceAll(':', '-');
      const hosts = [full, padded].map((text) => text.split(':').slice(4).join(':'));
      const secrets = [full, padded, short, dotted, dashed, literal, nibbles, ...hosts];
      return fc
        .constantFrom(
          full,
          padded,
          short,
          short.toUpperCase(),
          padded.toUpperCase(),
          dotted,
          `${short}%eth0`,
          `${short}%25wlan0`,
          `${full}/64`,
          `[${short}]:50000`,
          `[${short}%25en0]`,
          `${full}:50000`,
          `${dashed}.v6.example`,
          `${literal}.ipv6-literal.net`,
          `${nibbles}.ip6.arpa`,
        )
        .map((text) => ({ text, secrets: secrets.filter((secret) => secret.length > 3) }));
    });
}

/** IPv6 addresses that embed an IPv4 address. */
export function embedded(): fc.Arbitrary<Spelled> {
  return fc
    .tuple(
      fc.constantFrom('::ffff:', '64:ff9b::', '::FFFF:', '0:0:0:0:0:ffff:'),
      fc.integer({ min: 1, max: 126 }),
      octet,
      octet,
      octet,
    )
    .chain(([prefix, ...octets]) => {
      const plain = octets.join('.');
      const hex = `${((octets[0] << 8) | octets[1]).toString(16)}:${((octets[2] << 8) | octets[3]).toString(16)}`;
      return fc
        .constantFrom(`${prefix}${plain}`, `${prefix}${hex}`, `[${prefix}${plain}]:443`)
        .map((text) => ({ text, secrets: [plain, hex] }));
    });
}

/** Compresses the longest run of zero groups to `::` (RFC 5952). */
function compressed(groups: readonly number[]): string {
  let from = -1;
  let length = 1;
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > length) [from, length] = [start, end - start];
  }
  const written = groups.map((part) => part.toString(16));
  if (from < 0) return written.join(':');
  return `${written.slice(0, from).join(':')}::${written.slice(from + length).join(':')}`;
}

/** The text with `layers` layers of percent-encoding, of all characters or of special ones only. */
export function percentEncoded(text: string, all: boolean, layers: number): string {
  let out = text;
  for (let i = 0; i < layers; i++) {
    out = out
      .toWellFormed()
      .replace(all ? /./gsu : /[^\w.-]/gu, (char) =>
        char.charCodeAt(0) < 128 ? `%${char.charCodeAt(0).toString(16).padStart(2, '0')}` : encodeURIComponent(char),
      );
  }
  return out;
}

/** The text as the content of a JSON string with every character escaped. */
export function unicodeEscaped(text: string): string {
  return Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
    '',
  );
}
