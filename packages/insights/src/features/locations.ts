import type { DumpEvent } from '@rtcstats-server/dump';
import { derivedIn } from '../stats/derived.ts';
import { parseCandidate } from './candidates.ts';
import { isObject, type JsonObject, member, present, textOf } from './values.ts';

/** Limits the addresses remembered per connection and side. Real connections have at most some dozens. */
const MAX_ADDRESSES = 1000;

/** The address of a candidate, and what tells it from others if it is masked. */
export interface CandidateAddress {
  readonly address: string | undefined;
  readonly port: number | undefined;
  /** The group of equal addresses, if the anonymizer derived one. */
  readonly group: string | undefined;
}

/** The addresses of the selected pair in the first statistics of a connection. */
export interface SelectedAddresses {
  readonly local: CandidateAddress;
  readonly remote: CandidateAddress;
}

/** `203.0.113.x`, `x:x:x:x:x:x:x:x`. */
const MASKED = /(?:^|[.:])x(?:[.:]|$)/;

/**
 * Features of a connection that come from the locations which a server with a geolocation database adds to candidates:
 * `{"rtcstatsLocation": {continent, country, city}}`. Only candidates before the first statistics count.
 */
export class Locations {
  #local: Map<string, JsonObject> | undefined = new Map();
  #remote: Map<string, JsonObject> | undefined = new Map();
  #last: JsonObject | undefined;
  #own: JsonObject | undefined;
  #peer: JsonObject | undefined;

  add({ method, value, extra }: DumpEvent): void {
    const known = method === 'onicecandidate' ? this.#local : method === 'addIceCandidate' ? this.#remote : undefined;
    if (known === undefined || extra.length === 0) return;
    const location = locationIn(extra);
    if (location === undefined) return;
    if (method === 'onicecandidate') this.#last = location;
    const group = derivedIn(extra, 'rtcstatsAddressGroup');
    for (const key of keysOf({ address: undefined, port: undefined, ...parseCandidate(value), group })) {
      if (!known.has(key) && known.size < MAX_ADDRESSES) known.set(key, location);
    }
  }

  /** Call this at the first statistics. Later calls change nothing. */
  firstStats({ local, remote }: SelectedAddresses): void {
    if (!this.awaitsStats) return;
    this.#own = locationOf(local, this.#local!);
    this.#peer = locationOf(remote, this.#remote!);
    this.#local = undefined;
    this.#remote = undefined;
  }

  /** Whether `firstStats` has not been called yet. */
  get awaitsStats(): boolean {
    return this.#local !== undefined;
  }

  result() {
    return present({
      rtcstatsLocationContinent: textOf(member(this.#own, 'continent')),
      rtcstatsLocationCountry: textOf(member(this.#own, 'country')),
      rtcstatsLocationCity: textOf(member(this.#own, 'city')),
      rtcstatsPeerLocationContinent: textOf(member(this.#peer, 'continent')),
      rtcstatsPeerLocationCountry: textOf(member(this.#peer, 'country')),
      rtcstatsPeerLocationCity: textOf(member(this.#peer, 'city')),
      rtcstatsRelayLocationContinent: textOf(member(this.#last, 'continent')),
      rtcstatsRelayLocationCountry: textOf(member(this.#last, 'country')),
      rtcstatsRelayLocationCity: textOf(member(this.#last, 'city')),
    });
  }
}

/**
 * What candidates with the same address have in common, the best first. Different addresses can be the same when they
 * are masked; those of the same candidate have the same port.
 */
function keysOf({ address, port, group }: CandidateAddress): readonly string[] {
  if (group !== undefined) return [group];
  if (address === undefined) return [];
  return port !== undefined && MASKED.test(address) ? [`${address} ${port}`, address] : [address];
}

function locationOf(candidate: CandidateAddress, known: ReadonlyMap<string, JsonObject>): JsonObject | undefined {
  for (const key of keysOf(candidate)) {
    const location = known.get(key);
    if (location !== undefined) return location;
  }
  return undefined;
}

/** Servers write the location before or after the correlation id. */
function locationIn(extra: readonly unknown[]): JsonObject | undefined {
  for (const element of extra) {
    const location = member(element, 'rtcstatsLocation');
    if (isObject(location)) return location;
  }
  return undefined;
}
