import { expect, it } from 'vitest';
import type { AuditEntry } from '../../audit/audit-log.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import { auditedExport } from './audited-export.ts';

it('records how an export ended that could not begin', async () => {
  const entries: AuditEntry[] = [];
  const log = { record: (entry: AuditEntry) => Promise.resolve(void entries.push(entry)) };
  const failing = auditedExport(log, 'anna', () => Promise.reject(new GatewayError('SESSION_NOT_FOUND')));
  await expect(failing).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  expect(entries).toEqual([
    { action: 'subject.export', actor: 'anna', outcome: 'begun' },
    { action: 'subject.export', actor: 'anna', outcome: 'failed', details: { error: 'SESSION_NOT_FOUND' } },
  ]);
});
