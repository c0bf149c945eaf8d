import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { hasBlockedThread } from '../threads/blocking-thread.ts';
import type { LogOutput } from './log-output.ts';

/** How long the end waits for the log, and then for other operations of threads, in milliseconds. */
const FLUSH_MS = 500;
const PENDING_MS = 500;
const TRY_MS = 10;

/**
 * Ends the process with an exit code, even when a disk or a terminal hangs.
 *
 * `process.exit` waits for the threads of libuv's pool and those of the gateway, so it would not return while one of
 * them is blocked in a system call. In that case the process replaces itself with one that exits at once, because
 * execve(2) ends all threads and keeps the exit code of this program, unlike a SIGKILL, which supervisors take for a
 * crash.
 */
export async function endProcess(code: number, output?: LogOutput): Promise<never> {
  await output?.flush(FLUSH_MS);
  // The last write of the log is listed until its turn ends. No longer than that, because retries of uploads go on.
  await nextTurn();
  const end = performance.now() + PENDING_MS;
  while (hasPendingOperations() && performance.now() < end) await delay(TRY_MS);
  endProcessNow(code);
}

/** The same without waiting for anything. */
export function endProcessNow(code: number): never {
  if (hasPendingOperations()) replaceProcess(code);
  process.exit(code);
}

/**
 * Operations of libuv's threads that may block for long: those of files, such as the writes of the log, and of the
 * resolver. Node.js 26.10 does not list those of `readFile` and `writeFile`, so a process that is blocked in one of
 * them does not end before it.
 */
const THREADED = /^(?:FSReq|FileHandleCloseReq|GetAddrInfoReq|GetNameInfoReq)/;

function hasPendingOperations(): boolean {
  return hasBlockedThread() || process.getActiveResourcesInfo().some((name) => THREADED.test(name));
}

function replaceProcess(code: number): void {
  // Elsewhere than on Windows. A failing execve would abort with a core dump, so on Linux the program is named by a
  // path that works even after an update has removed the file.
  if (process.execve === undefined) process.kill(process.pid, 'SIGKILL');
  const program = process.platform === 'linux' ? '/proc/self/exe' : process.execPath;
  // NODE_OPTIONS and the channel of a worker are left out; the libraries of some builds of Node.js are needed.
  const { LD_LIBRARY_PATH: libraries } = process.env;
  const environment = libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries };
  process.execve?.(program, [process.execPath, '--eval', `process.exit(${code})`], environment);
}
