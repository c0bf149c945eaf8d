import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SOURCES = join(import.meta.dirname, '../../packages/privacy/src');

/** A regular expression of the privacy package. */
export interface FoundPattern {
  /** File and line, or when a pattern that is put together from strings is made. */
  readonly where: string;
  readonly pattern: RegExp;
}

/** The tokens after which a slash begins a regular expression instead of a division. */
const BEFORE_PATTERN = /(?:^|[(,=:[!&|?{};+*%~^<>-]|\b(?:return|typeof|case|of|in))\s*$/;

/** All literals of regular expressions in the sources of the privacy package. */
export function literalPatterns(): FoundPattern[] {
  const found: FoundPattern[] = [];
  for (const file of sources()) {
    const source = readFileSync(join(SOURCES, file), 'utf8');
    for (const { start, literal } of literalsIn(source)) {
      const [, body, flags] = /^\/([\s\S]*)\/([a-z]*)$/.exec(literal)!;
      const where = `${file}:${source.slice(0, start).split('\n').length}`;
      found.push({ where, pattern: new RegExp(body!, flags) });
    }
  }
  return found;
}

function* literalsIn(source: string): Generator<{ start: number; literal: string }> {
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\//g;
  let code = '';
  let last = 0;
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    code = (code + source.slice(last, match.index)).slice(-200);
    last = token.lastIndex;
    if (match[0].startsWith('//') || match[0].startsWith('/*')) {
      // A pattern can begin like a comment only with an empty body, which is no pattern.
      continue;
    }
    if (match[0] !== '/') {
      code += '0';
      continue;
    }
    if (!BEFORE_PATTERN.test(code)) {
      code += '/';
      continue;
    }
    const literal = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/.exec(source.slice(match.index))?.[0];
    if (literal === undefined) continue;
    yield { start: match.index, literal };
    token.lastIndex = last = match.index + literal.length;
    code += '0';
  }
}

/**
 * The patterns that the modules of the privacy package put together from strings when they are loaded. Each module is
 * loaded once more for that, with a constructor that remembers them.
 */
export async function composedPatterns(): Promise<FoundPattern[]> {
  const found: FoundPattern[] = [];
  const { RegExp: original } = globalThis;
  for (const file of sources()) {
    const path = join(SOURCES, file);
    if (!readFileSync(path, 'utf8').includes('new RegExp(')) continue;
    globalThis.RegExp = new Proxy(original, {
      construct(target, [source, flags]) {
        const pattern = new target(source, flags);
        found.push({ where: `${file}, when it is loaded`, pattern });
        return pattern;
      },
    });
    try {
      await import(`${pathToFileURL(path)}?composed`);
    } finally {
      globalThis.RegExp = original;
    }
  }
  return found;
}

/** The sources of the privacy package, without tests and test data. */
function sources(): string[] {
  return globSync('**/*.ts', { cwd: SOURCES }).filter((file) => !/\.test\.ts$|^(?:testing|corpus)\//.test(file));
}

/** The patterns that `work` uses, as they are at run time: also those that are put together from strings. */
export function usedPatterns(work: () => void): FoundPattern[] {
  const used = new Map<string, RegExp>();
  // Every method of strings and regular expressions that searches calls `exec`.
  const { exec } = RegExp.prototype;
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    used.set(String(this), this);
    return exec.call(this, text);
  };
  try {
    work();
  } finally {
    RegExp.prototype.exec = exec;
  }
  return [...used.values()].map(({ source, flags }) => ({ where: 'at run time', pattern: new RegExp(source, flags) }));
}
