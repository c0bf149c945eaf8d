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
 * Adds the location of a candidate's address before the delta: `{"rtcstatsLocation": {…}}`. Only if the address was
 * replaced: unchanged lines stay unchanged. Locations sent by the client are removed.
 */
export function withLocation(raw: Uint8Array, line: CleanLine, locate: Locate): CleanLine {
  const event = JSON.parse(DECODER.decode(line)) as readonly unknown[];
  const claimed = event.filter(isLocationElement);
  const kept = event.filter((element) => !isLocationElement(element));
  const text = claimed.length > 0 ? JSON.stringify(kept) : undefined;
  const address = addressOf(JSON.parse(DECODER.decode(raw)));
  const location = address === undefined || address === addressOf(event) ? undefined : locate(address);
  if (location === undefined) return text === undefined ? line : (ENCODER.encode(text) as CleanLine);
  const clean = text ?? DECODER.decode(line);
  // The delta is a number, so the last comma is the one before it.
  const end = clean.lastIndexOf(',');
  const added = `,${JSON.stringify({ [KEY]: location })}`;
  return ENCODER.encode(clean.slice(0, end) + added + clean.slice(end)) as CleanLine;
}

function isLocationElement(element: unknown): boolean {
  return typeof element === 'object' && element !== null && Object.hasOwn(element, KEY);
}

/** The connection address (RFC 8839, section 5.1) of `[method, scope, {candidate: "candidate:…"}, …]`. */
function addressOf(event: unknown): string | undefined {
  const value = (event as readonly unknown[])[2] as { readonly candidate?: unknown } | null | undefined;
  const candidate = value?.candidate;
  return typeof candidate === 'string' ? candidate.split(' ', 6)[4] : undefined;
}
