import { access } from 'node:fs/promises';
import type { ClosedSession } from '../spool/record.ts';
import type { FinishSource, PackedSession, StoredSession } from './finisher.ts';

/** One session in the queue, and how far it is. */
export interface Task {
  source: FinishSource;
  packed: PackedSession | undefined;
  stored: StoredSession | undefined;
  attempts: number;
  /** Tries on which the verifier failed. */
  failedVerifications: number;
}

export function newTask(source: FinishSource): Task {
  return { source, packed: undefined, stored: undefined, attempts: 0, failedVerifications: 0 };
}

/** Length of the documents of analyses that wait in memory for the storage or the catalog, in UTF-16 code units. */
export const MAX_WAITING_DOCUMENTS = 32 * 1024 * 1024;

/**
 * Forgets the result of a task that has to wait if too many results wait already: in a long outage they would fill the
 * memory. The spool file still has the dump, so the steps are repeated when its turn comes.
 */
export function forgetResultIfMany(task: Task, waiting: readonly Task[]): void {
  const length = waiting.reduce((sum, { packed }) => sum + (packed?.analysis?.document?.length ?? 0), 0);
  if (length <= MAX_WAITING_DOCUMENTS) return;
  task.packed = undefined;
  task.stored = undefined;
}

/**
 * The end of an unwritten session exists in memory only: a last try to write it before the process ends. The spool
 * waits for it when it is closed.
 */
export async function writeUnwritten({ source }: Task): Promise<void> {
  if (typeof source === 'string' || !('write' in source)) return;
  try {
    await source.write();
  } catch {
    // Recovery uses the part that reached the disk.
  }
}

export function isClosed(source: FinishSource): source is ClosedSession {
  return typeof source !== 'string' && 'path' in source;
}

export function pathOf(source: FinishSource): string {
  return typeof source === 'string' ? source : 'path' in source ? source.path : source.facts.id;
}

export function idOf(source: FinishSource): string {
  return typeof source === 'string' ? source.replace(/^.*[\\/]|\.[a-z]+$/g, '') : source.facts.id;
}

export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
