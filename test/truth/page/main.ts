import type { ParticipantOptions } from './interface.ts';
import { Participant } from './participant.ts';

/** The bench calls these from outside. */
Object.assign(globalThis, {
  start: (options: ParticipantOptions) => {
    Object.assign(globalThis, { participant: new Participant(options) });
  },
});
