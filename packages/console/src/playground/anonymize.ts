import type { Verdict } from '@rtcstats-server/api';
import { DUMP_HEAD, DumpError, dumpBytes, KIND_BYTES, kindOf } from '@rtcstats-server/dump';
import {
  Anonymizer,
  anonymizeInternals,
  compilePolicy,
  type PseudonymKey,
  parsePolicy,
  type Receipt,
} from '@rtcstats-server/privacy';
import { verifyText } from '@rtcstats-server/privacy/verifier';

/** One line of the input and its anonymized form. */
export interface ChangedLine {
  /** Counted from 1. */
  readonly number: number;
  readonly before: string;
  /** Null if the line was dropped. */
  readonly after: string | null;
}

/** Result of anonymizing one input. */
export interface Outcome {
  readonly lines: number;
  /** How many lines the policy changed or dropped. */
  readonly changed: number;
  /** The first changed lines, or the first lines of the input if none changed. */
  readonly shown: readonly ChangedLine[];
  readonly redactions: Receipt['redactions'];
  readonly dropped: Receipt['dropped'];
  readonly verdict: Verdict;
}

const MAX_SHOWN = 500;
/** Characters per line. */
const MAX_SHOWN_LENGTH = 20_000;

/**
 * Anonymizes an input and verifies the result. The input is a dump or a webrtc-internals dump (both plain or gzipped),
 * or single events, one per line.
 *
 * @param settings the `privacy` section of the configuration
 * @throws DumpError, PolicyError
 */
export async function anonymize(input: Uint8Array, settings: unknown, key: PseudonymKey): Promise<Outcome> {
  const policy = parsePolicy(settings);
  const anonymizer = new Anonymizer(compilePolicy(policy, key));
  const text = await textOf(input);
  if (kindOf(new TextEncoder().encode(text.slice(0, KIND_BYTES))) === 'about-webrtc') {
    throw new DumpError('DUMP_NOT_A_DUMP', "it is from Firefox's about:webrtc, which cannot be read");
  }
  const pairs = text.trimStart().startsWith('{')
    ? await internalsLines(text, anonymizer)
    : eventLines(text, anonymizer);
  const changed = pairs.filter(({ before, after }) => before !== after);
  const shown = (changed.length > 0 ? changed : pairs).slice(0, MAX_SHOWN);
  const { redactions, dropped } = anonymizer.receipt();
  return {
    lines: pairs.length,
    changed: changed.length,
    shown: shown.map(({ number, before, after }) => ({ number, before: cut(before), after: after && cut(after) })),
    redactions,
    dropped,
    verdict: verifyText(pairs.flatMap(({ after }) => after ?? []).join('\n'), policy),
  };
}

async function textOf(input: Uint8Array): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of dumpBytes(input)) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function eventLines(text: string, anonymizer: Anonymizer): ChangedLine[] {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const hasHead = lines[0] === DUMP_HEAD;
  return lines.map((before, index) => {
    const number = index + 1;
    if ((hasHead && index === 0) || before === '') return { number, before, after: before };
    const clean = hasHead && index === 1 ? metadata(before, anonymizer) : anonymizer.message(encoder.encode(before));
    return { number, before, after: clean && decoder.decode(clean) };
  });
}

function metadata(line: string, anonymizer: Anonymizer): Uint8Array | null {
  try {
    return anonymizer.metadata(JSON.parse(line) as Record<string, unknown>);
  } catch {
    anonymizer.drop('notJson');
    return null;
  }
}

async function internalsLines(text: string, anonymizer: Anonymizer): Promise<ChangedLine[]> {
  const clean = new TextDecoder().decode(await anonymizeInternals(new TextEncoder().encode(text), anonymizer));
  const [before, after] = [prettyLines(text), prettyLines(clean)];
  return before.map((line, index) => ({ number: index + 1, before: line, after: after[index] ?? null }));
}

/** Formats a file that is one long line, so that changes can be shown line by line. */
function prettyLines(json: string): string[] {
  const lines = json.trimEnd().split(/\r?\n/);
  return lines.length > 2 ? lines : JSON.stringify(JSON.parse(json), undefined, 2).split('\n');
}

function cut(line: string): string {
  return line.length > MAX_SHOWN_LENGTH ? `${line.slice(0, MAX_SHOWN_LENGTH)}…` : line;
}
