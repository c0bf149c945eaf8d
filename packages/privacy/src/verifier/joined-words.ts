/**
 * Splits names of properties that are written without separators (`agentname`, `externalmeetingid`), which programs do
 * that ignore case. Only names that consist of the given words are split; the last word has to be a detail.
 */
export function splitJoined(
  name: string,
  isDetail: (word: string) => boolean,
  isWord: (word: string) => boolean,
): readonly string[] {
  if (name.length < MIN_LENGTH || name.length > MAX_LENGTH) return [name];
  // The words of which the rest from each position consists, from the end to the beginning.
  const rests: (readonly string[] | undefined)[] = [];
  for (let from = name.length - 2; from >= 0; from--) {
    const last = name.slice(from);
    if (last.length <= MAX_WORD && isDetail(last)) rests[from] = [last];
    for (let to = Math.min(name.length - 2, from + MAX_WORD); to >= from + 2; to--) {
      const rest = rests[to];
      const word = name.slice(from, to);
      if (rest !== undefined && isWord(word)) {
        rests[from] = [word, ...rest];
        break;
      }
    }
  }
  return rests[0] ?? [name];
}

const MIN_LENGTH = 5;
/** Longer names are sentences. */
const MAX_LENGTH = 32;
const MAX_WORD = 14;
