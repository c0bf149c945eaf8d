import { isIP } from 'node:net';
import { customEventTreatment, type DataClass, type Policy } from '@rtcstats-server/privacy';
import type { CanaryPlan, PlannedMessage, PlantedValue } from '../plan/plan.ts';
import type { Sighting } from '../search/search.ts';
import { isInNetworks } from './networks.ts';
import { readableText, replacementOf, type StoredEvents } from './replacement.ts';
import type { Outcome, PlaceReport } from './report.ts';

/** A pseudonym; that of a device may have the device's USB id behind it (`deviceNames.keepUsbIds`). */
const PSEUDONYM = /^(?:\d+:)?[a-z][a-z0-9]*-[0-9a-f]{10}(?: \([0-9a-f]{4}:[0-9a-f]{4}\))?$/;
const MASKED = /(?:^|[.:])x(?:[.:]|$)/;

/** Determines what happened to each planted value, and whether the policy allows it. */
export class OutcomeClassifier {
  readonly #policy: Policy;
  readonly #messages: ReadonlyMap<number, PlannedMessage>;
  readonly #stored: StoredEvents;

  constructor(plan: CanaryPlan, stored: StoredEvents, policy: Policy) {
    this.#policy = policy;
    this.#messages = new Map(plan.messages.map((message) => [message.number, message]));
    this.#stored = stored;
  }

  /** How many messages should be in the dump but are not. */
  get lost(): number {
    return [...this.#messages.values()].filter((message) => !this.#isStored(message) && !this.#mayDrop(message)).length;
  }

  /** @param sightings where the planted value was found */
  classify(planted: PlantedValue, sightings: readonly Sighting[]): PlaceReport {
    const message = planted.message === null ? undefined : this.#messages.get(planted.message);
    const replacement = replacementOf(planted, message, this.#stored);
    const outcome =
      planted.value === null
        ? this.#technicalOutcome(planted, message)
        : this.#personalOutcome(planted, message, sightings, replacement);
    return {
      place: planted.place,
      classes: planted.value?.classes ?? ['technical'],
      planted: planted.text,
      outcome,
      became: outcome === 'leaked' || outcome === 'kept' || outcome === 'survived' ? null : replacement,
      foundIn: sightings.map(({ where }) => where),
    };
  }

  #personalOutcome(
    planted: PlantedValue,
    message: PlannedMessage | undefined,
    sightings: readonly Sighting[],
    replacement: string | null,
  ): Outcome {
    if (sightings.length > 0) {
      const mayStay = this.#mayStay(planted, message) && sightings.every(({ neverAllowed }) => !neverAllowed);
      return mayStay ? 'kept' : 'leaked';
    }
    if (message !== undefined && !this.#isStored(message)) return 'dropped';
    if (replacement === null) return 'gone';
    if (PSEUDONYM.test(replacement) || this.#isOtherAddress(planted, replacement)) return 'pseudonym';
    return MASKED.test(replacement) ? 'masked' : 'gone';
  }

  #technicalOutcome(planted: PlantedValue, message: PlannedMessage | undefined): Outcome {
    if (message !== undefined && !this.#isStored(message)) return this.#mayDrop(message) ? 'dropped' : 'changed';
    const line = this.#stored.lines.get(planted.message ?? 0);
    return line !== undefined && readableText(line.json).includes(planted.text) ? 'survived' : 'changed';
  }

  #mayStay(planted: PlantedValue, message: PlannedMessage | undefined): boolean {
    if (message?.method && customEventTreatment(this.#policy, message.method) === 'keep') return true;
    const { classes, address, relay, opaque } = planted.value!;
    const { method, keepRelay, keepNetworks } = this.#policy.ipAddresses;
    const isKept = (dataClass: DataClass): boolean => {
      if (dataClass === 'ipAddresses') {
        if (method === 'keep' || (relay && keepRelay)) return true;
        return address !== undefined && isInNetworks(address, keepNetworks);
      }
      if (dataClass === 'identifiers' && opaque && this.#policy.keepOpaqueIdentifiers) return true;
      return this.#policy.classes[dataClass] === 'keep';
    };
    return planted.anyClass ? classes.some(isKept) : classes.every(isKept);
  }

  /** With the methods `pseudonymize` and `encrypt`, the replacement of an address is another address. */
  #isOtherAddress(planted: PlantedValue, replacement: string): boolean {
    const isAddress = planted.value?.address !== undefined && isIP(replacement) !== 0;
    return isAddress && this.#policy.ipAddresses.method !== 'truncate';
  }

  #isStored({ number }: PlannedMessage): boolean {
    return this.#stored.lines.has(number);
  }

  #mayDrop({ method }: PlannedMessage): boolean {
    return method === null || customEventTreatment(this.#policy, method) === 'drop';
  }
}
