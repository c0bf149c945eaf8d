import { analysisRow } from '@rtcstats-server/testing/session-row';
import { expect, it } from 'vitest';
import type { PackedSession } from './finisher.ts';
import { forgetResultIfMany, MAX_WAITING_DOCUMENTS, newTask, type Task } from './task.ts';

const DOCUMENT = 'x'.repeat(1024 * 1024);

function taskWith(document: string | null): Task {
  const packed = { analysis: analysisRow({ document }) } as PackedSession;
  return { ...newTask('/spool/a.closed'), packed };
}

it('forgets the result of a task when those that wait already are as large as memory allows', () => {
  const waiting = Array.from({ length: MAX_WAITING_DOCUMENTS / DOCUMENT.length }, () => taskWith(DOCUMENT));
  const kept = taskWith(DOCUMENT);
  forgetResultIfMany(kept, [...waiting, taskWith(null), newTask('/spool/b.closed')]);
  expect(kept.packed).toBeDefined();
  const forgotten = taskWith(null);
  forgetResultIfMany(forgotten, [...waiting, kept]);
  expect(forgotten).toEqual(newTask('/spool/a.closed'));
});
