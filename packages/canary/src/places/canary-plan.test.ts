import { METHOD_CODES, STATS_PROPERTY_CODES } from '@rtcstats-server/dump';
import { DATA_CLASSES, KEY_ROLES } from '@rtcstats-server/privacy';
import { expect, it } from 'vitest';
import { type CanaryPlan, deltaOfMessage } from '../plan/plan.ts';
import { SearchTerms, searchableText } from '../search/search-terms.ts';
import { planCanary, withOrigin, withToken } from './canary-plan.ts';

const plan = planCanary('a seed');

it('is the same for the same seed, and different for another seed', () => {
  expect(planCanary('a seed')).toEqual(plan);
  const other = planCanary('another seed');
  expect(other.messages.length).toBe(plan.messages.length);
  const termsOf = ({ plantedValues }: CanaryPlan) => {
    return new Set(plantedValues.flatMap(({ value }) => value?.searchTerms ?? []));
  };
  const [terms, otherTerms] = [termsOf(plan), termsOf(other)];
  // Only a thousand phone numbers are reserved for drama, so some of them occur in both plans.
  expect(terms.intersection(otherTerms).size / terms.size).toBeLessThan(0.05);
});

it('covers every class, event, property of the statistics, and key that has a role', () => {
  const planted = plan.plantedValues.filter(({ value }) => value !== null);
  expect(new Set(planted.flatMap(({ value }) => value!.classes))).toEqual(new Set(DATA_CLASSES));
  const places = planted.map(({ place }) => place);
  for (const method of Object.keys(METHOD_CODES)) expect(places).toContain(`${method}: a text for a value`);
  for (const name of Object.keys(STATS_PROPERTY_CODES)) {
    if (name === 'timestamp' || name === 'ssrc') continue;
    expect(places).toContain(`getStats: compressed, ${name}`);
    expect(places).toContain(`getStats: in full, ${name}`);
  }
  for (const key of Object.keys(KEY_ROLES)) expect(places).toContain(`:log: properties that are known, ${key}`);
});

it('plants values that the search finds in their place and nowhere else', () => {
  const { plantedValues } = plan;
  const terms = new SearchTerms();
  for (const [index, { value }] of plantedValues.entries()) {
    for (const term of value?.searchTerms ?? []) terms.add(term, index);
  }
  const { path, protocols, headers, closeReason } = plan.request;
  const sent = new Map<number | null, string | Uint8Array>(plan.messages.map(({ number, data }) => [number, data]));
  sent.set(null, [path, ...protocols, ...Object.values(headers), closeReason, plan.plainRequest].join('\n'));
  const byText = Map.groupBy(plantedValues, ({ text }) => text);
  for (const [number, data] of sent) {
    const found = terms.find(searchableText(Buffer.from(data)));
    const here = plantedValues.filter(({ message, value }) => message === number && value !== null);
    // The label of a device is planted several times, each time as a place of its own.
    const expected = here.flatMap(({ text }) => byText.get(text)!.map((planted) => plantedValues.indexOf(planted)));
    expect(found, `message ${number}`).toEqual(new Set(expected));
  }
});

it('numbers its messages by the deltas of their events', () => {
  for (const { number, method, data } of plan.messages) {
    if (method !== null) expect((JSON.parse(data as string) as unknown[]).at(-1)).toBe(deltaOfMessage(number));
  }
});

it('does not search for values of the origin when another origin is sent', () => {
  const adapted = withOrigin(plan, 'https://app.example.com');
  expect(adapted.request.headers['origin']).toBe('https://app.example.com');
  const removed = plan.plantedValues.filter((planted) => !adapted.plantedValues.includes(planted));
  expect(removed.map(({ place }) => place)).toEqual(['the request: Origin, host', 'the request: Origin, path']);
});

it('searches for payload and signature of a token, but not for its header', () => {
  const token = plan.unsignedToken;
  const [, payload, signature] = token.split('.');
  const planted = withToken(plan, token).plantedValues.at(-1)!;
  expect(planted).toMatchObject({ text: token, value: { searchTerms: [payload, signature] } });
  expect(withToken(plan, 'an opaque token of a proxy').plantedValues.at(-1)!.value!.searchTerms).toEqual([
    'an opaque token of a proxy',
  ]);
});
