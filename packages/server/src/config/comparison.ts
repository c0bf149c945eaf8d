const OPERATORS = ['<=', '>=', '<', '>', '!=', '='] as const;

/** A comparison of a property of an event's value. */
export interface Comparison {
  /** Property names that lead into the event's value; empty: the value itself. */
  readonly path: readonly string[];
  readonly operator: (typeof OPERATORS)[number];
  readonly operand: string | number | boolean;
}

/**
 * `<= 2`, `!= "poor"`, `true`, `poor`: an operator (`=` where there is none) and a number, a truth value or a text.
 * `undefined` for anything else, such as an order of texts.
 */
export function parseComparison(path: string, text: string | number | boolean): Comparison | undefined {
  const steps = path === '' ? [] : path.split('.');
  if (typeof text !== 'string') return { path: steps, operator: '=', operand: text };
  const operator = OPERATORS.find((sign) => text.startsWith(sign));
  const operand = operandOf(text.slice(operator?.length ?? 0).trim());
  const ordered = operator !== undefined && operator !== '=' && operator !== '!=';
  if (operand === '' || (ordered && typeof operand !== 'number')) return undefined;
  return { path: steps, operator: operator ?? '=', operand };
}

function operandOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text.replace(/^"(.*)"$/, '$1');
}
