import type { Random } from '../../fuzz/random.ts';
import type { Route } from '../network/impairment.ts';
import type { Side } from '../network/proxy.ts';

export const SENDER: Readonly<Record<Route, Side>> = { ab: 'a', ba: 'b' };
export const RECEIVER: Readonly<Record<Route, Side>> = { ab: 'b', ba: 'a' };

export function otherSide(side: Side): Side {
  return side === 'a' ? 'b' : 'a';
}

export function directions(route: Route | 'both'): readonly Route[] {
  return route === 'both' ? ['ab', 'ba'] : [route];
}

/** A number of a range, uniformly distributed, with so many decimals. */
export function between(random: Random, least: number, most: number, decimals: number): number {
  return Number((least + (most - least) * random.next()).toFixed(decimals));
}

type Range = readonly [least: number, most: number];

/** When a fault begins and ends, and how long the call is. All in seconds. */
export function times(
  random: Random,
  { after, lasting, rest }: { readonly after: Range; readonly lasting: Range; readonly rest: number },
): { from: number; to: number; seconds: number } {
  const from = between(random, ...after, 1);
  const to = Number((from + between(random, ...lasting, 1)).toFixed(1));
  return { from, to, seconds: to + rest };
}
