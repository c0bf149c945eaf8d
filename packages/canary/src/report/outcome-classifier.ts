import { isIP } from 'node:net';
import { customEventTreatment, type Policy } from '@rtcstats-server/privacy';
import { networkList } from '../../../server/src/net/network.ts';
import type { CanaryPlan, Outcome, PlaceReport, PlannedMessage, Plant } from '../plan/plan.ts';
import type { Sighting } from '../search/search.ts';
import { becameOf, readableText, type StoredEvents } from './replacement.ts';

const PSEUDONYM = /^(?:\d+:)?[a-z][a-z0-9]*-[0-9a-f]{10}$/;
const MASKED = /(?:^|[.:])x(?:[.:]|$)/;

/** Says what became of each place, by the policy that is checked. */
export class OutcomeClassifier {
  readonly #policy: Policy;
  readonly #messages: ReadonlyMap<number, PlannedMessage>;
  readonly #stored: StoredEvents;

  constructor(plan: CanaryPlan, stored: StoredEvents, policy: Policy) {
    this.#policy = policy;
    this.#messages = new Map(plan.messages.map((message) => [message.number, message]));
    this.#stored = stored;
  }

  /** Messages that should be in the dump and are not. */
  get lost(): number {
    return [...this.#messages.values()].filter((message) => !this.#isStored(message) && !this.#mayDrop(message)).length;
  }

  place(plant: Plant, sightings: readonly Sighting[]): PlaceReport {
    const message = plant.message === null ? undefined : this.#messages.get(plant.message);
    const became = becameOf(plant, message, this.#stored);
    const outcome =
      plant.value === null ? this.#technical(plant, message) : this.#personal(plant, message, sightings, became);
    return {
      place: plant.place,
      classes: plant.value?.classes ?? ['technical'],
      planted: plant.text,
      outcome,
      became: outcome === 'leaked' || outcome === 'kept' || outcome === 'survived' ? null : became,
      foundIn: sightings.map(({ where }) => where),
    };
  }

  #personal(
    plant: Plant,
    message: PlannedMessage | undefined,
    sightings: readonly Sighting[],
    became: string | null,
  ): Outcome {
    if (sightings.length > 0) {
      const mayStay = this.#mayStay(plant, message) && sightings.every(({ neverAllowed }) => !neverAllowed);
      return mayStay ? 'kept' : 'leaked';
    }
    if (message !== undefined && !this.#isStored(message)) return 'dropped';
    if (became === null) return 'gone';
    if (PSEUDONYM.test(became) || this.#isOtherAddress(plant, became)) return 'pseudonym';
    return MASKED.test(became) ? 'masked' : 'gone';
  }

  #technical(plant: Plant, message: PlannedMessage | undefined): Outcome {
    if (message !== undefined && !this.#isStored(message)) return this.#mayDrop(message) ? 'dropped' : 'changed';
    const line = this.#stored.lines.get(plant.message ?? 0);
    return line !== undefined && readableText(line.json).includes(plant.text) ? 'survived' : 'changed';
  }

  #mayStay(plant: Plant, message: PlannedMessage | undefined): boolean {
    if (message?.method && customEventTreatment(this.#policy, message.method) === 'keep') return true;
    const { classes, address, relay, opaque } = plant.value!;
    const { method, keepRelay } = this.#policy.ipAddresses;
    const isKept = (name: (typeof classes)[number]): boolean => {
      if (name === 'ipAddresses') {
        if (method === 'keep' || (relay && keepRelay)) return true;
        return address !== undefined && this.#isOwnNetwork(address);
      }
      if (name === 'identifiers' && opaque && this.#policy.keepOpaqueIdentifiers) return true;
      return this.#policy.classes[name] === 'keep';
    };
    return plant.either ? classes.some(isKept) : classes.every(isKept);
  }

  #isOwnNetwork(address: string): boolean {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return networkList(this.#policy.ipAddresses.keepNetworks).check(address, family);
  }

  /** With `pseudonymize` and `encrypt`, what stands for an address is one. */
  #isOtherAddress(plant: Plant, became: string): boolean {
    return plant.value?.address !== undefined && isIP(became) !== 0 && this.#policy.ipAddresses.method !== 'truncate';
  }

  #isStored({ number }: PlannedMessage): boolean {
    return this.#stored.lines.has(number);
  }

  #mayDrop({ method }: PlannedMessage): boolean {
    return method === null || customEventTreatment(this.#policy, method) === 'drop';
  }
}
