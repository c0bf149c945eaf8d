import { methodCode } from '@rtcstats-server/dump';
import { deltaOfMessage, type PersonalValue, type PlannedMessage, type PlantedValue } from './plan.ts';
import type { ValueGenerator } from './value-generator.ts';

/** Plants values in one message: each call records the value and returns the text to write into the message. */
export interface Planter {
  /** @param detail where in the message the value is, if there are several */
  (value: PersonalValue, detail?: string): string;
  /** Plants a technical value, which has to survive. */
  technical<T extends string | number>(value: T): T;
}

/** Collects the messages of the canary's session and the values that are planted in them. */
export class PlanBuilder {
  readonly values: ValueGenerator;
  readonly messages: PlannedMessage[] = [];
  readonly plantedValues: PlantedValue[] = [];

  constructor(values: ValueGenerator) {
    this.values = values;
  }

  /** Adds an event: `[method, ...elements, delta]`. */
  event(place: string, method: string, elements: (plant: Planter) => readonly unknown[]): void {
    this.line(place, method, (plant, delta) => JSON.stringify([methodCode(method), ...elements(plant), delta]));
  }

  /** Adds an event in a spelling that `JSON.stringify` does not produce. */
  line(place: string, method: string, write: (plant: Planter, delta: number) => string): void {
    const number = this.#nextNumber();
    const name = place === method ? place : `${method}: ${place}`;
    this.messages.push({ number, method, data: write(this.#planter(name, number), deltaOfMessage(number)) });
  }

  /** Adds a message that is not an event, so the gateway cannot store it. */
  unreadable(place: string, write: (plant: Planter) => string | Uint8Array): void {
    const number = this.#nextNumber();
    this.messages.push({ number, method: null, data: write(this.#planter(place, number)) });
  }

  /** Plants a value in the upgrade request and returns its text. For `anyClass` see `PlantedValue`. */
  request(place: string, value: PersonalValue, anyClass = false): string {
    this.plantedValues.push({ place, value, text: value.text, message: null, anyClass });
    return value.text;
  }

  #nextNumber(): number {
    return this.messages.length + 1;
  }

  #planter(place: string, message: number): Planter {
    const add = (value: PersonalValue | null, text: string, detail?: string): void => {
      const name = detail === undefined ? place : `${place}, ${detail}`;
      this.plantedValues.push({ place: name, value, text, message, anyClass: false });
    };
    return Object.assign(
      (value: PersonalValue, detail?: string) => {
        add(value, value.text, detail);
        return value.text;
      },
      {
        technical: <T extends string | number>(value: T): T => {
          add(null, String(value));
          return value;
        },
      },
    );
  }
}
