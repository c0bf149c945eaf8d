import { finished } from 'node:stream/promises';
import { type AuditLog, MAX_PERSONS } from '../../audit/audit-log.ts';
import type { SubjectExport } from './export.ts';

export interface AuditedExport extends SubjectExport {
  /** Resolves when the end of the export is in the audit log. */
  readonly recorded: Promise<void>;
}

/** Records that an export begins, before anything of it is read, and how it ends, with the names it was about. */
export async function auditedExport(
  audit: Pick<AuditLog, 'record'>,
  actor: string,
  begin: () => Promise<SubjectExport>,
): Promise<AuditedExport> {
  const action = 'subject.export';
  await audit.record({ action, actor, outcome: 'begun' });
  let exported: SubjectExport;
  try {
    exported = await begin();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL';
    await audit.record({ action, actor, outcome: 'failed', details: { error: code } });
    throw error;
  }
  const { zip, progress } = exported;
  const recorded = finished(zip, { writable: false })
    .then(
      () => 'done' as const,
      () => 'failed' as const,
    )
    .then((outcome) => {
      const persons = [...progress.names].slice(0, MAX_PERSONS);
      return audit.record({ action, actor, outcome, persons, details: { sessions: progress.sessions } });
    });
  return { ...exported, recorded };
}
