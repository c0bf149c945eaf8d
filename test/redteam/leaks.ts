import { Anonymizer, type CompiledPolicy } from '../../packages/privacy/src/anonymizer/anonymizer.ts';
import type { PlantedText } from '../../packages/privacy/src/corpus/case.ts';
import { PLACES } from '../../packages/privacy/src/corpus/places.ts';
import { USUAL_TEXTS } from '../../packages/privacy/src/corpus/texts.ts';
import type { DataClass } from '../../packages/privacy/src/policy/policy.ts';
import { readingsOf } from '../../packages/privacy/src/testing/readings.ts';
import { ENCODINGS } from './encodings.ts';

/** The outcome of one text, in one place, in one encoding. */
export interface Leak {
  readonly class: DataClass;
  readonly encoding: string;
  readonly place: string;
  readonly text: string;
  readonly left: readonly string[];
}

/** How many lines were tried for each class and encoding, and which leaked. */
export interface Leaks {
  readonly tried: ReadonlyMap<DataClass, number>;
  readonly leaks: readonly Leak[];
}

/**
 * Plants each text of the corpus in each place for texts, in each encoding, and reads the stored line in all its
 * decodings. A dropped line leaks nothing.
 */
export function searchLeaks(policy: CompiledPolicy): Leaks {
  const tried = new Map<DataClass, number>();
  const leaks: Leak[] = [];
  for (const text of USUAL_TEXTS) {
    for (const { name, encode } of ENCODINGS) {
      const planted: PlantedText = { ...text, text: encode(text.text) };
      for (const place of PLACES) {
        tried.set(text.class, (tried.get(text.class) ?? 0) + 1);
        const left = leftIn(policy, place.put(planted));
        if (left.length > 0)
          leaks.push({ class: text.class, encoding: name, place: place.name, text: text.text, left });
      }
    }
  }
  return { tried, leaks };
}

/** The values that can still be read in the stored line of a case. */
function leftIn(policy: CompiledPolicy, planted: ReturnType<(typeof PLACES)[number]['put']>): string[] {
  const anonymizer = new Anonymizer(policy);
  for (const line of planted.before) anonymizer.message(Buffer.from(line));
  const clean = planted.isMetadata
    ? anonymizer.metadata(JSON.parse(planted.line) as Record<string, unknown>)
    : anonymizer.message(Buffer.from(planted.line));
  if (clean === null) return [];
  const line = Buffer.from(clean).toString();
  const readable = [line, ...readingsOf(line)].join('\n').toLowerCase();
  return planted.gone.filter((value) => readable.includes(value.toLowerCase()));
}
