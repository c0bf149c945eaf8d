import { parentPort } from 'node:worker_threads';
import {
  Anonymizer,
  type CompiledPolicy,
  compilePolicy,
  type Handover,
  type Policy,
  type PseudonymKey,
} from '@rtcstats-server/privacy';

/** A large message, and the state of its session. */
export interface AnonymizerJob {
  readonly raw: Uint8Array<ArrayBuffer>;
  readonly policy: Policy;
  readonly key: PseudonymKey;
  /** Without it, the message is the first one of its session. */
  readonly state?: Pick<Handover, 'memory' | 'times'>;
}

/** The line to store, null when the message was dropped; the new state, and what was counted for this message. */
export interface AnonymizerResult extends Handover {
  readonly line: Uint8Array<ArrayBuffer> | null;
}

/** Compiled policies by their text and key, of which a gateway has few: presets, and keys of two epochs. */
const compiled = new Map<string, CompiledPolicy>();
const MAX_COMPILED = 16;

function compiledFor(policy: Policy, key: PseudonymKey): CompiledPolicy {
  const name = `${JSON.stringify(policy)} ${key.id} ${Buffer.from(key.bytes).toString('hex')}`;
  let known = compiled.get(name);
  if (known === undefined) {
    known = compilePolicy(policy, key);
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(name, known);
  }
  return known;
}

function anonymize({ raw, policy, key, state }: AnonymizerJob): AnonymizerResult {
  // Locations claimed by the client are removed. None is added: only candidates get one, which are never this large.
  const anonymizer = new Anonymizer(compiledFor(policy, key), { locate: () => undefined });
  if (state !== undefined) anonymizer.takeOver({ ...state, receipt: anonymizer.receipt() });
  const line = anonymizer.message(raw);
  return { line: line === null ? null : new Uint8Array(line), ...anonymizer.handOver() };
}

parentPort!.on('message', (job: AnonymizerJob) => {
  const result = anonymize(job);
  parentPort!.postMessage(result, result.line === null ? [] : [result.line.buffer]);
});
