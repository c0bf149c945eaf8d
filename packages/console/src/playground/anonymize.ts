import type { Verdict } from '@rtcstats-server/api';
import { DUMP_HEAD, dumpBytes } from '@rtcstats-server/dump';
import {
  Anonymizer,
  anonymizeInternals,
  compilePolicy,
  type PseudonymKey,
  parsePolicy,
  type Receipt,
} from '@rtcstats-server/privacy';
import { verifyText } from '@rtcstats-server/privacy/verifier';

export interface ChangedLine {
  /** From 1. */
  readonly number: number;
  readonly before: string;
  /** Null: not kept. */
  readonly after: string | null;
}

export interface Outcome {
  readonly lines: number;
  /** How many of them came out otherwise. */
  readonly changed: number;
  /** The first ones that changed; of an input without changes, its first lines. */
  readonly shown: readonly ChangedLine[];
  readonly redactions: Receipt['redactions'];
  readonly dropped: Receipt['dropped'];
  readonly verdict: Verdict;
}

const MAX_SHOWN = 500;
const MAX_SHOWN_LENGTH = 20_000;

/**
 * What a policy makes of an input: a dump, a webrtc-internals dump (both plain or gzipped), or single events, one a line.
 *
 * @throws DumpError, PolicyError
 */
export async function anonymize(input: Uint8Array, settings: unknown, key: PseudonymKey): Promise<Outcome> {
  const policy = parsePolicy(settings);
  const anonymizer = new Anonymizer(compilePolicy(policy, key));
  const text = await textOf(input);
  const pairs = text.trimStart().startsWith('{') ? await ofInternals(text, anonymizer) : ofLines(text, anonymizer);
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

function ofLines(text: string, anonymizer: Anonymizer): ChangedLine[] {
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

async function ofInternals(text: string, anonymizer: Anonymizer): Promise<ChangedLine[]> {
  const clean = new TextDecoder().decode(await anonymizeInternals(new TextEncoder().encode(text), anonymizer));
  const [before, after] = [readable(text), readable(clean)];
  return before.map((line, index) => ({ number: index + 1, before: line, after: after[index] ?? null }));
}

/** A file that is one long line is taken apart, or nobody could see what changed. */
function readable(json: string): string[] {
  const lines = json.trimEnd().split(/\r?\n/);
  return lines.length > 2 ? lines : JSON.stringify(JSON.parse(json), undefined, 2).split('\n');
}

function cut(line: string): string {
  return line.length > MAX_SHOWN_LENGTH ? `${line.slice(0, MAX_SHOWN_LENGTH)}…` : line;
}
