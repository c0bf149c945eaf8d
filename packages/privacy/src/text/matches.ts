/**
 * Calls `use` with each match of a global pattern. `String.matchAll` makes a new pattern each time, which costs more than most texts
 * here take to search.
 */
export function eachMatch(text: string, pattern: RegExp, use: (match: RegExpExecArray) => void): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) use(match);
}
