import { partsOf } from './pattern-parts.ts';

/** A text that is made by repetition. */
export interface Repetition {
  readonly head: string;
  readonly unit: string;
  readonly tail: string;
}

const MAX_PIECES = 40;
const MAX_HEADS = 24;

/**
 * Texts to search with `pattern`: its prefixes, its pieces and all pairs of pieces repeated; and each piece repeated
 * after each prefix, because a pattern may read its beginning once and then try every split of the rest.
 */
export function repetitionsFor(pattern: RegExp): Repetition[] {
  const { pieces, prefixes } = partsOf(pattern);
  const used = pieces.slice(0, MAX_PIECES);
  const units = new Set([...prefixes, ...used, ...used.flatMap((first) => used.map((second) => first + second))]);
  const repeated = [...units].map((unit) => ({ head: '', unit, tail: '' }));
  const headed = prefixes.slice(-MAX_HEADS).flatMap((head) => used.map((unit) => ({ head, unit, tail: '' })));
  return [...repeated, ...headed];
}

/** Ends that let a search go on for longer before it fails. */
const TAILS = ['', '.aaaa', '"', '@a.de', ':', ' 1 1 IN IP4 1.2.3.4'];

/** Texts for the whole anonymizer and verifier: the prefixes of a pattern repeated, with every tail. */
export function textsFor(pattern: RegExp): Repetition[] {
  return partsOf(pattern).prefixes.flatMap((unit) => TAILS.map((tail) => ({ head: '', unit, tail })));
}
