import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Anonymizer } from '../../packages/privacy/src/anonymizer/anonymizer.ts';
import { compilePolicy } from '../../packages/privacy/src/anonymizer/compiled-policy.ts';
import type { PlantedText } from '../../packages/privacy/src/corpus/case.ts';
import { FORM_TEXTS } from '../../packages/privacy/src/corpus/forms.ts';
import { HIDDEN_TEXTS, USUAL_TEXTS } from '../../packages/privacy/src/corpus/texts.ts';
import { DERIVED_NAMES } from '../../packages/privacy/src/model/derived-values.ts';
import { presetPolicy } from '../../packages/privacy/src/policy/policy.ts';
import { readingsOf } from '../../packages/privacy/src/testing/readings.ts';
import { mutate, planted } from './mutations.ts';
import { Random } from './random.ts';

const RECORDINGS = new URL('../recordings/', import.meta.url);
/** Characters. Longer lines cover nothing more and take as much time as hundreds of shorter ones. */
const MAX_LINE_LENGTH = 4000;
/** Enough for the anonymizer to build up state of a session, few enough to reproduce a failure. */
const MESSAGES_PER_SESSION = 200;

/** Options of `fuzz`. */
export interface FuzzOptions {
  /** Number of lines to generate. */
  readonly runs: number;
  /** The same seed generates the same lines. */
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}

/** A line that violates a rule of `fuzz`. */
export interface Failure {
  readonly run: number;
  readonly reason: string;
  readonly line: string;
  readonly stored: string | null;
}

/**
 * Mutates lines of real recordings, plants personal values anywhere in them, and anonymizes them under the preset
 * `standard`. A valid line must stay valid, keep its number of elements and its time, and lose the
 * values. An invalid line must be dropped or become valid.
 */
export function fuzz({ runs, seed, onProgress }: FuzzOptions): Failure[] {
  const random = new Random(seed);
  const lines = recordedLines();
  const texts = [...USUAL_TEXTS, ...HIDDEN_TEXTS, ...FORM_TEXTS];
  const compiled = compilePolicy(presetPolicy('standard'), { bytes: new Uint8Array(32).fill(7), id: 'fuzz' });
  const failures: Failure[] = [];
  let anonymizer = new Anonymizer(compiled);
  /** Whether the event before may have been dropped, so that this one has its delta as well. */
  let mayShift = false;
  for (let run = 0; run < runs; run++) {
    if (run % MESSAGES_PER_SESSION === 0) anonymizer = new Anonymizer(compiled);
    const event = JSON.parse(random.pick(lines)) as unknown[];
    mutate(event, random);
    const text = random.pick(texts);
    // A value that is also elsewhere in the line cannot be told from the planted one, so do not check it.
    const own = JSON.stringify(event).toLowerCase();
    const gone = text.gone.filter((value) => !own.includes(value.toLowerCase()));
    const line = planted(event, text.text, random);
    const broken = random.chance(0.1);
    const failure = broken
      ? checkBroken(anonymizer, brokenBytes(line, random))
      : check(anonymizer, line, { ...text, gone }, mayShift);
    mayShift = broken;
    if (failure !== undefined) failures.push({ run, ...failure });
    if (run % 10_000 === 9_999) onProgress?.(run + 1);
  }
  return failures;
}

function recordedLines(): string[] {
  const files = readdirSync(RECORDINGS).filter((file) => file.endsWith('.raw'));
  const lines = files.flatMap((file) => readFileSync(new URL(file, RECORDINGS), 'utf8').trimEnd().split('\n'));
  return lines.filter((line) => line.length < MAX_LINE_LENGTH);
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true });

function check(
  anonymizer: Anonymizer,
  line: string,
  text: PlantedText,
  mayShift: boolean,
): Omit<Failure, 'run'> | undefined {
  let stored: string | null = null;
  try {
    const clean = anonymizer.message(ENCODER.encode(line));
    if (clean === null) return { reason: 'a valid line was lost', line, stored };
    stored = DECODER.decode(clean);
    const before = JSON.parse(line) as unknown[];
    // What is derived from the address of a candidate stands in an element of its own.
    const after = (JSON.parse(stored) as unknown[]).filter(
      (element) => !Object.hasOwn(Object(element), DERIVED_NAMES.addressClass),
    );
    if (before.length !== after.length || (!mayShift && before.at(-1) !== after.at(-1)))
      return { reason: 'length or delta changed', line, stored };
    const readings = [stored, ...readingsOf(stored)].join('\n').toLowerCase();
    const left = text.gone.find((value) => readings.includes(value.toLowerCase()));
    return left === undefined ? undefined : { reason: `${text.class}: ${left} is left`, line, stored };
  } catch (error) {
    return { reason: String(error), line, stored };
  }
}

/** Checks a line with randomly changed bytes: the result must be an event or nothing. */
function checkBroken(anonymizer: Anonymizer, bytes: Uint8Array): Omit<Failure, 'run'> | undefined {
  const line = new TextDecoder().decode(bytes);
  try {
    const clean = anonymizer.message(bytes);
    if (clean === null) return isEvent(bytes) ? { reason: 'a valid line was lost', line, stored: null } : undefined;
    return isEvent(clean) ? undefined : { reason: 'not an event', line, stored: new TextDecoder().decode(clean) };
  } catch (error) {
    return { reason: String(error), line, stored: null };
  }
}

function isEvent(bytes: Uint8Array): boolean {
  try {
    const event = JSON.parse(DECODER.decode(bytes)) as unknown;
    if (!Array.isArray(event) || event.length < 3) return false;
    const [method, scope] = event as unknown[];
    const isScope = scope === null || typeof scope === 'string';
    return isScope && (typeof method === 'string' || typeof method === 'number') && typeof event.at(-1) === 'number';
  } catch {
    return false;
  }
}

function brokenBytes(line: string, random: Random): Uint8Array {
  const bytes = ENCODER.encode(line);
  const at = random.below(bytes.length);
  const put = Uint8Array.from({ length: random.below(4) }, () => random.below(256));
  return new Uint8Array([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + random.below(4))]);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
  const runs = Number(values.runs ?? 100_000);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${runs} mutated lines, seed ${seed}`);
  const failures = fuzz({ runs, seed, onProgress: (done) => console.log(`${done} of ${runs}`) });
  for (const { run, reason, line, stored } of failures.slice(0, 20)) {
    console.log(`run ${run}: ${reason}\n  line   ${line}\n  stored ${stored}`);
  }
  console.log(`${failures.length} failures, seed ${seed}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
