import { methodCode } from '@rtcstats-server/dump';
import type { CleanLine } from './line.ts';

/** The location of an IP address, as detailed as the configuration allows. Unknown or withheld fields are absent. */
export interface Location {
  /** Continent code: AF, AN, AS, EU, NA, OC or SA. */
  readonly continent?: string;
  /** ISO 3166-1 alpha-2 code. */
  readonly country?: string;
  /** City name. */
  readonly city?: string;
}

/** Levels of detail of locations, from coarse to fine; `off`: no locations. */
export const LOCATION_DETAILS = ['off', 'continent', 'country', 'city'] as const;
/** One of `LOCATION_DETAILS`. */
export type LocationDetail = (typeof LOCATION_DETAILS)[number];

/**
 * Returns the location of a complete (unmasked) IP address; undefined if it has none or none may be shown. Does no I/O.
 */
export type Locate = (address: string) => Location | undefined;

const KEY = 'rtcstatsLocation';
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** Beginnings of lines that may contain a candidate. */
const BEGINNINGS = ['onicecandidate', 'addIceCandidate']
  .flatMap((name) => [methodCode(name), name])
  .map((code) => ENCODER.encode(`[${JSON.stringify(code)},`));

/** Whether the line is an event that gets a location. */
export function mayHaveLocation(line: Uint8Array): boolean {
  for (const beginning of BEGINNINGS) if (beginsWith(line, beginning)) return true;
  return false;
}

/** A plain loop, because it runs for every message. */
function beginsWith(line: Uint8Array, beginning: Uint8Array): boolean {
  for (let i = 0; i < beginning.length; i++) if (line[i] !== beginning[i]) return false;
  return true;
}

/**
 * Adds the location of a candidate's address behind the candidate, where other rtcstats tools look for it:
 * `{"rtcstatsLocation": {"continent": "Europe", "country": "Austria", "city": "Vienna"}}`. Only if the address was
 * replaced, because unchanged lines stay unchanged, or if the candidate is a relay's, whose address some policies keep.
 * Locations sent by the client are removed.
 */
export function withLocation(raw: Uint8Array, line: CleanLine, locate: Locate): CleanLine {
  const event = JSON.parse(DECODER.decode(line)) as readonly unknown[];
  const kept = event.filter((element) => !isLocationElement(element));
  const candidate = candidateOf(JSON.parse(DECODER.decode(raw)));
  const address = addressOf(candidate);
  const mayLocate = address !== undefined && (isRelay(candidate) || address !== addressOf(candidateOf(event)));
  const location = mayLocate ? locate(address) : undefined;
  if (location === undefined && kept.length === event.length) return line;
  if (location !== undefined) kept.splice(3, 0, { [KEY]: namesOf(location) });
  return ENCODER.encode(JSON.stringify(kept)) as CleanLine;
}

function isLocationElement(element: unknown): boolean {
  return typeof element === 'object' && element !== null && Object.hasOwn(element, KEY);
}

/** The candidate of `[method, scope, {candidate: "candidate:…"}, …]`, split into its first eight fields. */
function candidateOf(event: unknown): readonly string[] {
  const value = (event as readonly unknown[])[2] as { readonly candidate?: unknown } | null | undefined;
  const candidate = value?.candidate;
  return typeof candidate === 'string' ? candidate.split(' ', 8) : [];
}

/** The connection address (RFC 8839, section 5.1). */
function addressOf(candidate: readonly string[]): string | undefined {
  return candidate[4];
}

function isRelay(candidate: readonly string[]): boolean {
  return candidate[6] === 'typ' && candidate[7] === 'relay';
}

const CONTINENT_NAMES: Readonly<Record<string, string>> = {
  AF: 'Africa',
  AN: 'Antarctica',
  AS: 'Asia',
  EU: 'Europe',
  NA: 'North America',
  OC: 'Oceania',
  SA: 'South America',
};
/** Created with the first location, because loading the names takes some 20 ms. */
let countryNames: Intl.DisplayNames | undefined;

function countryName(code: string): string {
  // For any other form, `of` would throw.
  if (!/^[A-Z]{2}$/.test(code)) return code;
  countryNames ??= new Intl.DisplayNames('en', { type: 'region' });
  return countryNames.of(code) ?? code;
}

/** English names in place of codes, which is what the feature extractor for rtcstats dumps expects. */
function namesOf({ continent, country, city }: Location): Location {
  return {
    ...(continent !== undefined && { continent: CONTINENT_NAMES[continent] ?? continent }),
    ...(country !== undefined && { country: countryName(country) }),
    ...(city !== undefined && { city }),
  };
}

/**
 * The location as in the records of MaxMind's databases, for the metadata of a dump, where other rtcstats tools read
 * it: `{continent: {code, names: {en}}, country: {iso_code, names: {en}}, city: {names: {en}}}`, without what is
 * absent.
 */
function locationRecord(location: Location): Readonly<Record<string, unknown>> {
  const { continent, country, city } = namesOf(location);
  return {
    ...(continent !== undefined && { continent: { code: location.continent, names: { en: continent } } }),
    ...(country !== undefined && { country: { iso_code: location.country, names: { en: country } } }),
    ...(city !== undefined && { city: { names: { en: city } } }),
  };
}

/** The `locations` of a dump's metadata: one of each remote address, null if unknown; nothing if all are. */
export function locationsOf(
  { remoteAddresses }: Readonly<Record<string, unknown>>,
  locate: Locate | undefined,
): { readonly locations?: readonly unknown[] } {
  if (locate === undefined || !Array.isArray(remoteAddresses)) return {};
  const locations = remoteAddresses.map((address) => {
    const location = typeof address === 'string' ? locate(address) : undefined;
    return location === undefined ? null : locationRecord(location);
  });
  return locations.some((location) => location !== null) ? { locations } : {};
}
