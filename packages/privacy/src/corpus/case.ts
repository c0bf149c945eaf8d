import type { DataClass } from '../policy/policy.ts';

/** A line with planted personal values, and what must happen to them and to the technical values around them. */
export interface PlantedCase {
  readonly class: DataClass;
  /** The place and the notation. */
  readonly name: string;
  /** Whether the value is in an unusual place or notation, so that a simple search would miss it. */
  readonly adversarial: boolean;
  /** Earlier lines of the same session. */
  readonly before: readonly string[];
  /** Whether `line` is the metadata of a dump, which is an object; otherwise it is an event. */
  readonly isMetadata: boolean;
  readonly line: string;
  /**
   * Values that must not be readable in the result under `standard` and `strict`, ignoring case and in any decoding.
   */
  readonly gone: readonly string[];
  /** Values that must also not be readable under `strict`. */
  readonly goneStrict: readonly string[];
  /** Technical values that must stay readable under every policy. */
  readonly stays: readonly string[];
}

/** A text with a personal value, to be planted in any place for texts. */
export interface PlantedText {
  readonly class: DataClass;
  readonly text: string;
  readonly gone: readonly string[];
  readonly adversarial: boolean;
  readonly stays: readonly string[];
}

/** A row of a class: `[text, values that must be gone, values that must stay]`. */
export type TextRow = readonly [text: string, gone: string | readonly string[], stays?: string | readonly string[]];

export function texts(name: DataClass, adversarial: boolean, rows: readonly TextRow[]): PlantedText[] {
  return rows.map(([text, gone, stays = []]) => ({
    class: name,
    text,
    gone: listOf(gone),
    adversarial,
    stays: listOf(stays),
  }));
}

export interface EventOptions {
  readonly before?: readonly unknown[];
  readonly adversarial?: boolean;
  readonly goneStrict?: readonly string[];
  readonly stays?: readonly string[];
}

/** A case whose event is given as an array. */
export function event(
  name: DataClass,
  place: string,
  value: readonly unknown[],
  gone: string | readonly string[],
  options: EventOptions = {},
): PlantedCase {
  return { ...planted(name, place, JSON.stringify(value), gone, options), isMetadata: false };
}

/** A case whose event is given as JSON source, for notations that no serializer produces. */
export function rawEvent(
  name: DataClass,
  place: string,
  line: string,
  gone: string | readonly string[],
  options: EventOptions = {},
): PlantedCase {
  return { ...planted(name, place, line, gone, options), isMetadata: false };
}

export function metadata(
  name: DataClass,
  place: string,
  value: Readonly<Record<string, unknown>>,
  gone: string | readonly string[],
  options: EventOptions = {},
): PlantedCase {
  const line = JSON.stringify({ fileFormat: 3, startTime: 1795365271390, clientProtocol: 'rtcstats#5.0', ...value });
  const stays = ['1795365271390', 'rtcstats#5.0', ...(options.stays ?? [])];
  return { ...planted(name, place, line, gone, { ...options, stays }), isMetadata: true };
}

function planted(
  name: DataClass,
  place: string,
  line: string,
  gone: string | readonly string[],
  options: EventOptions,
): Omit<PlantedCase, 'isMetadata'> {
  return {
    class: name,
    name: place,
    adversarial: options.adversarial ?? false,
    before: (options.before ?? []).map((value) => JSON.stringify(value)),
    line,
    gone: listOf(gone),
    goneStrict: options.goneStrict ?? [],
    stays: options.stays ?? [],
  };
}

function listOf(values: string | readonly string[]): readonly string[] {
  return typeof values === 'string' ? [values] : values;
}
