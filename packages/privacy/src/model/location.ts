import { methodCode } from '@rtcstats-server/dump';
import type { CleanLine } from './line.ts';

/** Where an address is, as far as it may be told. What is not known or not told is left out. */
export interface Location {
  /** AF, AN, AS, EU, NA, OC or SA. */
  readonly continent?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly city?: string;
}

/** How exactly a location may be given, from coarse to fine; `off`: not at all. */
export const LOCATION_DETAILS = ['off', 'continent', 'country', 'city'] as const;
export type LocationDetail = (typeof LOCATION_DETAILS)[number];

/** Looks an address up that stands there in full; `undefined` for what has no place, or none that may be told. Does no I/O. */
export type Locate = (address: string) => Location | undefined;

const KEY = 'rtcstatsLocation';
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** How lines begin that may have a candidate in them. */
const BEGINNINGS = ['onicecandidate', 'addIceCandidate']
  .flatMap((name) => [methodCode(name), name])
  .map((code) => ENCODER.encode(`[${JSON.stringify(code)},`));

/** Whether a location may belong to the event. */
export function mayHaveLocation(line: Uint8Array): boolean {
  for (const beginning of BEGINNINGS) if (beginsWith(line, beginning)) return true;
  return false;
}

/** A loop: this is asked of every message. */
function beginsWith(line: Uint8Array, beginning: Uint8Array): boolean {
  for (let i = 0; i < beginning.length; i++) if (line[i] !== beginning[i]) return false;
  return true;
}

/**
 * A candidate's line with the location of its address in front of the delta: `{"rtcstatsLocation": {…}}`. Only where the address itself was
 * replaced: a line that stays as it came stays as it came. Locations that the client itself wrote there go.
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
  // The delta is a number, so the last comma is the one in front of it.
  const end = clean.lastIndexOf(',');
  const added = `,${JSON.stringify({ [KEY]: location })}`;
  return ENCODER.encode(clean.slice(0, end) + added + clean.slice(end)) as CleanLine;
}

function isLocationElement(element: unknown): boolean {
  return typeof element === 'object' && element !== null && Object.hasOwn(element, KEY);
}

/** The connection address (RFC 8839, 5.1) of `[method, scope, {candidate: "candidate:…"}, …]`. */
function addressOf(event: unknown): string | undefined {
  const value = (event as readonly unknown[])[2] as { readonly candidate?: unknown } | null | undefined;
  const candidate = value?.candidate;
  return typeof candidate === 'string' ? candidate.split(' ', 6)[4] : undefined;
}
