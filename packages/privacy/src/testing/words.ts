import fc from 'fast-check';
import type { Expression } from '../scan/expression.ts';

/** Maximum repetitions; longer words test nothing new. */
const MAX_REPEATS = 3;
const MAX_LINES = 4;
const LINE_BREAKS = ['\\r\\n', '\\n'];

/**
 * Generates words that match a grammar. `contents` generates the content of open parts, as JSON source. `openShare` is
 * the share of parts that get such content although they could be closed.
 */
export function wordsOf(language: Expression, contents: fc.Arbitrary<string>, openShare: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      fc.infiniteStream(contents),
    )
    .map(([choices, open]) => {
      const random = (): number => choices.next().value as number;
      const content = (closed: Expression): string =>
        random() < openShare || !hasWord(closed) ? (open.next().value as string) : write(closed);
      const write = (expression: Expression): string => {
        switch (expression.kind) {
          case 'byte':
            return pick(bytesOf(expression), random());
          case 'sequence':
            return expression.parts.map(write).join('');
          case 'choice':
            return write(pick(expression.options.filter(hasWord), random()));
          case 'repeat': {
            const times = Math.floor(random() * (MAX_REPEATS + 1));
            return Array.from({ length: times }, () => write(expression.part)).join('');
          }
          case 'open':
            if (expression.until === 'token') return content(expression.closed).replace(/[\s"\\]/g, '');
            if (expression.until === 'quote') return `"${content(expression.closed)}"`;
            return `"${Array.from({ length: 1 + Math.floor(random() * MAX_LINES) }, () =>
              content(expression.closed),
            ).join(pick(LINE_BREAKS, random()))}"`;
          default:
            return expression satisfies never;
        }
      };
      return write(language);
    });
}

function hasWord(expression: Expression): boolean {
  switch (expression.kind) {
    case 'choice':
      return expression.options.some(hasWord);
    case 'sequence':
      return expression.parts.every(hasWord);
    default:
      return true;
  }
}

const known = new Map<Expression, readonly string[]>();

function bytesOf(expression: Expression & { readonly kind: 'byte' }): readonly string[] {
  let bytes = known.get(expression);
  if (bytes === undefined) {
    bytes = Array.from({ length: 256 }, (_, byte) => byte)
      .filter(expression.accepts)
      .map((byte) => String.fromCharCode(byte));
    known.set(expression, bytes);
  }
  return bytes;
}

function pick<T>(from: readonly T[], random: number): T {
  return from[Math.floor(random * from.length)]!;
}
