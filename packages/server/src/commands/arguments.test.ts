import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../errors/gateway-error.ts';
import { chooseAction, parseArguments, wholeNumber } from './arguments.ts';

const OPTIONS = {
  host: { type: 'string' },
  output: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
} as const;

function complaint(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isGatewayError(error, 'USAGE')) return error.message;
    throw error;
  }
  throw new Error('Nothing was thrown');
}

describe('parseArguments', () => {
  it.each([
    [['a', '--host', 'h', 'b'], { host: 'h' }, ['a', 'b']],
    [['--host=h', '--json'], { host: 'h', json: true }, []],
    [['-o', 'x.gz', '-'], { output: 'x.gz' }, ['-']],
    [['-ox.gz'], { output: 'x.gz' }, []],
    [['--host=-1'], { host: '-1' }, []],
    [['--host=a', '--host', 'b'], { host: 'b' }, []],
    [['--', '--json'], {}, ['--json']],
    [['-o', '-'], { output: '-' }, []],
    [[], {}, []],
  ])('reads %j', (args, values, positionals) => {
    expect(parseArguments('serve', args, OPTIONS)).toEqual({ values, positionals });
  });

  it.each([
    [['--hots', 'h'], 'serve has no flag --hots; did you mean --host?'],
    [['--completely-other'], 'serve has no flag --completely-other; known are --host, --output, --json'],
    [['-x'], 'serve has no flag -x; known are --host, --output, --json'],
    [['--__proto__'], 'serve has no flag --__proto__; known are --host, --output, --json'],
    [['--host'], '--host needs a value'],
    [['--host', '--json'], '--host needs a value'],
    [['-o'], '-o needs a value'],
    [['--json=yes'], '--json takes no value'],
  ])('refuses %j', (args, message) => {
    expect(complaint(() => parseArguments('serve', args, OPTIONS))).toBe(message);
  });
});

it('wholeNumber takes what lies within its limits', () => {
  expect(wholeNumber('600', '--lifetime', 1, 600, 'token')).toBe(600);
  for (const text of ['0', '601', '1.5', '-1', '1e2', '', 'ten', '9'.repeat(20)]) {
    expect(complaint(() => wholeNumber(text, '--lifetime', 1, 600, 'token'))).toContain('from 1 to 600');
  }
});

it('chooseAction names what there is', () => {
  const actions = ['list', 'show', 'delete'] as const;
  expect(chooseAction('sessions', 'show', actions)).toBe('show');
  expect(complaint(() => chooseAction('sessions', 'shwo', actions))).toContain('did you mean show?');
  expect(complaint(() => chooseAction('sessions', undefined, actions))).toContain('list, show or delete');
});
