import { Anonymizer, compilePolicy } from '../../packages/privacy/src/anonymizer/anonymizer.ts';
import { HONEST_KINDS } from '../../packages/privacy/src/corpus/honest.ts';
import { structures } from '../../packages/privacy/src/corpus/structures.ts';
import type { Policy } from '../../packages/privacy/src/policy/policy.ts';
import { readingsOf } from '../../packages/privacy/src/testing/readings.ts';
import { verifyText } from '../../packages/privacy/src/verifier/verifier.ts';

/** How many lines were tried, and the names of those that failed. */
export interface Outcome {
  readonly tried: number;
  readonly failed: readonly string[];
}

/** Structures of application events of which a personal value can still be read. */
export function searchStructures(policy: Policy): Outcome {
  const compiled = compilePolicy(policy);
  const all = structures();
  const failed = all.filter(({ line, gone }) => {
    const clean = new Anonymizer(compiled).message(Buffer.from(line));
    const stored = clean === null ? '' : Buffer.from(clean).toString();
    const readable = [stored, ...readingsOf(stored)].join('\n').toLowerCase();
    return gone.some((value) => readable.includes(value.toLowerCase()));
  });
  return { tried: all.length, failed: failed.map(({ name }) => name) };
}

/** Structures with personal values whose raw form the verifier takes for clean. */
export function searchUnseen(policy: Policy): Outcome {
  const all = structures().filter(({ gone }) => gone.length > 0);
  const failed = all.filter(({ line }) => verifyText(`${line}\n`, policy).findings.length === 0);
  return { tried: all.length, failed: failed.map(({ name }) => name) };
}

/** Honest texts that are changed, or after which a dump would be quarantined. */
export function searchQuarantined(policy: Policy): { readonly changed: Outcome; readonly quarantined: Outcome } {
  const compiled = compilePolicy(policy);
  const texts = HONEST_KINDS.flatMap(({ stay }) => stay);
  const changed: string[] = [];
  const quarantined: string[] = [];
  for (const text of texts) {
    const line = JSON.stringify([':log', null, { message: text }, 1]);
    const clean = Buffer.from(new Anonymizer(compiled).message(Buffer.from(line))!).toString();
    if (clean !== line) changed.push(text);
    if (verifyText(`${clean}\n`, policy).findings.length > 0) quarantined.push(text);
  }
  return {
    changed: { tried: texts.length, failed: changed },
    quarantined: { tried: texts.length, failed: quarantined },
  };
}
