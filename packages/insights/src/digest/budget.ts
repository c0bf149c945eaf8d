import { estimateTokens } from './tokens.ts';

/** Lines that are only useful together. */
export interface Block {
  /** Blocks of lower rank are more important. */
  readonly rank: number;
  /** What it is in the plural, for the count of what was left out: `setups of connections`. */
  readonly what: string;
  /** How many things it is about; 1 by default. */
  readonly count?: number;
  readonly lines: readonly string[];
}

export interface Section {
  readonly title: string;
  /** In the order of the text. */
  readonly blocks: readonly Block[];
}

/** For the line that says what was left out. */
const RESERVE = 120;

/**
 * Puts as many blocks into a text as fit, the most important ones first; the text has them in the order of the
 * sections. The last line counts what did not fit.
 */
export function textWithin(sections: readonly Section[], limit: number): string {
  const candidates = sections.flatMap(({ blocks }, section) =>
    blocks.map((block) => ({ block, section, tokens: estimateTokens(joined(block.lines)) })),
  );
  const taken = new Set<Block>();
  const begun = new Set<number>();
  const omitted = new Map<string, number>();
  let rest = limit - RESERVE;
  for (const { block, section, tokens } of candidates.toSorted((a, b) => a.block.rank - b.block.rank)) {
    const title = begun.has(section) ? 0 : estimateTokens(joined(['', heading(sections[section]!)]));
    if (tokens + title > rest) {
      omitted.set(block.what, (omitted.get(block.what) ?? 0) + (block.count ?? 1));
      continue;
    }
    rest -= tokens + title;
    begun.add(section);
    taken.add(block);
  }
  const lines = sections.flatMap((section) => {
    const own = section.blocks.filter((block) => taken.has(block)).flatMap((block) => block.lines);
    return own.length === 0 ? [] : [...(section === sections[0] ? [] : ['']), heading(section), ...own];
  });
  const left = [...omitted].map(([what, count]) => `${count} ${what}`);
  return joined(
    left.length === 0 ? lines : [...lines, '', `Left out, because the digest is full: ${left.join(', ')}.`],
  );
}

function heading({ title }: Section): string {
  return `# ${title}`;
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
