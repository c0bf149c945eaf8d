/**
 * Pieces that tokenizers do not join: words (parts of a name in camel case are words of their own), digits, white
 * space, and any other character.
 */
const PIECES = /[A-Z]?[a-z]+|[A-Z]+|\d+|\s+|[^A-Za-z\d\s]/g;
const LETTERS_PER_TOKEN = 4;

/**
 * An upper estimate of the number of tokens of a digest, without the tokenizer of any vendor. Common words are one
 * token in all of them, so one token per four letters is more than English text needs. Digits count one each, because
 * some tokenizers split numbers into digits, and so does each punctuation mark. A single space belongs to the word that
 * follows it, but is a token of its own before a number. docs/assistants.md compares it with real tokenizers.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let space = false;
  for (const [piece] of text.matchAll(PIECES)) {
    const isLetters = /^[A-Za-z]/.test(piece);
    if (space && !isLetters) tokens += 1;
    space = piece === ' ';
    if (isLetters) tokens += Math.ceil(piece.length / LETTERS_PER_TOKEN);
    else if (!space) tokens += piece.trim() === '' ? 1 : piece.length;
  }
  return tokens + (space ? 1 : 0);
}
