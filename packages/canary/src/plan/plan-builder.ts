import { methodCode } from '@rtcstats-server/dump';
import type { PlannedMessage, Plant, Value } from './plan.ts';
import type { Values } from './values.ts';

/** Puts values into one message. */
export interface Planter {
  /** The text of the value. `detail`: where in the message, when there are several. */
  (value: Value, detail?: string): string;
  /** A technical value, which has to survive. */
  stays<T extends string | number>(value: T): T;
}

/** Collects the messages of a canary's session, and what was planted in them. */
export class PlanBuilder {
  readonly values: Values;
  readonly messages: PlannedMessage[] = [];
  readonly plants: Plant[] = [];

  constructor(values: Values) {
    this.values = values;
  }

  /** An event: `[method, …what is written, delta]`. */
  event(place: string, method: string, write: (plant: Planter) => readonly unknown[]): void {
    this.line(place, method, (plant, delta) => JSON.stringify([methodCode(method), ...write(plant), delta]));
  }

  /** An event in a spelling that no serializer makes. */
  line(place: string, method: string, write: (plant: Planter, delta: number) => string): void {
    const number = this.#next();
    const name = place === method ? place : `${method}: ${place}`;
    this.messages.push({ number, method, data: write(this.#planter(name, number), number) });
  }

  /** What is no event and cannot be kept. */
  unreadable(place: string, write: (plant: Planter) => string | Uint8Array): void {
    const number = this.#next();
    this.messages.push({ number, method: null, data: write(this.#planter(place, number)) });
  }

  /** What the request says. `either`: see `Plant`. */
  request(place: string, value: Value, either = false): string {
    this.plants.push({ place, value, text: value.text, message: null, either });
    return value.text;
  }

  #next(): number {
    return this.messages.length + 1;
  }

  #planter(place: string, message: number): Planter {
    const add = (value: Value | null, text: string, detail?: string): void => {
      const name = detail === undefined ? place : `${place}, ${detail}`;
      this.plants.push({ place: name, value, text, message, either: false });
    };
    return Object.assign(
      (value: Value, detail?: string) => {
        add(value, value.text, detail);
        return value.text;
      },
      {
        stays: <T extends string | number>(value: T): T => {
          add(null, String(value));
          return value;
        },
      },
    );
  }
}
