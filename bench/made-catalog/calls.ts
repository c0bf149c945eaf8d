import type { CallVerdict } from '@rtcstats-server/api/states';

/** The year of the made calls, which are spread over it evenly. */
export const DAYS = 365;
export const FIRST_DAY = Date.UTC(2026, 0, 1);
export const END = FIRST_DAY + DAYS * 86_400_000;

/** A made call. The dimensions are numbers of values; `VALUES` has their names. */
export interface MadeCall {
  readonly verdict: Exclude<CallVerdict, 'notJudged'>;
  readonly experience: number;
  readonly setupMs: number;
  readonly browser: number;
  readonly os: number;
  readonly country: number;
  readonly origin: number;
  readonly network: number;
  readonly route: number;
  readonly problems: readonly number[];
}

type NumberedDimension = 'browser' | 'os' | 'country' | 'origin' | 'network' | 'route' | 'observation';

const named = (length: number, nameOf: (index: number) => string): readonly string[] =>
  Array.from({ length }, (_, index) => nameOf(index));

/** The values of each dimension. There are more origins than a period counts. */
export const VALUES: Readonly<Record<NumberedDimension, readonly string[]>> = {
  browser: named(60, (index) => `Chrome ${100 + index}`),
  os: named(8, (index) => `System ${index}`),
  country: named(190, (index) => `C${index}`),
  origin: named(400, (index) => `https://${index}.example`),
  network: ['wifi', 'ethernet', 'cellular'],
  route: ['direct', 'relay'],
  observation: named(50, (index) => `problem-${index}`),
};

/** A call with values as they are distributed among users: few frequent ones, many rare ones. The same in every run. */
export function madeCall(index: number): MadeCall {
  const random = pseudoRandom(index);
  const rare = (values: number): number => Math.floor(random() ** 3 * values);
  const experience = Math.floor(100 * (1 - random() ** 3));
  const verdict = experience < 5 ? 'failed' : experience < 60 ? 'bad' : experience < 80 ? 'degraded' : 'good';
  return {
    verdict,
    experience,
    setupMs: Math.floor(300 / (0.02 + random())),
    browser: rare(VALUES.browser.length),
    os: rare(VALUES.os.length),
    country: rare(VALUES.country.length),
    origin: rare(VALUES.origin.length),
    network: rare(VALUES.network.length),
    route: random() < 0.2 ? 1 : 0,
    problems: verdict === 'good' ? [] : [rare(30), 30 + rare(20)],
  };
}

/** When a call of many started, in milliseconds since the epoch. */
export function startOf(index: number, calls: number): number {
  return FIRST_DAY + Math.floor((index / calls) * DAYS * 86_400_000);
}

/** The contribution of a call to the rollups, as its analysis queues it. */
export function contributionOf(call: MadeCall, at: number): string {
  const { verdict, experience, setupMs, browser, os, country, origin, network, route, problems } = call;
  return JSON.stringify([
    new Date(at).toISOString().slice(0, 13),
    verdict,
    experience,
    setupMs,
    VALUES.browser[browser],
    VALUES.os[os],
    VALUES.country[country],
    VALUES.origin[origin],
    VALUES.network[network],
    VALUES.route[route],
    ...problems.map((problem) => VALUES.observation[problem]),
  ]);
}

/** mulberry32 */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
