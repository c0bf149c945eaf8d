import { expect, it } from 'vitest';
import type { TextClass } from '../classes/text-class.ts';
import { presetPolicy } from '../policy/policy.ts';
import { Anonymizer } from './anonymizer.ts';
import { compilePolicy } from './compiled-policy.ts';

const compiled = compilePolicy(presetPolicy('standard'));
/** Reports a match and then throws, like a class with a bug. */
const failing: TextClass = {
  name: 'contact',
  find(value, _role, report) {
    if (!value.includes('boom')) return;
    report(0, 4, 'xxxx');
    throw new Error('a mistake');
  },
};
const bytes = (line: string): Uint8Array => new TextEncoder().encode(line);
const text = (line: Uint8Array): string => new TextDecoder().decode(line);

it.each([
  ['a line that matches the grammar', '[13,"PC_0","203.0.113.5 boom",1]'],
  ['any other line', '[":log",null,"boom 203.0.113.5",1]'],
])('drops %s on which a class throws, and continues', (_, message) => {
  const anonymizer = new Anonymizer({ ...compiled, classes: [...compiled.classes, failing] });
  expect(anonymizer.message(bytes(message))).toBeNull();
  expect(anonymizer.receipt().dropped).toEqual({ notJson: 1 });
  const next = anonymizer.message(bytes('[13,"PC_0","nothing in here",1]'));
  expect(text(next!)).toBe('[13,"PC_0","nothing in here",2]');
  expect(text(anonymizer.lines(bytes(`${message}\n[27,"PC_0",null,1]\n`)))).toBe('[27,"PC_0",null,2]\n');
});
