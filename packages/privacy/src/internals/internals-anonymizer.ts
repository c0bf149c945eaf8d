import { DumpError, readInternalsDump } from '@rtcstats-server/dump';
import type { Anonymizer } from '../anonymizer/anonymizer.ts';
import { decodeUtf8 } from '../bytes/decode.ts';
import { NotJsonError } from '../json/not-json-error.ts';
import { rewriteJson } from '../json/rewrite.ts';
import type { JsonVisitor, PathPart } from '../json/visitor.ts';
import type { CleanDump } from '../model/line.ts';
import type { Role } from '../model/roles.ts';
import { InternalsDerivation, removeForeign } from './internals-derivation.ts';
import { eventAt, isDate, type Place, placeOf, roleIn, seriesName } from './internals-places.ts';
import { markedParts, roleOfWhole } from './internals-text.ts';

const ENCODER = new TextEncoder();
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/**
 * Anonymizes a webrtc-internals dump (UTF-8, not compressed). Keys, order, numbers, white space and times are kept; if
 * nothing is replaced, the same bytes are returned. The replacements are counted in the receipt of `anonymizer`, which
 * must be a new one. Nothing is dropped, because a part of a JSON file is not valid JSON.
 *
 * @throws {DumpError} `DUMP_NOT_A_DUMP`, `DUMP_TRUNCATED` or `DUMP_TOO_LARGE`
 */
export async function anonymizeInternals(bytes: Uint8Array, anonymizer: Anonymizer): Promise<CleanDump> {
  // Parse the whole file first, because the meaning of a value can depend on a property that comes after it.
  const dump = await readInternalsDump(bytes);
  const from = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  const given = textOf(bytes.subarray(from));
  const clean = rewritten(given, dump, anonymizer);
  if (clean === given) return bytes as CleanDump;
  const content = ENCODER.encode(clean);
  return (from === 0 ? content : joined(BYTE_ORDER_MARK, content)) as CleanDump;
}

/** Determines the role of each text of the file and redacts it. */
class InternalsVisitor implements JsonVisitor {
  readonly #dump: unknown;
  readonly #anonymizer: Anonymizer;
  readonly #derivation: InternalsDerivation;

  constructor(dump: unknown, anonymizer: Anonymizer) {
    this.#dump = dump;
    this.#anonymizer = anonymizer;
    this.#derivation = new InternalsDerivation(dump, anonymizer);
  }

  behind(path: readonly PathPart[]): string {
    return this.#derivation.behind(path);
  }

  string(value: string, path: readonly PathPart[]): string {
    const place = placeOf(path);
    if (place.isDate && isDate(value)) return value;
    if (place.kind === 'series') return this.#series(value, place.property);
    const method = place.kind === 'update' ? eventAt(this.#dump, path) : place.method;
    // A label of getUserMedia is in a property whose name has the kind of the track.
    if (place.track !== undefined) this.#anonymizer.text(place.track, 'deviceKind');
    return this.#text(value, roleIn(place, method, path), method, path);
  }

  key(key: string, path: readonly PathPart[]): string {
    const name = seriesName(key, path);
    if (name === undefined) return this.#anonymizer.text(key, 'key');
    // A report has many keys, one per property; the report's part must stay the same in all of them.
    return this.#anonymizer.text(name.report, 'key') + key.slice(name.report.length);
  }

  number(source: string, path: readonly PathPart[]): string | undefined {
    const place = placeOf(path);
    return this.#number(source, roleIn(place, place.method, path), path);
  }

  /** Redacts the values of one property: JSON text of a list, otherwise a text. */
  #series(value: string, property: string): string {
    const place: Place = { kind: 'other', method: 'getStats', property, isDate: property.endsWith('Timestamp]') };
    try {
      return this.#anonymizer.attempt(() =>
        rewriteJson(
          value,
          {
            string: (text, path) => {
              if (place.isDate && isDate(text)) return text;
              const full = [property, ...path];
              return this.#text(text, roleIn(place, 'getStats', full), 'getStats', full);
            },
            key: (key) => this.#anonymizer.text(key, 'key'),
            number: (source, path) => {
              const full = [property, ...path];
              return this.#number(source, roleIn(place, 'getStats', full), full);
            },
          },
          'keep',
        ),
      );
    } catch (error) {
      if (!(error instanceof NotJsonError)) throw error;
      return this.#anonymizer.text(value, 'text', 'getStats', [property]);
    }
  }

  #text(value: string, role: Role, method: string, path: readonly PathPart[]): string {
    if (role !== 'text') return this.#anonymizer.text(value, role, method, path);
    let marked = '';
    let copied = 0;
    for (const part of markedParts(value, method)) {
      const clean = this.#anonymizer.text(value.slice(part.start, part.end), part.role, method, path);
      marked += value.slice(copied, part.start) + clean;
      copied = part.end;
    }
    marked += value.slice(copied);
    return this.#anonymizer.text(marked, roleOfWhole(value), method, path);
  }

  /** As in events, numbers are technical unless their name says otherwise. */
  #number(source: string, role: Role, path: readonly PathPart[]): string | undefined {
    if (source.length < 4 || !PERSONAL_NUMBERS.has(role)) return undefined;
    const clean = this.#anonymizer.text(source, role, '', path);
    return clean === source ? undefined : clean;
  }
}

const PERSONAL_NUMBERS: ReadonlySet<Role> = new Set(['secret', 'phone', 'person', 'foundation']);

function rewritten(given: string, dump: unknown, anonymizer: Anonymizer): string {
  try {
    const text = removeForeign(dump, anonymizer) ? JSON.stringify(dump) : given;
    return rewriteJson(text, new InternalsVisitor(dump, anonymizer), 'keep');
  } catch (error) {
    if (error instanceof NotJsonError) throw new DumpError('DUMP_NOT_A_DUMP', 'its JSON is nested too deeply');
    throw error;
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    throw new DumpError('DUMP_NOT_A_DUMP', 'it is not UTF-8');
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
