import type { Participant } from './calls.ts';

const MAX_ID_LENGTH = 13;

/** The user; for somebody without one the beginning of the session id, `session 01a20000-0000`. */
export function displayName(name: string, participants: readonly Participant[]): string {
  const isSession = participants.some((one) => one.name === name && one.sessions.every(({ user }) => user === null));
  return isSession ? `session ${name.slice(0, MAX_ID_LENGTH)}` : name;
}
