import { describe, expect, it } from 'vitest';
import { createConfig } from './config.ts';
import { readForwardRules } from './forward-rules.ts';

function problems(forward: Readonly<Record<string, unknown>>): string {
  try {
    createConfig({ forward });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('rules of forwarding', () => {
  it('are read, with one value or several', () => {
    const when = [
      { name: 'a', user: 'anna', closeCode: [1006], event: ':userRating', where: { rating: '<= 2', kind: 'x' } },
    ];
    expect(readForwardRules({ when })).toEqual({
      rules: {
        sample: 0,
        when: [
          {
            name: 'a',
            user: ['anna'],
            closeCode: [1006],
            event: {
              name: ':userRating',
              where: [
                { path: ['rating'], operator: '<=', operand: 2 },
                { path: ['kind'], operator: '=', operand: 'x' },
              ],
            },
          },
        ],
      },
    });
    expect(readForwardRules({ when: [] })).toEqual({ rules: { sample: 1, when: [] } });
    expect(readForwardRules({ when: [], sample: 0 })).toEqual({ rules: { sample: 0, when: [] } });
  });

  it.each([
    [{ name: 'a' }, 'forward.when[0]: the rule has no condition'],
    [{ user: 'anna' }, 'forward.when[0].name: it is missing; allowed: a text'],
    [{ name: 'a', contry: 'DE' }, 'forward.when[0].contry: no such condition; did you mean country?'],
    [{ name: 'a', country: 'Germany' }, 'forward.when[0].country: "Germany" is not allowed; allowed: two capital'],
    [{ name: 'a', where: { rating: 1 } }, 'forward.when[0]'],
    [{ name: 'a', user: 'x', where: { rating: 1 } }, 'forward.when[0].where: it needs an `event`'],
    [
      { name: 'a', event: ':r', where: { rating: '<= poor' } },
      'forward.when[0].where.rating: "<= poor" is not a comparison',
    ],
    ['all', 'forward.when[0]: expected a rule'],
  ])('name what is wrong: %j', (rule, message) => {
    expect(problems({ when: [rule] })).toContain(message);
  });

  it('need a token and an encrypted endpoint', () => {
    expect(problems({ mode: 'upload' })).toContain('forward.token: upload needs the token of the account');
    for (const endpoint of [
      'http://api.example/v1',
      'https://u:p@api.example/v1',
      'https://api.example/v1?x=1',
      'ftp://x',
    ]) {
      expect(problems({ endpoint })).toContain('forward.endpoint');
    }
    expect(problems({ mode: 'upload', token: 't', endpoint: 'http://127.0.0.1:8000/v1.0' })).toBe('');
  });
});
