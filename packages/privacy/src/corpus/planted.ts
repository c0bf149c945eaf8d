import { BROWSER_CASES } from './browsers.ts';
import type { PlantedCase } from './case.ts';
import { DESCRIPTION_CASES } from './descriptions.ts';
import { DEVICE_CASES } from './devices.ts';
import { FORM_CASES, FORM_TEXTS } from './forms.ts';
import { FOUNDATION_CASES } from './foundations.ts';
import { MACHINE_CASES } from './machines.ts';
import { PAGE_CASES } from './pages.ts';
import { PEOPLE_CASES } from './people.ts';
import { HIDING_PLACES, PLACES } from './places.ts';
import { SECRET_CASES } from './secrets.ts';
import { HIDDEN_TEXTS, USUAL_TEXTS } from './texts.ts';

export type { PlantedCase };

/** Number of places in which each text is planted; the next text continues with the place after the last. */
const PLAIN_TURNS = 3;
const HIDING_TURNS = 2;
const FORM_TURNS = 2;

function spread(): PlantedCase[] {
  const cases: PlantedCase[] = [];
  let plain = 0;
  let hiding = 0;
  for (const text of USUAL_TEXTS) {
    for (let turn = 0; turn < PLAIN_TURNS; turn++) cases.push(PLACES[plain++ % PLACES.length]!.put(text));
    for (let turn = 0; turn < HIDING_TURNS; turn++)
      cases.push(HIDING_PLACES[hiding++ % HIDING_PLACES.length]!.put(text));
  }
  for (const text of HIDDEN_TEXTS) {
    for (let turn = 0; turn < HIDING_TURNS; turn++) cases.push(PLACES[plain++ % PLACES.length]!.put(text));
  }
  for (const text of FORM_TEXTS) {
    for (let turn = 0; turn < FORM_TURNS; turn++) {
      cases.push(PLACES[plain++ % PLACES.length]!.put(text), HIDING_PLACES[hiding++ % HIDING_PLACES.length]!.put(text));
    }
  }
  return cases;
}

/**
 * Test cases for every class in every place, with the values that must be gone and those that must stay. Follows the
 * table of data classes in docs/privacy.md.
 */
export const PLANTED_CASES: readonly PlantedCase[] = [
  ...spread(),
  ...DEVICE_CASES,
  ...PEOPLE_CASES,
  ...DESCRIPTION_CASES,
  ...BROWSER_CASES,
  ...SECRET_CASES,
  ...PAGE_CASES,
  ...MACHINE_CASES,
  ...FORM_CASES,
  ...FOUNDATION_CASES,
];
