import { expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { presetPolicy } from '../policy/policy.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { roleAt } from './roles.ts';

const COMPILED = compilePolicy(presetPolicy('standard'));

it.each(['app:password', 'sip.password', 'x:y:secret', 'Authorization'])('the key %j names a secret', (key) => {
  expect(roleAt('setConfiguration', [2, key])).toBe('secret');
  expect(roleAt(':join', [2, key])).toBe('secret');
  const line = JSON.stringify([':join', null, { [key]: 'hunter2a' }, 1]);
  expect(textOf(new Anonymizer(COMPILED).message(bytesOf(line))!)).not.toContain('hunter2a');
});

it('a whole header as a key has the secret in itself, and what is below it is not part of it', () => {
  const header = 'Set-Cookie: sid=hunter2a; Path=/';
  expect(roleAt(':join', [2, header, 'state'], { text: 'connected', isNumber: false })).toBe('text');
  const line = JSON.stringify([':join', null, { [header]: { state: 'connected' } }, 1]);
  const clean = textOf(new Anonymizer(COMPILED).message(bytesOf(line))!);
  expect(clean).not.toContain('hunter2a');
  expect(clean).toContain('"state":"connected"');
});
