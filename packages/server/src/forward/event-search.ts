import { LineSplitter } from '@rtcstats-server/dump';

/** An event of the client, by its name and by comparisons that must all hold for its value. */
export interface EventCondition {
  /** Such as `:userRating`. */
  readonly name: string;
  readonly where: readonly Comparison[];
}

export interface Comparison {
  /** Property names that lead into the event's value; an empty path is the value itself. */
  readonly path: readonly string[];
  readonly operator: ComparisonOperator;
  readonly operand: string | number | boolean;
}

export type ComparisonOperator = '<=' | '>=' | '<' | '>' | '!=' | '=';

/** Searches the lines of a dump for events; finds the first of several conditions that any event meets. */
export class EventSearch {
  readonly #conditions: readonly EventCondition[];
  /** The bytes that a line with the event begins with, per condition. */
  readonly #starts: readonly Buffer[];
  readonly #lines = new LineSplitter();
  /** Index of the first condition that was met; -1 while none is. */
  found = -1;

  constructor(conditions: readonly EventCondition[]) {
    this.#conditions = conditions;
    this.#starts = conditions.map(({ name }) => Buffer.from(`[${JSON.stringify(name)},`));
  }

  /** Returns true when the rest of the dump cannot change the result. */
  push(chunk: Uint8Array): boolean {
    for (const { bytes } of this.#lines.push(chunk)) this.#look(bytes);
    return this.found === 0;
  }

  end(): void {
    const last = this.#lines.end();
    if (last) this.#look(last.bytes);
  }

  #look(line: Uint8Array): void {
    const buffer = Buffer.from(line.buffer, line.byteOffset, line.length);
    const index = this.#starts.findIndex(
      (start, at) =>
        (this.found === -1 || at < this.found) &&
        buffer.subarray(0, start.length).equals(start) &&
        isMet(this.#conditions[at]!, buffer),
    );
    if (index !== -1) this.found = index;
  }
}

function isMet({ where }: EventCondition, line: Buffer): boolean {
  if (where.length === 0) return true;
  const [, , value] = JSON.parse(line.toString('utf8')) as unknown[];
  return where.every(({ path, operator, operand }) => compare(at(value, path), operator, operand));
}

function at(value: unknown, path: readonly string[]): unknown {
  let found: unknown = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

/** A missing value meets no comparison. Text that holds a number is compared as a number. */
function compare(value: unknown, operator: ComparisonOperator, operand: string | number | boolean): boolean {
  if (value === undefined) return false;
  const left = typeof operand === 'number' && typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (operator === '=') return left === operand;
  if (operator === '!=') return left !== operand;
  if (typeof left !== 'number' || typeof operand !== 'number' || Number.isNaN(left)) return false;
  switch (operator) {
    case '<=':
      return left <= operand;
    case '>=':
      return left >= operand;
    case '<':
      return left < operand;
    case '>':
      return left > operand;
  }
}
