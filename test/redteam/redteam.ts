import { compilePolicy } from '../../packages/privacy/src/anonymizer/anonymizer.ts';
import { DATA_CLASSES, presetPolicy } from '../../packages/privacy/src/policy/policy.ts';
import { ENCODINGS } from './encodings.ts';
import { type Leak, searchLeaks } from './leaks.ts';

// npm run redteam: plants every text of the corpus in every place and encoding, anonymizes it under the preset
// `standard`, and prints what can still be read. Ends with 1 when something can.

const { tried, leaks } = searchLeaks(compilePolicy(presetPolicy('standard')));
console.log('class            lines   leaks');
for (const name of DATA_CLASSES) {
  const lines = tried.get(name) ?? 0;
  if (lines === 0) continue;
  const found = leaks.filter((leak) => leak.class === name).length;
  console.log(`${name.padEnd(15)} ${String(lines).padStart(6)}  ${String(found).padStart(6)}`);
}
for (const { name } of ENCODINGS) {
  for (const [text, group] of Map.groupBy(
    leaks.filter(({ encoding }) => encoding === name),
    ({ text }: Leak) => text,
  )) {
    console.log(`${name}: ${JSON.stringify(text)} in ${group.length} places, such as ${group[0]!.place}`);
  }
}
process.exitCode = leaks.length === 0 ? 0 : 1;
