/**
 * Where derived values stand in events: which values are addresses of candidates, and which values of the input look
 * like derived ones. Used by both paths of the anonymizer.
 */

import { METHOD_CODES, statsPropertyName } from '@rtcstats-server/dump';
import type { PathPart } from '../json/visitor.ts';
import { type DerivedName, isDerivedName } from '../model/derived-values.ts';
import { ROLES } from '../model/roles.ts';

const ENCODER = new TextEncoder();
const QUOTE = 34;
const SPACE = 32;
const COMMA = 44;
const COLON = 58;
const CANDIDATE_METHODS = ['onicecandidate', 'addIceCandidate'] as const;
const CANDIDATE_BEGINNINGS = CANDIDATE_METHODS.map((name) => ENCODER.encode(`[${METHOD_CODES[name]},`));
const STATS_BEGINNING = ENCODER.encode('["g",');
/** How a candidate goes on behind address and port: ` 50000 typ host`. Behind a related address there is `rport`. */
const BEHIND_PORT = ENCODER.encode(' typ ');
const MAX_PORT_DIGITS = 10;
const ADDRESS_ROLE = ROLES.indexOf('address');
const CANDIDATE_ROLE = ROLES.indexOf('candidate');
/** `"134":"`: the property `address` of a report (W3C webrtc-stats, RTCIceCandidateStats), as its code or its name. */
const ADDRESS_KEYS = ['134', 'address'].map((name) => ENCODER.encode(`"${name}":`));

/** Whether the event has a candidate whose address is derived from. */
export function isCandidateMethod(method: string): boolean {
  return method === 'onicecandidate' || method === 'addIceCandidate';
}

/** Whether the value at `path` is the address of a report of statistics. */
export function isReportAddress(method: string, path: readonly PathPart[]): boolean {
  if (method !== 'getStats' || path.length !== 3 || path[0] !== 2) return false;
  const name = path[2];
  return typeof name === 'string' && statsPropertyName(name) === 'address';
}

/** Whether the value at `path` is the candidate of an event. */
export function isCandidate(method: string, path: readonly PathPart[]): boolean {
  return path.length === 2 && path[0] === 2 && path[1] === 'candidate' && isCandidateMethod(method);
}

/** The connection address of a candidate (RFC 8839, section 5.1). */
export function candidateAddress(candidate: string): string | undefined {
  const words = candidate.split(' ', 8);
  return words[6] === 'typ' ? words[4] : undefined;
}

/**
 * The name of the derived value that stands at `path`: in a report of statistics, or in a further element of an event.
 * Elsewhere these names have no meaning.
 */
export function derivedNameAt(
  method: string,
  path: readonly PathPart[],
  key: PathPart | undefined,
): DerivedName | undefined {
  if (typeof key !== 'string' || !isDerivedName(key)) return undefined;
  const inReport = method === 'getStats' && path.length === 2 && path[0] === 2;
  const inElement = path.length === 1 && typeof path[0] === 'number' && path[0] >= 3;
  return inReport || inElement ? key : undefined;
}

/** What the scanner found in a line that matches its grammar. */
export type ScannedKind = 'candidate' | 'statistics' | 'other';

/** The kind of a line, by its beginning. */
export function scannedKind(bytes: Uint8Array, from: number): ScannedKind {
  if (beginsAt(bytes, from, STATS_BEGINNING)) return 'statistics';
  return CANDIDATE_BEGINNINGS.some((beginning) => beginsAt(bytes, from, beginning)) ? 'candidate' : 'other';
}

/** Whether the open part from `begin` is the address of a report. */
export function isScannedReportAddress(bytes: Uint8Array, begin: number, role: number): boolean {
  if (role !== ADDRESS_ROLE || bytes[begin - 1] !== QUOTE || bytes[begin - 2] !== COLON) return false;
  return ADDRESS_KEYS.some((key) => beginsAt(bytes, begin - 1 - key.length, key));
}

/** Finds the address in an open part of a line with a candidate: `whole` is the whole candidate or only its address. */
export function scannedCandidate(bytes: Uint8Array, end: number, role: number): 'whole' | 'address' | undefined {
  if (role === CANDIDATE_ROLE) return 'whole';
  if (role !== ADDRESS_ROLE || bytes[end] === QUOTE) return undefined;
  if (bytes[end] !== SPACE) return undefined;
  let at = end + 1;
  while (at <= end + MAX_PORT_DIGITS && isDigit(bytes[at])) at++;
  return at > end + 1 && beginsAt(bytes, at, BEHIND_PORT) ? 'address' : undefined;
}

/** The position of the delta, which is the last element of an event. */
export function deltaPosition(bytes: Uint8Array, from: number, to: number): number {
  let at = to - 1;
  while (at > from && bytes[at] !== COMMA) at--;
  return at + 1;
}

function beginsAt(bytes: Uint8Array, from: number, beginning: Uint8Array): boolean {
  for (let i = 0; i < beginning.length; i++) if (bytes[from + i] !== beginning[i]) return false;
  return true;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}
