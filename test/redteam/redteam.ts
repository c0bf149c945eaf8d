import { compilePolicy } from '../../packages/privacy/src/anonymizer/anonymizer.ts';
import { DATA_CLASSES, presetPolicy } from '../../packages/privacy/src/policy/policy.ts';
import { parsePolicy } from '../../packages/privacy/src/policy/policy-settings.ts';
import { ENCODINGS } from './encodings.ts';
import { type Leak, searchLeaks } from './leaks.ts';
import { type Outcome, searchQuarantined, searchStructures, searchUnseen } from './structures.ts';

// npm run redteam: attacks the anonymizer and the verifier under the preset `standard` with everything that the corpus
// has, and prints one table: texts of every class in every place and encoding, structures of application events, honest
// texts. Then it lists what failed. Ends with 1 when a value can be read, the verifier does not see a raw structure, or an
// honest text is changed or quarantined.

const standard = presetPolicy('standard');
const { tried, leaks } = searchLeaks(compilePolicy(standard));
const { changed, quarantined } = searchQuarantined(standard);
const outcomes: readonly (readonly [name: string, outcome: Outcome])[] = [
  ...DATA_CLASSES.filter((name) => tried.has(name)).map(
    (name) => [`${name} in places and encodings: readable`, ofClass(name)] as const,
  ),
  ['structures, scan: readable', searchStructures(standard)],
  ['structures, pseudonymize: readable', searchStructures(parsePolicy({ customEvents: 'pseudonymize' }))],
  ['structures: raw, not seen by the verifier', searchUnseen(standard)],
  ['honest texts: changed', changed],
  ['honest texts: quarantined', quarantined],
];

function ofClass(name: (typeof DATA_CLASSES)[number]): Outcome {
  return { tried: tried.get(name)!, failed: leaks.filter((leak) => leak.class === name).map(({ text }) => text) };
}

console.log(`${''.padEnd(52)} tried  failed`);
for (const [name, { tried: count, failed }] of outcomes)
  console.log(`${name.padEnd(50)} ${String(count).padStart(7)} ${String(failed.length).padStart(7)}`);
for (const { name } of ENCODINGS) {
  for (const [text, group] of Map.groupBy(
    leaks.filter(({ encoding }) => encoding === name),
    ({ text }: Leak) => text,
  )) {
    console.log(`${name}: ${JSON.stringify(text)} in ${group.length} places, such as ${group[0]!.place}`);
  }
}
for (const [name, { failed }] of outcomes.filter(([title]) => !title.includes('places')))
  for (const each of failed) console.log(`${name}: ${each}`);
process.exitCode = outcomes.some(([, { failed }]) => failed.length > 0) ? 1 : 0;
