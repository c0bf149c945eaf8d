import { methodName, statsPropertyName } from '@rtcstats-server/dump';
import { isObject } from '../json/json-object.ts';
import type { PathPart } from '../json/visitor.ts';
import { isDerivedName } from '../model/derived-values.ts';
import type { AddressDeriver } from './address-deriver.ts';
import { candidateAddress, derivedNameAt, isCandidate, isCandidateMethod, isReportAddress } from './derived-parts.ts';

/**
 * Adds derived values to an event on the slow path, and removes those of the input, because a client could send false
 * ones, or anything else under their names. Those of a dump that was anonymized before are kept if they are legal and
 * nothing can be derived again.
 */
export class EventDerivation {
  readonly #deriver: AddressDeriver;
  readonly #keepsOwn: boolean;
  #behind = '';
  #element = '';
  #found: 'nothing' | 'legal' | 'illegal' = 'nothing';

  /** @param keepsOwn whether the input is a dump of a gateway */
  constructor(deriver: AddressDeriver, keepsOwn: boolean) {
    this.#deriver = deriver;
    this.#keepsOwn = keepsOwn;
  }

  /** Begins an event. */
  begin(): void {
    this.#behind = '';
    this.#element = '';
    this.#found = 'nothing';
  }

  /** Called for a key; `path` is the path of its object. Returns whether it is the name of a derived value. */
  key(key: string, method: string, path: readonly PathPart[]): boolean {
    if (derivedNameAt(method, path, key) === undefined) return false;
    if (this.#found === 'nothing') this.#found = 'legal';
    return true;
  }

  /** Called for a text before it is replaced. Returns whether it is a derived value, which must not be replaced. */
  string(value: string, method: string, path: readonly PathPart[]): boolean {
    if (isReportAddress(method, path)) {
      const derived = this.#deriver.of(value);
      if (derived !== undefined) this.#behind = `,${derived.source}`;
    } else if (isCandidate(method, path)) {
      this.#element = this.#deriver.of(candidateAddress(value) ?? '')?.source ?? '';
    }
    const last = path.at(-1);
    if (typeof last !== 'string' || !isDerivedName(last)) return false;
    const name = derivedNameAt(method, path.slice(0, -1), last);
    if (name === undefined) return false;
    if (!this.#deriver.accepts(name, value)) this.#found = 'illegal';
    return true;
  }

  /** The source to be inserted behind the member that was read last. */
  behind(): string {
    const behind = this.#behind;
    if (behind !== '') this.#behind = '';
    return behind;
  }

  /** The rewritten event with its derived values. */
  finish(event: string): string {
    if (this.#element === '') return event;
    const delta = event.lastIndexOf(',') + 1;
    return `${event.slice(0, delta)}{${this.#element}},${event.slice(delta)}`;
  }

  /**
   * The text of the event without values that must not stay; undefined if the event that was read last has none. `text`
   * is valid JSON.
   */
  withoutForeign(text: string): string | undefined {
    if (this.#found === 'nothing') return undefined;
    const event = JSON.parse(text) as unknown[];
    const method = methodName(event[0] as string | number);
    let removed = false;
    const clean = (object: unknown, address: string | undefined): void => {
      if (!isObject(object)) return;
      const mayStay = this.#keepsOwn && (address === undefined || this.#deriver.of(address) === undefined);
      for (const key of Object.keys(object)) {
        if (!isDerivedName(key) || (mayStay && this.#deriver.accepts(key, object[key]))) continue;
        delete object[key];
        removed = true;
      }
    };
    const value = event[2];
    if (method === 'getStats' && isObject(value)) {
      for (const report of Object.values(value)) clean(report, reportAddress(report));
    }
    const candidate = isCandidateMethod(method) && isObject(value) ? value['candidate'] : undefined;
    const address = typeof candidate === 'string' ? candidateAddress(candidate) : undefined;
    const rest = event.slice(3).filter((element) => {
      const before = removed;
      clean(element, address);
      return removed === before || !isObject(element) || Object.keys(element).length > 0;
    });
    // Of a repeated name, JSON.parse sees only the last value.
    return removed || this.#found === 'illegal' ? JSON.stringify([...event.slice(0, 3), ...rest]) : undefined;
  }
}

function reportAddress(report: unknown): string | undefined {
  if (!isObject(report)) return undefined;
  const address = Object.entries(report).find(([name]) => statsPropertyName(name) === 'address')?.[1];
  return typeof address === 'string' ? address : undefined;
}
