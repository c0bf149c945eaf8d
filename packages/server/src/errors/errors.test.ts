import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, type ErrorEntry, GatewayError, isGatewayError } from './errors.ts';

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

Every error has a code that does not change. Commands print what and where, what to do, and \`[CODE]\`. The admin API
answers \`{"error": …, "code": …}\` with the HTTP status, a WebSocket is closed with the close code. "Retry" says whether the same
call may succeed later without anyone changing anything.

<!-- The table is packages/server/src/errors/errors.ts. After a change there: npx vitest run packages/server/src/errors/errors.test.ts -u -->

| Code | What happened | What to do | Retry | HTTP | Close |
| --- | --- | --- | --- | --- | --- |
${entries.map(row).join('\n')}
`;

describe('the table of errors', () => {
  it('is what docs/errors.md lists', async () => {
    await expect(document).toMatchFileSnapshot('../../../../docs/errors.md');
  });

  it.each(entries)('%s is a sentence, and says what to do in one', (_, entry) => {
    expect(entry.message).toMatch(/^[A-Z].*[^.]$/);
    expect(entry.todo).toMatch(/^[A-Z].*\.$/);
    expect(entry.closeCode ?? 1000).toBeGreaterThanOrEqual(1000);
    expect(entry.httpStatus ?? 400).toBeGreaterThanOrEqual(400);
  });

  it('holds no close code that an endpoint must not send (RFC 6455, section 7.4.1)', () => {
    for (const [, { closeCode }] of entries) expect([1004, 1005, 1006, 1015]).not.toContain(closeCode);
  });
});

describe('GatewayError', () => {
  it('takes what it is not given from the table', () => {
    const error = new GatewayError('MESSAGE_TOO_LARGE');
    expect(error).toMatchObject({ ...ERRORS.MESSAGE_TOO_LARGE, code: 'MESSAGE_TOO_LARGE' });
    expect(isGatewayError(error, 'MESSAGE_TOO_LARGE')).toBe(true);
    expect(isGatewayError(error, 'INTERNAL')).toBe(false);
    expect(isGatewayError(new Error('INTERNAL'))).toBe(false);
  });

  it('says it better where it can', () => {
    const cause = new Error('EACCES');
    const error = new GatewayError('INPUT_UNREADABLE', 'a.gz cannot be read', { todo: 'Ask its owner.', cause });
    expect(error).toMatchObject({ message: 'a.gz cannot be read', todo: 'Ask its owner.', cause });
  });
});
