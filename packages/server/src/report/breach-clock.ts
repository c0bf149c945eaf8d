/** The time for the notification of the authority after the controller became aware of a breach (GDPR Art. 33(1)). */
export const NOTIFICATION_HOURS = 72;

const HOUR_MS = 3_600_000;

export interface BreachClock {
  /** ISO 8601, UTC. */
  readonly awareSince: string;
  readonly deadline: string;
  /** Whole hours and minutes until the deadline, or since it if it has passed. */
  readonly hours: number;
  readonly minutes: number;
  readonly hasPassed: boolean;
}

export function breachClock(awareSince: string, now: Date): BreachClock {
  const deadline = Date.parse(awareSince) + NOTIFICATION_HOURS * HOUR_MS;
  const left = deadline - now.getTime();
  const minutes = Math.floor(Math.abs(left) / 60_000);
  return {
    awareSince,
    deadline: new Date(deadline).toISOString(),
    hours: Math.floor(minutes / 60),
    minutes: minutes % 60,
    hasPassed: left < 0,
  };
}
