import { userInfo } from 'node:os';

/** The name of the user of the system. `userInfo` throws if it has no name, as in some containers. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** Who runs a command, for the audit log. */
export function commandActor(): string {
  return `command:${userName()}`;
}
