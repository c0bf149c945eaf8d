import type { Conversion, Converted } from './contract.ts';
import { Events } from './events.ts';
import { Statistics } from './statistics.ts';

/**
 * The npm package `rtcstats` 5, with the subprotocol 2.0: one event per message, `[method, scope, value, time]`. A
 * report that did not change is left out of its statistics, and so is one that is gone.
 */
export class Rtcstats2 implements Conversion {
  readonly greeting: undefined;
  readonly #events = new Events(new Statistics(false));

  convert(message: unknown): Converted {
    if (!Array.isArray(message)) return { dropped: 'notEvent' };
    const event = this.#events.convert(message.slice(0, -1), message.at(-1));
    return event === undefined ? { dropped: 'notEvent' } : { events: [event] };
  }
}
