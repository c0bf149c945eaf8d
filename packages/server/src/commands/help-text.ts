/** A flag as the text of `--help` explains it. */
export interface HelpFlag {
  /** `-o, --output FILE` */
  readonly usage: string;
  /** Long names in it, without dashes. */
  readonly names: readonly string[];
  readonly text: string;
}

/** The parts of the text of `--help`, in order. */
export type HelpPart =
  | { readonly kind: 'usage'; readonly lines: readonly string[] }
  | { readonly kind: 'text'; readonly lines: readonly string[] }
  | { readonly kind: 'flags'; readonly flags: readonly HelpFlag[] };

const FLAG_LINE = /^ {2}(?=-)/;
const CONTINUATION = /^ {4,}\S/;

/** Splits the text of `--help` into its parts. Completion and the manual page take the explanations from there. */
export function parseHelp(help: string): HelpPart[] {
  const parts: HelpPart[] = [];
  for (const block of help.trim().split(/\n\n+/)) {
    const lines = block.split('\n');
    if (lines[0]!.startsWith('Usage: ')) {
      parts.push({ kind: 'usage', lines: lines.map((line) => line.replace(/^Usage:/, '').trim()) });
      continue;
    }
    for (let at = 0; at < lines.length; ) {
      const isFlag = FLAG_LINE.test(lines[at]!);
      let end = at + 1;
      while (
        end < lines.length &&
        (FLAG_LINE.test(lines[end]!) || (isFlag && CONTINUATION.test(lines[end]!))) === isFlag
      ) {
        end += 1;
      }
      const chunk = lines.slice(at, end);
      parts.push(isFlag ? { kind: 'flags', flags: parseFlags(chunk) } : { kind: 'text', lines: chunk });
      at = end;
    }
  }
  return parts;
}

function parseFlags(lines: readonly string[]): HelpFlag[] {
  const flags: HelpFlag[] = [];
  for (const line of lines) {
    const last = flags.at(-1);
    if (FLAG_LINE.test(line)) {
      const [usage = '', ...text] = line.trim().split(/ {2,}/);
      flags.push({ usage, names: [...usage.matchAll(/--([\w-]+)/g)].map(([, name]) => name!), text: text.join(' ') });
    } else if (last !== undefined) {
      flags[flags.length - 1] = { ...last, text: `${last.text} ${line.trim()}`.trim() };
    }
  }
  return flags;
}

/** The explanation of a flag in one short sentence, for a menu of completions. */
export function flagSummaries(help: string): Map<string, string> {
  const summaries = new Map<string, string>();
  for (const part of parseHelp(help)) {
    if (part.kind !== 'flags') continue;
    for (const { names, text } of part.flags) {
      for (const name of names) if (!summaries.has(name)) summaries.set(name, text.split(/[.;:(,] ?/)[0]!.trim());
    }
  }
  return summaries;
}
