type Stats = Readonly<Record<string, unknown>>;
/** `["g", scope, value, delta]`. */
type StatsMessage = readonly [string, string, Stats, number];

/** The last statistics of a recording that are repeated: long enough that each report changes in it. */
const ROUND_MESSAGES = 40;

/**
 * Extends the messages of a client to a call of about `bytes` bytes: its last statistics go on and on, and all counters
 * and times in them keep growing as they did. Repeating the same statistics unchanged would be a call in which nothing
 * moves, whose analysis is too easy.
 *
 * @param lines one message per line, with a line feed at its end
 */
export function longCall(lines: Buffer, bytes: number): Buffer {
  const all = lines.toString('utf8').trimEnd().split('\n');
  // Calls that were closed do not go on, so the messages after the last statistics are left out.
  const end = all.findLastIndex((line) => line.startsWith('["g"')) + 1;
  const begin = all.slice(0, end).filter((line) => !/^\[(36|"close"),/.test(line));
  const round = begin
    .filter((line) => line.startsWith('["g"'))
    .slice(-ROUND_MESSAGES)
    .map((line) => JSON.parse(line) as StatsMessage);
  const growth = growthOf(round);
  const parts = [`${begin.join('\n')}\n`];
  let length = parts[0]!.length;
  for (let rounds = 1; length < bytes; rounds++) {
    const messages = round.map(
      ([method, scope, value, delta]) =>
        `${JSON.stringify([method, scope, grown(value, scope, growth, rounds), delta])}\n`,
    );
    const text = messages.join('');
    parts.push(text);
    length += text.length;
  }
  return Buffer.from(parts.join(''));
}

/** A value of a number in the message at this position among those of its connection. */
interface Reading {
  readonly at: number;
  readonly value: number;
}

/** By how much each counter grows per round, by its path; other numbers have no entry. */
function growthOf(round: readonly StatsMessage[]): ReadonlyMap<string, number> {
  const readings = new Map<string, Reading[]>();
  const messages = new Map<string, number>();
  for (const [, scope, stats] of round) {
    const at = messages.get(scope) ?? 0;
    messages.set(scope, at + 1);
    eachNumber(stats, scope, (path, value) => {
      const before = readings.get(path);
      if (before === undefined) readings.set(path, [{ at, value }]);
      else before.push({ at, value });
    });
  }
  const growth = new Map<string, number>();
  for (const [path, values] of readings) {
    const first = values[0]!;
    const last = values.at(-1)!;
    const isCounter = values.length > 2 && values.every(({ value }, at) => at === 0 || value > values[at - 1]!.value);
    const total = messages.get(path.slice(0, path.indexOf('/')))!;
    if (isCounter) growth.set(path, ((last.value - first.value) / (last.at - first.at)) * total);
  }
  return growth;
}

function eachNumber(value: Stats, path: string, see: (path: string, value: number) => void): void {
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'number') see(`${path}/${key}`, member);
    else if (isObject(member)) eachNumber(member, `${path}/${key}`, see);
  }
}

function grown(value: Stats, path: string, growth: ReadonlyMap<string, number>, rounds: number): Stats {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const inside = `${path}/${key}`;
      if (isObject(member)) return [key, grown(member, inside, growth, rounds)];
      const step = growth.get(inside);
      if (typeof member !== 'number' || step === undefined) return [key, member];
      const sum = member + step * rounds;
      return [key, Number.isInteger(member) ? Math.round(sum) : sum];
    }),
  );
}

function isObject(value: unknown): value is Stats {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
