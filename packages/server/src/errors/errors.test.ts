import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from './errors.ts';
import { GatewayError, isGatewayError } from './gateway-error.ts';
import { ADMIN_ERRORS } from './table/admin.ts';
import { CANARY_ERRORS } from './table/canary.ts';
import { CLIENT_ERRORS } from './table/clients.ts';
import { COMMAND_ERRORS } from './table/commands.ts';
import type { ErrorEntry } from './table/entry.ts';
import { FORWARDING_ERRORS } from './table/forwarding.ts';
import { STARTUP_ERRORS } from './table/startup.ts';
import { STORAGE_ERRORS } from './table/storage.ts';

const entries = Object.entries(ERRORS) as [ErrorCode, ErrorEntry][];

function row([code, entry]: [ErrorCode, ErrorEntry]): string {
  const cells = [
    `\`${code}\``,
    entry.message,
    entry.todo,
    entry.retryable ? 'yes' : 'no',
    entry.httpStatus ?? '',
    entry.closeCode ?? '',
  ];
  return `| ${cells.join(' | ')} |`;
}

const document = `# Errors

Every error has a code that does not change. Commands print what went wrong and where, what to do, and \`[CODE]\`. The admin
API answers \`{"error": …, "code": …}\` with the HTTP status; a WebSocket is closed with the close code. "Retry" tells whether
the same call may succeed later without anyone changing anything.

<!-- The table is in packages/server/src/errors/table. After a change there: npx vitest run packages/server/src/errors/errors.test.ts -u -->

| Code | What happened | What to do | Retry | HTTP | Close |
| --- | --- | --- | --- | --- | --- |
${entries.map(row).join('\n')}
`;

describe('the table of errors', () => {
  it('is what docs/errors.md lists', async () => {
    await expect(document).toMatchFileSnapshot('../../../../docs/errors.md');
  });

  it('has each code once', () => {
    const tables = [
      STARTUP_ERRORS,
      CLIENT_ERRORS,
      STORAGE_ERRORS,
      ADMIN_ERRORS,
      FORWARDING_ERRORS,
      COMMAND_ERRORS,
      CANARY_ERRORS,
    ];
    expect(tables.flatMap((table) => Object.keys(table)).toSorted()).toEqual(Object.keys(ERRORS).toSorted());
  });

  it.each(['UNCLEAR', 'NOT_THERE_YET', 'INTERRUPTED', 'ANSWER_NOT_UNDERSTOOD', 'DUMP_CHANGED', 'TIMEOUT', 'NETWORK'])(
    'explains %s, which operators see in deliveries',
    (code) => {
      expect(Object.keys(ERRORS)).toContain(code);
    },
  );

  it.each(entries)('describes %s and what to do about it in one sentence each', (_, entry) => {
    expect(entry.message).toMatch(/^[A-Z].*[^.]$/);
    expect(entry.todo).toMatch(/^[A-Z].*\.$/);
    expect(entry.closeCode ?? 1000).toBeGreaterThanOrEqual(1000);
    expect(entry.httpStatus ?? 400).toBeGreaterThanOrEqual(400);
  });

  it('has no close code that an endpoint must not send (RFC 6455, section 7.4.1)', () => {
    for (const [, { closeCode }] of entries) expect([1004, 1005, 1006, 1015]).not.toContain(closeCode);
  });
});

describe('GatewayError', () => {
  it('takes its defaults from the table', () => {
    const error = new GatewayError('MESSAGE_TOO_LARGE');
    expect(error).toMatchObject({ ...ERRORS.MESSAGE_TOO_LARGE, code: 'MESSAGE_TOO_LARGE' });
    expect(isGatewayError(error, 'MESSAGE_TOO_LARGE')).toBe(true);
    expect(isGatewayError(error, 'INTERNAL')).toBe(false);
    expect(isGatewayError(new Error('INTERNAL'))).toBe(false);
  });

  it('uses a more specific message and advice where they are given', () => {
    const cause = new Error('EACCES');
    const error = new GatewayError('INPUT_UNREADABLE', 'a.gz cannot be read', { todo: 'Ask its owner.', cause });
    expect(error).toMatchObject({ message: 'a.gz cannot be read', todo: 'Ask its owner.', cause });
  });
});
