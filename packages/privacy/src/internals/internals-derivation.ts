import type { Anonymizer } from '../anonymizer/anonymizer.ts';
import { isCandidateMethod } from '../anonymizer/derived-parts.ts';
import { isObject, type JsonObject } from '../json/json-object.ts';
import { NotJsonError } from '../json/not-json-error.ts';
import { MAX_DEPTH } from '../json/rewrite.ts';
import type { PathPart } from '../json/visitor.ts';
import { DERIVED_NAMES, type DerivedName, type DerivedValues, isDerivedName } from '../model/derived-values.ts';
import { eventAt, isDate } from './internals-places.ts';

const NAMES = Object.values(DERIVED_NAMES);
const ADDRESS = '-address';
/** The address of a candidate (RFC 8839, section 5.1), in JSON text and in the texts of older versions of Chromium. */
const CANDIDATE = /candidate:\S{1,64} \d{1,5} \S{1,16} \d{1,10} ([^\s"\\]{1,255}) \d{1,5} typ /;
const STATS_TYPE = /^(?:local|remote)-candidate$/;

/** Adds what is derived from the addresses of candidates to a webrtc-internals dump. */
export class InternalsDerivation {
  readonly #dump: unknown;
  readonly #anonymizer: Anonymizer;

  constructor(dump: unknown, anonymizer: Anonymizer) {
    this.#dump = dump;
    this.#anonymizer = anonymizer;
  }

  /** The source of the members that follow the member at `path`. */
  behind(path: readonly PathPart[]): string {
    if (!this.#anonymizer.deriver.isActive || path[0] !== 'PeerConnections') return '';
    if (path.length === 4 && path[2] === 'stats') return this.#behindSeries(path);
    return path.length === 5 && path[2] === 'updateLog' && path[4] === 'value' ? this.#behindUpdate(path) : '';
  }

  /** Behind the addresses of a report there is one series for each fact, with one value for each address. */
  #behindSeries(path: readonly PathPart[]): string {
    const name = String(path[3]);
    if (!name.endsWith(ADDRESS)) return '';
    const all = valueAt(this.#dump, path.slice(0, 3)) as JsonObject;
    const series = all[name];
    const addresses = isObject(series) ? listIn(series['values']) : undefined;
    if (addresses === undefined) return '';
    const derived = addresses.map((address) => this.#derivedFrom(address));
    const report = name.slice(0, -ADDRESS.length);
    let source = '';
    for (const fact of NAMES) {
      if (Object.hasOwn(all, `${report}-${fact}`) || derived.every((values) => values?.[fact] === undefined)) continue;
      const values = JSON.stringify(derived.map((one) => one?.[fact] ?? ''));
      const key = `${this.#anonymizer.text(report, 'key')}-${fact}`;
      source += `,${JSON.stringify(key)}:${JSON.stringify({ ...technicalParts(series as JsonObject), values })}`;
    }
    return source;
  }

  #behindUpdate(path: readonly PathPart[]): string {
    if (!isCandidateMethod(eventAt(this.#dump, path))) return '';
    const update = valueAt(this.#dump, path.slice(0, 4)) as JsonObject;
    if (NAMES.some((name) => Object.hasOwn(update, name))) return '';
    const values = this.#derivedFrom(CANDIDATE.exec(String(update['value']))?.[1]);
    return values === undefined ? '' : `,${JSON.stringify(values).slice(1, -1)}`;
  }

  #derivedFrom(address: unknown): DerivedValues | undefined {
    return typeof address === 'string' ? this.#anonymizer.deriver.of(address)?.values : undefined;
  }
}

/**
 * Removes values under the names of derived ones from a parsed dump, unless the anonymizer keeps those of its input and
 * they are legal. Returns whether it removed anything.
 *
 * @throws {NotJsonError} if the dump is nested too deeply
 */
export function removeForeign(value: unknown, anonymizer: Anonymizer, depth = 1): boolean {
  if (depth > MAX_DEPTH) throw new NotJsonError('tooDeep', 0);
  if (Array.isArray(value)) return value.map((one) => removeForeign(one, anonymizer, depth + 1)).includes(true);
  if (!isObject(value)) return false;
  let removed = false;
  for (const [key, member] of Object.entries(value)) {
    const name = derivedNameOf(key);
    if (name === undefined) {
      removed = removeForeign(member, anonymizer, depth + 1) || removed;
    } else if (!anonymizer.keepsDerived || !isLegal(name, key, member, anonymizer)) {
      delete value[key];
      removed = true;
    }
  }
  return removed;
}

function isLegal(name: DerivedName, key: string, member: unknown, { deriver }: Anonymizer): boolean {
  if (key === name) return deriver.accepts(name, member);
  if (!isObject(member) || Object.keys(member).some((part) => !SERIES_PARTS.has(part))) return false;
  return listIn(member['values'])?.every((value) => value === '' || deriver.accepts(name, value)) === true;
}

const SERIES_PARTS: ReadonlySet<string> = new Set(['startTime', 'endTime', 'statsType', 'values']);

/** `rtcstatsAddressClass` of an update, `<report>-rtcstatsAddressClass` of a series. */
function derivedNameOf(key: string): DerivedName | undefined {
  const name = key.slice(key.lastIndexOf('-') + 1);
  return isDerivedName(name) ? name : undefined;
}

/** The parts of a series that say when it was recorded, and what it belongs to. */
function technicalParts({ startTime, endTime, statsType }: JsonObject): JsonObject {
  return {
    ...(typeof startTime === 'string' && isDate(startTime) && { startTime }),
    ...(typeof endTime === 'string' && isDate(endTime) && { endTime }),
    ...(typeof statsType === 'string' && STATS_TYPE.test(statsType) && { statsType }),
  };
}

function valueAt(root: unknown, path: readonly PathPart[]): unknown {
  let value = root;
  for (const part of path) value = (value as Record<PathPart, unknown> | undefined)?.[part];
  return isObject(value) ? value : {};
}

function listIn(text: unknown): readonly unknown[] | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}
