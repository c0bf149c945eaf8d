/**
 * Calls `use` with each match of a global pattern. `String.matchAll` clones the pattern on each call, which costs more
 * than searching most texts here.
 */
export function eachMatch(text: string, pattern: RegExp, use: (match: RegExpExecArray) => void): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) use(match);
}
