/*
 * npm run redteam:time: looks for inputs on which anonymizer or verifier take more than linear time, and measures how long
 * the event loop of a gateway stands still for the worst messages known. Exits with 1 when it finds an input above linear
 * time. `npm run redteam:time -- patterns`, `texts` or `live` runs one part. A number after it is the size of the inputs in
 * KiB (default 16): larger ones take longer and find smaller growth.
 */

import { Anonymizer, compilePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { fasterThanLinear, filled } from './growth.ts';
import { type Repetition, repetitionsFor, textsFor } from './inputs.ts';
import { measureDelays } from './live.ts';
import { composedPatterns, type FoundPattern, literalPatterns, usedPatterns } from './patterns.ts';

const SIZE = Number(process.argv[3] ?? 16) * 1024;
const LIMIT_MS = 100;
const part = process.argv[2];
const policy = presetPolicy('standard');
const compiled = compilePolicy(policy);
/** Events that give a text a role, which decides how it is searched. */
const KNOWN_EVENTS: readonly ((text: string) => unknown)[] = [
  (text) => ['setLocalDescription', 'PC_0', { type: 'offer', sdp: `v=0\r\n${text}` }, 1],
  (text) => ['addIceCandidate', 'PC_0', { candidate: `candidate:${text}` }, 1],
  (text) => ['identity', null, { name: text, page: text }, 1],
];
let above = 0;

const patterns = distinct([
  ...literalPatterns(),
  ...(await composedPatterns()),
  ...usedPatterns(() => runAll('["x",null,"https://a@b.cd/e?f=g token=abcdefgh IN IP4 1.2.3.4 pwd: x",1]')),
]);
console.log(`${patterns.length} patterns`);
if (part === undefined || part === 'patterns') searchPatterns();
if (part === undefined || part === 'texts') searchTexts();
if (part === undefined || part === 'live') await printDelays();
console.log(`${above} inputs above linear time`);
process.exit(above === 0 ? 0 : 1);

function distinct(found: readonly FoundPattern[]): FoundPattern[] {
  return [...new Map(found.toReversed().map((it) => [String(it.pattern), it])).values()];
}

/** Every pattern alone, on repetitions of its own parts. */
function searchPatterns(): void {
  let inputs = 0;
  for (const { where, pattern } of patterns) {
    for (const repetition of repetitionsFor(pattern)) {
      inputs++;
      report(where, repetition, (size) => searchAll(pattern, textOf(repetition, size)), SIZE);
    }
  }
  console.log(`patterns: ${inputs} inputs`);
}

/** Anonymizer and verifier as a whole. */
function searchTexts(): void {
  let inputs = 0;
  for (const { where, pattern } of patterns) {
    for (const repetition of textsFor(pattern)) {
      inputs++;
      report(where, repetition, (size) => runAll(JSON.stringify(['x', null, textOf(repetition, size), 1])), SIZE);
      report(where, repetition, (size) => runAll(textOf(repetition, size)), SIZE);
      if (repetition.tail !== '') continue;
      for (const inEvent of KNOWN_EVENTS) {
        report(where, repetition, (size) => runAll(JSON.stringify(inEvent(textOf(repetition, size)))), SIZE);
      }
    }
  }
  console.log(`texts: ${inputs} inputs`);
}

async function printDelays(): Promise<void> {
  const delays = (await measureDelays()).toSorted((a, b) => b.longest - a.longest);
  console.log(`longest turn of the event loop, in CPU time (limit ${LIMIT_MS} ms), by message:`);
  for (const { name, longest } of delays) console.log(`${longest.toFixed(0).padStart(8)} ms  ${name}`);
}

function textOf({ head, unit, tail }: Repetition, size: number): string {
  return filled(head, unit, tail, size);
}

function searchAll(pattern: RegExp, text: string): void {
  pattern.lastIndex = 0;
  if (!pattern.global) {
    pattern.test(text);
    return;
  }
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match[0] === '') pattern.lastIndex++;
  }
}

function runAll(line: string): void {
  const raw = Buffer.from(line);
  new Anonymizer(compiled).message(raw);
  const verifier = new Verifier(policy);
  try {
    verifier.push(raw);
    verifier.end();
  } catch {
    // It may refuse what the anonymizer never leaves.
  }
}

function report(where: string, { head, unit, tail }: Repetition, work: (size: number) => void, size: number): void {
  const growth = fasterThanLinear(work, size);
  if (growth === undefined) return;
  above++;
  const input = [head, `${unit}…`, tail].filter((it) => it !== '').map((it) => JSON.stringify(it.slice(0, 60)));
  console.log(`${where}: ${growth.once.toFixed(0)} -> ${growth.twice.toFixed(0)} ms  ${input.join(' ')}`);
}
