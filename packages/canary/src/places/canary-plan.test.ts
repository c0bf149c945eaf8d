import { METHOD_CODES, STATS_PROPERTY_CODES } from '@rtcstats-server/dump';
import { DATA_CLASSES, KEY_ROLES } from '@rtcstats-server/privacy';
import { expect, it } from 'vitest';
import { Needles, searchable } from '../search/search-terms.ts';
import { planCanary } from './canary-plan.ts';

const plan = planCanary('a seed');

it('is the same for the same seed, and another one for another', () => {
  expect(planCanary('a seed')).toEqual(plan);
  const other = planCanary('another seed');
  expect(other.messages.length).toBe(plan.messages.length);
  const needlesOf = ({ plants }: typeof plan) => new Set(plants.flatMap(({ value }) => value?.needles ?? []));
  const [mine, others] = [needlesOf(plan), needlesOf(other)];
  // There are but a thousand telephone numbers that belong to nobody.
  expect(mine.intersection(others).size / mine.size).toBeLessThan(0.05);
});

it('has every class, every event of the protocol, every property of statistics and every key that has a role', () => {
  const planted = plan.plants.filter(({ value }) => value !== null);
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

it('can be found in what is sent, each value in its place and in no other', () => {
  const needles = new Needles();
  for (const [index, { value }] of plan.plants.entries()) {
    for (const needle of value?.needles ?? []) needles.add(needle, index);
  }
  const { path, protocols, headers, closeReason } = plan.request;
  const sent = new Map<number | null, string | Uint8Array>(plan.messages.map(({ number, data }) => [number, data]));
  sent.set(null, [path, ...protocols, ...Object.values(headers), closeReason, plan.plainRequest].join('\n'));
  const byText = Map.groupBy(plan.plants, ({ text }) => text);
  for (const [number, data] of sent) {
    const found = [...needles.find(searchable(Buffer.from(data)))];
    const expected = plan.plants.flatMap((plant, index) => (plant.message === number && plant.value ? [index] : []));
    // A device's label is planted once more where it shows again.
    const same = expected.flatMap((index) =>
      byText.get(plan.plants[index]!.text)!.map((plant) => plan.plants.indexOf(plant)),
    );
    expect(new Set(found), `message ${number}`).toEqual(new Set([...expected, ...same]));
  }
});

it('numbers its messages by the deltas of their events', () => {
  for (const { number, method, data } of plan.messages) {
    if (method !== null) expect((JSON.parse(data as string) as unknown[]).at(-1)).toBe(number);
  }
});
