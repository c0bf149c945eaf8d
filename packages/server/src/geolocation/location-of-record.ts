import type { Location, LocationDetail } from '@rtcstats-server/privacy';
import { CONTINENTS, continentOf } from './continents.ts';

/** Longer than the English name of any city. */
const MAX_CITY_LENGTH = 200;

/**
 * The location in a record of a database, reduced to `detail`. Reads the records of MaxMind (`{continent: {code},
 * country: {iso_code}, city: {names: {en}}}`) and of databases that are a table (`{country_code, city}`).
 */
export function locationOfRecord(record: unknown, detail: LocationDetail): Location | undefined {
  if (detail === 'off') return undefined;
  const country = codeOf(at(record, 'country', 'iso_code') ?? at(record, 'country_code'));
  const named = codeOf(at(record, 'continent', 'code'));
  const continent = named !== undefined && CONTINENTS.includes(named) ? named : country && continentOf(country);
  if (continent === undefined && country === undefined) return undefined;
  const city = detail === 'city' ? cityOf(at(record, 'city', 'names', 'en') ?? at(record, 'city')) : undefined;
  return {
    ...(continent !== undefined && { continent }),
    ...(detail !== 'continent' && country !== undefined && { country }),
    ...(city !== undefined && { city }),
  };
}

function at(record: unknown, ...path: readonly string[]): unknown {
  return path.reduce(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    record,
  );
}

function codeOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? value : undefined;
}

function cityOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_CITY_LENGTH ? value : undefined;
}
