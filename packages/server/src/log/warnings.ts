import { errorCode } from '../errors/error-code.ts';
import type { Log } from './log.ts';

/**
 * Sends the warnings of Node.js and of libraries to the log. By default they are written to standard error, which
 * blocks the process on a terminal that takes no output. Their messages may quote data, so they are left out.
 */
export function logWarnings(log: Log): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    const code = errorCode(warning);
    log.warn({ warning: warning.name, ...(code === undefined ? {} : { code }) }, 'a warning of Node.js or a library');
  });
}
