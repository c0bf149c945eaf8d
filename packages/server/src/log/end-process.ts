import { setTimeout as delay } from 'node:timers/promises';
import type { LogOutput } from './log-output.ts';

/** How long the end waits for the log, and then for other file operations, in milliseconds. */
const FLUSH_MS = 500;
const PENDING_MS = 500;
const TRY_MS = 10;

/**
 * Ends the process with an exit code, even when a disk or a terminal hangs.
 *
 * `process.exit` waits for the threads of libuv's pool, so it would not return while one of them is blocked in a system
 * call. In that case the process replaces itself with one that exits at once, because execve(2) ends all threads and
 * keeps the exit code of this program, unlike a SIGKILL, which supervisors take for a crash.
 */
export async function endProcess(code: number, output?: LogOutput): Promise<never> {
  await output?.flush(FLUSH_MS);
  const end = performance.now() + PENDING_MS;
  while (hasPendingFileOperations() && performance.now() < end) await delay(TRY_MS);
  endProcessNow(code);
}

/** The same without waiting for anything. */
export function endProcessNow(code: number): never {
  if (hasPendingFileOperations()) replaceProcess(code);
  process.exit(code);
}

/** Whether a thread may be blocked in a file operation. */
function hasPendingFileOperations(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
}

function replaceProcess(code: number): void {
  if (process.execve === undefined) process.kill(process.pid, 'SIGKILL');
  else process.execve(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {});
}
