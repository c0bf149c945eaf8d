/** Characters of a text that are shown; names of sessions are shorter. */
const MAX_TEXT = 200;
/** Characters of a result; about 10,000 tokens. */
const MAX_RESULT = 40_000;
/**
 * Control and format characters, private and unassigned ones, line and paragraph separators, and variation selectors:
 * they can hide a text from people that a model reads, or reorder what people read.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu;

/**
 * A value as JSON for an assistant: long texts are cut, and characters that people cannot see are escaped.
 *
 * @returns undefined if it would be too long for an assistant
 */
export function safeJson(value: unknown): string | undefined {
  const shorten = (_: string, it: unknown): unknown =>
    typeof it === 'string' && it.length > MAX_TEXT ? `${it.slice(0, MAX_TEXT)}...` : it;
  const text = JSON.stringify(value, shorten);
  return text.length > MAX_RESULT ? undefined : withoutHidden(text);
}

/** Escapes the characters of a text that people cannot see, as JSON does. */
export function withoutHidden(text: string): string {
  return text.replace(HIDDEN, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  );
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
