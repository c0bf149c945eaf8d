import { describe, expect, it } from 'vitest';
import { tokenWithRole } from './admin-tokens.ts';
import { configWarnings, createConfig } from './config.ts';
import { printConfig } from './print.ts';

const TOKEN = 'a-token-of-16-characters';
const READER = { name: 'anna', token: TOKEN, roles: ['read'] };

function problemsOf(tokens: unknown, token?: string): string {
  try {
    createConfig({ admin: { tokens, ...(token !== undefined && { token }) } });
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('admin.tokens', () => {
  it('are names, tokens, roles and the time when they expire', () => {
    const tokens = [
      { ...READER, roles: ['read', 'audit', 'read'], expires: '2027-01-31' },
      { name: 'bert@example.com', token: `${TOKEN}-2`, roles: ['erase'], expires: '2027-01-31T18:00:00+02:00' },
      { name: 'c', token: `${TOKEN}-3`, roles: ['operate'] },
    ];
    expect(createConfig({ admin: { tokens } }).admin.tokens).toEqual([
      { ...READER, roles: ['read', 'audit'], expires: '2027-01-31T00:00:00.000Z' },
      { ...tokens[1], expires: '2027-01-31T16:00:00.000Z' },
      { ...tokens[2], expires: null },
    ]);
    expect(createConfig({}).admin.tokens).toBeUndefined();
  });

  it.each([
    ['a text', [TOKEN], 'admin.tokens[0]: expected {name: anna'],
    ['no name', [{ ...READER, name: undefined }], 'admin.tokens[0].name: a name of 1 to 64'],
    ['a name with a colon', [{ ...READER, name: 'command:root' }], 'admin.tokens[0].name: a name of 1 to 64'],
    ['a reserved name', [{ ...READER, name: 'admin' }], 'admin.tokens[0].name: admin is the name of another actor'],
    [
      'a name twice',
      [READER, { ...READER, token: `${TOKEN}-2` }],
      'admin.tokens[1].name: anna is the name of another token',
    ],
    ['a token twice', [READER, { ...READER, name: 'bert' }], 'admin.tokens[1].token: the same token'],
    ['a short token', [{ ...READER, token: 'short' }], 'admin.tokens[0].token: a text of 16 to 512'],
    ['no role', [{ ...READER, roles: [] }], 'admin.tokens[0].roles: a list of read, operate, erase, audit is needed'],
    ['an unknown role', [{ ...READER, roles: ['root'] }], 'admin.tokens[0].roles: a list of'],
    ['a time that is none', [{ ...READER, expires: '2027-13-01' }], 'admin.tokens[0].expires: a date or time such as'],
    ['a time without its offset', [{ ...READER, expires: '2027-01-01T10:00' }], 'admin.tokens[0].expires: a date'],
    ['an unknown key', [{ ...READER, role: 'read' }], 'admin.tokens[0].role: no such setting; known are name, token'],
    ['a list that is none', READER, 'admin.tokens: the value (not shown) is not allowed'],
  ])('reject %s', (_, tokens, problem) => {
    const problems = problemsOf(tokens);
    expect(problems).toContain(problem);
    expect(problems).not.toContain(TOKEN);
  });

  it('reject the token that is in admin.token', () => {
    expect(problemsOf([READER], TOKEN)).toContain('admin.tokens[0].token: the same token is in admin.token');
  });

  it('are never printed', () => {
    const config = createConfig({ admin: { tokens: [READER] } });
    expect(printConfig(config)).toContain('tokens: (set, not shown)');
    expect(printConfig(config)).not.toContain(TOKEN);
    expect(printConfig(createConfig({}))).not.toContain('tokens');
  });

  it('allow an admin listener that other machines can reach', () => {
    const admin = { host: '0.0.0.0', tokens: [READER] };
    expect(createConfig({ admin }).admin.host).toBe('0.0.0.0');
    expect(() => createConfig({ admin: { host: '0.0.0.0', tokens: [] } })).toThrow('admin.token or admin.tokens');
  });

  it('are warned of when they have expired', () => {
    const warnings = configWarnings(createConfig({ admin: { tokens: [{ ...READER, expires: '2020-01-01' }] } }));
    expect(warnings).toContainEqual('admin.tokens: the token of anna has expired on 2020-01-01T00:00:00.000Z');
  });
});

it('tokenWithRole finds the token that a command of this machine can use', () => {
  const tokens = [
    { name: 'old', token: 'old', roles: ['read'], expires: '2020-01-01T00:00:00.000Z' },
    { name: 'b', token: 'b', roles: ['erase'], expires: null },
    { name: 'c', token: 'c', roles: ['erase', 'read'], expires: '2999-01-01T00:00:00.000Z' },
  ] as const;
  expect(tokenWithRole({ tokens }, 'read')).toBe('c');
  expect(tokenWithRole({ tokens, token: 'admin' }, 'read')).toBe('admin');
  expect(tokenWithRole({ tokens }, 'audit')).toBeUndefined();
  expect(tokenWithRole({}, 'read')).toBeUndefined();
});
