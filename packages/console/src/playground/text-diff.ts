import { diffLines } from '@rtcstats-server/insights';

/** Part of a text; `changed` if the other text does not have it. */
export interface Part {
  readonly text: string;
  readonly changed: boolean;
}

/** Number of unchanged characters that are shown on each side of a change. */
const CONTEXT = 48;

/**
 * Compares two versions of a line word by word. Lines that are long and very different are marked as a whole, because
 * `diffLines` bounds the work.
 */
export function compareTexts(before: string, after: string): { readonly before: Part[]; readonly after: Part[] } {
  if (before === after) return { before: [{ text: before, changed: false }], after: [{ text: after, changed: false }] };
  const diff = diffLines(wordsOf(before), wordsOf(after));
  const side = (own: 'removed' | 'added'): Part[] =>
    joined(
      diff.flatMap(({ kind, text }) => (kind === 'same' || kind === own ? [{ text, changed: kind === own }] : [])),
    );
  return { before: side('removed'), after: side('added') };
}

/** Replaces unchanged text that is far from any change by an ellipsis. */
export function shortened(parts: readonly Part[]): Part[] {
  return parts.map((part, index) => {
    if (part.changed || part.text.length <= CONTEXT * 2) return part;
    const isFirst = index === 0;
    const isLast = index === parts.length - 1;
    const start = isFirst ? '' : part.text.slice(0, CONTEXT);
    const end = isLast ? '' : part.text.slice(-CONTEXT);
    if (isFirst && isLast) return { ...part, text: `${part.text.slice(0, CONTEXT * 2)}…` };
    return { ...part, text: `${start}…${end}` };
  });
}

function wordsOf(text: string): string[] {
  return text.match(/\w+|\W/g) ?? [];
}

function joined(parts: readonly Part[]): Part[] {
  const all: { text: string; changed: boolean }[] = [];
  for (const { text, changed } of parts) {
    const last = all.at(-1);
    if (last?.changed === changed) last.text += text;
    else all.push({ text, changed });
  }
  // Treat a single unchanged character between two changes as changed: 203.0.113.77 is one address.
  return all
    .flatMap((part, index) => {
      const isBetween = !part.changed && part.text.length <= 1 && all[index - 1]?.changed && all[index + 1]?.changed;
      return [isBetween ? { ...part, changed: true } : part];
    })
    .reduce<{ text: string; changed: boolean }[]>((merged, part) => {
      const last = merged.at(-1);
      if (last?.changed === part.changed) last.text += part.text;
      else merged.push({ ...part });
      return merged;
    }, []);
}
