/**
 * Takes the source of a regular expression apart: the texts that its pieces match, and the prefixes of texts that the
 * whole matches. Repeating these is how a text is made on which a careless pattern takes quadratic time.
 */

interface Node {
  /** Alternatives, each a sequence of items. */
  readonly alternatives: readonly Item[][];
}

interface Item {
  /** Texts that the item matches, when it has no alternatives of its own. */
  readonly samples?: readonly string[];
  readonly group?: Node;
  /** Number of repetitions in a sample. */
  readonly times: number;
  /** Assertions that something is absent contribute parts, but nothing to a sample of the whole. */
  readonly absent?: boolean;
}

const MAX_VARIANTS = 8;
const MAX_SAMPLE = 160;
/** One character of each kind, to find members of a character class. Letters that hex digits include come first. */
const CANDIDATES = 'a1 :-./@"=_x%+{[(,?&\\\n\tÄ|~;\'<>#!*$^`)]}éAz9';

/** The distinct parts of a pattern: `pieces` of it, and `prefixes` of the texts that it matches. */
export interface PatternParts {
  readonly pieces: readonly string[];
  readonly prefixes: readonly string[];
}

/** The parts of `pattern`. */
export function partsOf(pattern: RegExp): PatternParts {
  const root = new SourceReader(pattern).read();
  const pieces = new Set<string>();
  const prefixes = new Set<string>();
  collect(root, pieces);
  for (const sequence of root.alternatives) {
    let grown = [''];
    for (const item of sequence) {
      if (item.absent) continue;
      const next = grown.flatMap((start) => samplesOf(item).map((sample) => start + sample));
      grown = next.slice(0, MAX_VARIANTS);
      for (const prefix of grown) prefixes.add(prefix.slice(0, MAX_SAMPLE));
    }
  }
  prefixes.delete('');
  pieces.delete('');
  return { pieces: [...pieces], prefixes: [...prefixes] };
}

function collect(node: Node, pieces: Set<string>): void {
  for (const sequence of node.alternatives) {
    for (const item of sequence) {
      for (const sample of samplesOf(item).slice(0, 3)) pieces.add(sample.slice(0, MAX_SAMPLE));
      if (item.group) collect(item.group, pieces);
    }
  }
}

function samplesOf({ samples, group, times }: Item): string[] {
  const once = samples ?? samplesOfGroup(group!);
  return once.map((sample) =>
    sample.repeat(Math.min(times, Math.max(1, Math.floor(MAX_SAMPLE / (sample.length || 1))))),
  );
}

function samplesOfGroup({ alternatives }: Node): string[] {
  const samples: string[] = [];
  for (const sequence of alternatives) {
    let grown = [''];
    for (const item of sequence) {
      if (item.absent) continue;
      grown = grown
        .flatMap((start) =>
          samplesOf(item)
            .slice(0, 2)
            .map((sample) => start + sample),
        )
        .slice(0, 2);
    }
    samples.push(...grown);
  }
  // The first and the last alternatives, if there are too many.
  return samples.length <= MAX_VARIANTS
    ? samples
    : [...samples.slice(0, MAX_VARIANTS / 2), ...samples.slice(-MAX_VARIANTS / 2)];
}

/** Reads the part of the syntax of regular expressions that the project uses. */
class SourceReader {
  readonly #source: string;
  readonly #flags: string;
  #at = 0;

  constructor({ source, flags }: RegExp) {
    this.#source = source;
    this.#flags = flags.replaceAll(/[dgy]/g, '');
  }

  read(): Node {
    const alternatives: Item[][] = [[]];
    while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
      if (this.#source[this.#at] === '|') {
        this.#at++;
        alternatives.push([]);
        continue;
      }
      const item = this.#item();
      if (item) alternatives.at(-1)!.push(item);
    }
    return { alternatives };
  }

  #item(): Item | undefined {
    const char = this.#source[this.#at]!;
    let item: Item | undefined;
    if (char === '(') item = this.#group();
    else if (char === '^' || char === '$') this.#at++;
    else if (/^\\[bB]/.test(this.#source.slice(this.#at, this.#at + 2))) this.#at += 2;
    else item = this.#character();
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(this.#source.slice(this.#at))?.[0];
    if (quantifier === undefined) return item;
    this.#at += quantifier.length;
    const min = Number(/\d+/.exec(quantifier)?.[0] ?? 1);
    return item && { ...item, times: Math.max(1, min) };
  }

  #group(): Item {
    const [opening] = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(this.#source.slice(this.#at))!;
    this.#at += opening.length;
    const group = this.read();
    this.#at++;
    return { group, times: 1, absent: opening.endsWith('!') };
  }

  #character(): Item {
    const rest = this.#source.slice(this.#at);
    const token =
      /^\[(?:\\[\s\S]|[^\]\\])*\]/.exec(rest)?.[0] ??
      /^\\(?:p\{[^}]*\}|P\{[^}]*\}|u\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|[\s\S])/i.exec(rest)?.[0] ??
      [...rest][0]!;
    this.#at += token.length;
    if (/^\\[1-9]/.test(token)) return { samples: ['-'], times: 1 };
    if (!/^[[\\.]/.test(token)) return { samples: [token], times: 1 };
    const single = new RegExp(`^(?:${token})$`, this.#flags);
    const members = [...CANDIDATES].filter((candidate) => single.test(candidate));
    if (members.length === 0) {
      for (let code = 0; code < 0x10000 && members.length === 0; code++) {
        if (single.test(String.fromCharCode(code))) members.push(String.fromCharCode(code));
      }
    }
    // A letter or digit, and a sign, because a class that overlaps with its neighbor does so in one of them.
    const samples = [members[0] ?? '', members.find((member) => /[^\p{L}\p{N}\s]/u.test(member)) ?? ''];
    return { samples: [...new Set(samples.filter((sample) => sample !== ''))], times: 1 };
  }
}
