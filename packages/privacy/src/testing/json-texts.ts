import fc from 'fast-check';

/**
 * JSON texts that no serializer produces: any number format, any escape, white space, repeated keys. `space` generates
 * the white space between tokens.
 */
export function jsonTexts(
  space: fc.Arbitrary<string>,
  strings: fc.Arbitrary<string> = stringTokens(),
): fc.Arbitrary<string> {
  const { value } = fc.letrec<{ value: string; leaf: string; list: string; object: string }>((tie) => ({
    value: fc.oneof({ maxDepth: 5, depthIdentifier: 'json' }, tie('leaf'), tie('list'), tie('object')),
    leaf: fc.oneof(strings, numberTokens(), fc.constantFrom('null', 'true', 'false')),
    list: fc
      .tuple(fc.array(fc.tuple(space, tie('value'), space), { maxLength: 4, depthIdentifier: 'json' }), space)
      .map(([items, inner]) => `[${items.length === 0 ? inner : items.map((item) => item.join('')).join(',')}]`),
    object: fc
      .tuple(
        fc.array(fc.tuple(space, strings, space, space, tie('value'), space), {
          maxLength: 4,
          depthIdentifier: 'json',
        }),
        space,
      )
      .map(([members, inner]) => {
        const written = members.map(([a, key, b, c, member, d]) => `${a}${key}${b}:${c}${member}${d}`);
        return `{${members.length === 0 ? inner : written.join(',')}}`;
      }),
  }));
  return value;
}

/** String tokens in which each character is literal or escaped in one of its forms. */
export function stringTokens(
  texts: fc.Arbitrary<string> = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 8 })),
): fc.Arbitrary<string> {
  return fc.tuple(texts, fc.infiniteStream(fc.nat(9))).map(([text, choices]) => {
    let out = '';
    for (let i = 0; i < text.length; i++) {
      const { value } = choices.next() as { value: number };
      out += written(text.charAt(i), value);
    }
    return `"${out}"`;
  });
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function written(unit: string, choice: number): string {
  const code = unit.charCodeAt(0);
  const hex = code.toString(16).padStart(4, '0');
  const mustEscape = code < 32 || unit === '"' || unit === '\\' || (code >= 0xd800 && code < 0xe000);
  if (choice === 0) return `\\u${hex}`;
  if (choice === 1) return `\\u${hex.toUpperCase()}`;
  if (choice < 4 && SHORT[unit] !== undefined) return SHORT[unit];
  return mustEscape ? (SHORT[unit] ?? `\\u${hex}`) : unit;
}

/** Numbers in all formats of RFC 8259, section 6. */
export function numberTokens(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom('0', '-0', '1.0', '1e5', '1E+05', '-0.0e-0', '123456789012345678901234567890', '1.000', '4e400'),
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  );
}

/** Texts with a few characters replaced, inserted or removed. */
export function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '-',
      '+',
      '.',
      '0',
      '1',
      'e',
      'E',
      'n',
      't',
      'u',
      ' ',
      '\n',
      '\t',
    ),
    fc.constantFrom(
      '\u0000',
      '\u001f',
      '\u007f',
      '\u00a0',
      '\u2028',
      '\ufeff',
      '\\u00',
      '\\x',
      'null',
      'NaN',
      '//',
      "'",
    ),
    fc.string({ maxLength: 2 }),
  );
  const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), piece);
  return fc.tuple(texts, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([text, edits]) => {
    let out = text;
    for (const [where, cut, put] of edits) {
      const at = Math.floor(where * out.length);
      out = out.slice(0, at) + put + out.slice(at + cut);
    }
    return out;
  });
}
