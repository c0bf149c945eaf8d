/** The words of a table, which are separated by white space. */
export function wordList(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** The phrases of a table, which are separated by commas. */
export function phraseList(text: string): ReadonlySet<string> {
  return new Set(
    text
      .trim()
      .split(',')
      .map((phrase) => phrase.trim().split(/\s+/).join(' '))
      .filter((phrase) => phrase !== ''),
  );
}
