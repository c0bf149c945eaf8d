import { expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { anonymized, bytesOf, SESSION_KEY, textOf } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { Anonymizer, type CompiledPolicy, compilePolicy } from './anonymizer.ts';

const ERROR = '[13,"PC_0","NotReadableError: Anna mic one is busy",1]';
const DEVICES = '[66,null,[{"kind":"audioinput","label":"Anna mic one"}],1]';
const compiled = compilePolicy(presetPolicy('standard'));

function all(lines: readonly string[], policy: CompiledPolicy = compiled): string[] {
  const anonymizer = new Anonymizer(policy);
  return lines.map((line) => anonymized(line, anonymizer)!);
}

it('replaces a label in a text that was cached before the label was known', () => {
  const [before, , after] = all([ERROR, DEVICES, ERROR]);
  expect(before).toBe(ERROR);
  expect(after).toMatch(/NotReadableError: audioinput-[0-9a-f]{10} is busy/);
});

it('replaces a label in a text that was harmless in another session', () => {
  expect(all([ERROR])).toEqual([ERROR]);
  expect(all([DEVICES, ERROR]).join()).not.toContain('Anna mic');
});

it('keeps the address of a relay only in the session that sent it, and only after its candidate', () => {
  const policy = compilePolicy(presetPolicy('compatible'));
  const text = '[13,"PC_0","no answer from 203.0.113.5",1]';
  const relay = '[20,"PC_0",{"candidate":"candidate:1 1 udp 1 203.0.113.5 9 typ relay raddr 0.0.0.0 rport 9"},1]';
  expect(all([text, relay, text], policy).map((line) => line.includes('203.0.113.5'))).toEqual([false, true, true]);
  expect(all([text], policy).join()).not.toContain('203.0.113.5');
});

it('replaces a label that is learned in the same line', () => {
  const track = (text: string): string => `[30,"PC_0",["audio","${text}","Anna mic two","${text}"],1]`;
  const [, second] = all([track('is Anna mic two.'), track('is Anna mic two.')]);
  expect(second).not.toContain('Anna mic');
});

it('counts the replacements of a repeated text each time', () => {
  const anonymizer = new Anonymizer(compiled);
  const line = '[13,"PC_0","from 203.0.113.5 to 203.0.113.6 for a@example.org",1]';
  for (let i = 0; i < 3; i++) anonymized(line, anonymizer);
  expect(anonymizer.receipt().redactions).toEqual({ ipAddresses: 6, contact: 3 });
});

it('still redacts correctly after the cache was full and cleared', () => {
  const texts = Array.from({ length: 500 }, (_, index) => `[13,"PC_0","from 203.0.113.5 port ${index}",1]`);
  expect(all([...texts, ...texts]).join()).not.toContain('113.5');
});

it.each(recordings())('gives the same result for $name, line by line or all at once', ({ bytes, lines }) => {
  const [one, many] = [1, 2].map(() => new Anonymizer(compiled, { sessionKey: SESSION_KEY })) as [
    Anonymizer,
    Anonymizer,
  ];
  const singly = lines.map((line) => textOf(one.message(bytesOf(line))!));
  expect(textOf(many.lines(bytes)).trimEnd().split('\n')).toEqual(singly);
  expect(many.receipt()).toEqual(one.receipt());
});
