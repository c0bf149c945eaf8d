import {
  Anonymizer,
  type CompiledPolicy,
  compilePolicy,
  DumpAnonymizer,
  PRESETS,
  presetPolicy,
} from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { lengthened, type Recording, recordings } from './corpus.ts';
import { compare } from './measure.ts';

const STANDARD = presetPolicy('standard');
const CHUNK_BYTES = 64 * 1024;
/** Each run repeats the corpus until it has processed about this many bytes. */
const RUN_BYTES = 24_000_000;

/**
 * Prints the speed of anonymizing and verifying files in MB/s of CPU time, beside a baseline that parses each line,
 * masks known fields and stringifies it again.
 */
export function benchAnonymize(): void {
  const policies = new Map(PRESETS.map((preset) => [preset, compilePolicy(presetPolicy(preset))]));
  const corpora: [string, Recording[]][] = [
    ['recordings (calls of about one minute)', recordings()],
    ['the same calls extended by 30 minutes', lengthened(30)],
  ];
  console.log(
    'Anonymizing a file, CPU time, median of 7 pairs; baseline: parse, mask known fields, stringify on every line',
  );
  for (const [title, corpus] of corpora) {
    console.log(`  ${title}`);
    for (const [preset, compiled] of policies) {
      report(`anonymize, ${preset}`, corpus, (recording) => anonymize(recording, compiled));
    }
    // The verifier reads anonymized dumps, so that is what is measured.
    report('verify, standard', corpus.map(cleaned), verify);
  }
}

function report(what: string, corpus: readonly Recording[], run: (recording: Recording) => void): void {
  const bytes = corpus.reduce((sum, recording) => sum + recording.bytes.length, 0);
  const times = Math.max(1, Math.round(RUN_BYTES / bytes));
  const over = (each: (recording: Recording) => void) => () => {
    for (let i = 0; i < times; i++) corpus.forEach(each);
  };
  const { first, second, ratio } = compare(over(maskKnownFields), over(run));
  const speed = (milliseconds: number): string => `${((bytes * times) / milliseconds / 1000).toFixed(0)} MB/s`;
  console.log(
    `    ${what.padEnd(22)} ${speed(second).padStart(9)}, baseline ${speed(first).padStart(8)}: ${(1 / ratio).toFixed(1)} times`,
  );
}

function anonymize({ bytes }: Recording, compiled: CompiledPolicy): number {
  const dump = new DumpAnonymizer(new Anonymizer(compiled));
  let written = 0;
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
    for (const piece of dump.push(bytes.subarray(from, from + CHUNK_BYTES))) written += piece.length;
  }
  for (const piece of dump.end()) written += piece.length;
  return written;
}

/** The recording, anonymized under the preset `standard`. */
function cleaned({ name, bytes }: Recording): Recording {
  const dump = new DumpAnonymizer(new Anonymizer(compilePolicy(STANDARD)));
  return { name, bytes: Buffer.concat([...dump.push(bytes), ...dump.end()]) };
}

function verify({ bytes }: Recording): void {
  const verifier = new Verifier(STANDARD);
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) verifier.push(bytes.subarray(from, from + CHUNK_BYTES));
  verifier.end();
}

const IPV4 = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/g;

/** The baseline: a naive anonymizer that masks IPv4 addresses in a few known fields. */
function maskKnownFields({ bytes }: Recording): number {
  let written = 0;
  for (const line of bytes.toString('utf8').split('\n')) {
    if (line === '') continue;
    const event = JSON.parse(line) as [unknown, unknown, Record<string, unknown> | null, ...unknown[]];
    const value = event[2];
    if (event[0] === 'g') maskStatistics(value as Record<string, Record<string, unknown> | null>);
    else if (typeof value === 'object' && value !== null) maskProperties(value, ['candidate', 'sdp', 'address']);
    written += Buffer.byteLength(JSON.stringify(event)) + 1;
  }
  return written;
}

function maskStatistics(reports: Record<string, Record<string, unknown> | null>): void {
  for (const report of Object.values(reports)) {
    if (typeof report === 'object' && report !== null) maskProperties(report, ['134', '141']);
  }
}

function maskProperties(object: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) {
    const value = object[name];
    if (typeof value === 'string') object[name] = value.replaceAll(IPV4, 'x.x.x.x');
  }
}
