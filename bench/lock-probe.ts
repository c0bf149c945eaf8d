import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** How often the lock is taken, in milliseconds. */
const EVERY_MS = 5;

/**
 * A thread that takes the lock for writing of an SQLite file again and again, and posts the longest time it waited for
 * it, in milliseconds, when it is asked. That is how long others have held it, in one or several transactions.
 */
const database = new DatabaseSync(workerData as string, { timeout: 0 });
let longest = 0;
parentPort!.on('message', () => {
  parentPort!.postMessage(longest);
  longest = 0;
});

function probe(): void {
  const began = performance.now();
  const attempt = (): void => {
    try {
      database.exec('begin immediate');
      database.exec('rollback');
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('locked'))) throw error;
      setTimeout(attempt, 1);
      return;
    }
    longest = Math.max(longest, performance.now() - began);
    setTimeout(probe, EVERY_MS);
  };
  attempt();
}
probe();
