import { expect, it } from 'vitest';
import { errorCode } from './error-code.ts';

it.each([
  [Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'],
  [new Error('x'), undefined],
  // The number that DOMException has for historical reasons.
  [new DOMException('x', 'AbortError'), undefined],
  [{ code: 'ENOENT' }, undefined],
  [undefined, undefined],
])('reads the code of an error (%#)', (error, code) => {
  expect(errorCode(error)).toBe(code);
});
