import type { DataClass } from '../policy/policy.ts';

/** A line with personal values in it, and what has to become of these and of what stands beside them. */
export interface PlantedCase {
  readonly class: DataClass;
  /** Where, and how written. */
  readonly name: string;
  /** Whether it is written so that it passes unseen by a reader who looks for the usual form in the usual place. */
  readonly adversarial: boolean;
  /** Lines of the same session that come before. */
  readonly before: readonly string[];
  /** Whether `line` is the metadata of a dump, which is an object; else it is an event. */
  readonly isMetadata: boolean;
  readonly line: string;
  /** What may be readable in no reading of the result, in any case of letters, under `standard` and `strict`. */
  readonly gone: readonly string[];
  /** What may not be readable under `strict` either. */
  readonly goneStrict: readonly string[];
  /** Technical values that are readable afterwards under every policy. */
  readonly stays: readonly string[];
}

/** A text with something personal in it, for every place that a text may stand in. */
export interface PlantedText {
  readonly class: DataClass;
  readonly text: string;
  readonly gone: readonly string[];
  readonly adversarial: boolean;
  readonly stays: readonly string[];
}

/** Texts of a class: `[text, what may not survive, what survives]`. */
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

/** An event, given as the array that it is. */
export function event(
  name: DataClass,
  place: string,
  value: readonly unknown[],
  gone: string | readonly string[],
  options: EventOptions = {},
): PlantedCase {
  return { ...planted(name, place, JSON.stringify(value), gone, options), isMetadata: false };
}

/** An event as it is written, for spellings that no serializer makes. */
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
