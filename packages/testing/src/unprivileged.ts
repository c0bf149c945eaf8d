import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** User and group `nobody` on Linux and macOS runners. Any id without privileges would do. */
const NOBODY_ID = 65534;

/**
 * Runs code in a child process as a user to whom file permissions apply, because root (as in many CI containers) may
 * read and write everything. If the tests do not run as root, the child keeps their user.
 *
 * The imports are loaded before the user changes, so the checkout may be in a directory that only root can enter. Files
 * that the body uses must be in directories that everybody can enter.
 *
 * @param imports import statements with absolute URLs
 * @param body of an async function; the value that it returns is passed back as JSON
 */
export async function runUnprivileged({ imports, body }: { imports: string; body: string }): Promise<unknown> {
  const script = `
    ${imports}
    if (process.getuid() === 0) {
      process.setgroups([]);
      process.setgid(${NOBODY_ID});
      process.setuid(${NOBODY_ID});
    }
    const result = await (async () => { ${body} })();
    process.stdout.write(JSON.stringify(result));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return JSON.parse(stdout);
}
