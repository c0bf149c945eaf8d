import { expect, it } from 'vitest';
import { GroupedItems } from './grouped-items.ts';

it('knows the largest group after any sequence of changes', () => {
  const items = new GroupedItems<number>();
  const model = new Map<number, string>();
  // Random numbers with a fixed seed, so that a failure can be repeated.
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const groups = ['a', 'b', 'c', 'd'];
  for (let step = 0; step < 5000; step++) {
    const removed = [...model.keys()][random(model.size * 2)];
    if (removed === undefined) {
      const group = groups[random(groups.length)]!;
      items.add(step, group);
      model.set(step, group);
    } else {
      items.delete(removed);
      items.delete(removed);
      model.delete(removed);
    }
    const members = groups.map((group) => [...model.keys()].filter((item) => model.get(item) === group));
    expect(groups.map((group) => items.countOf(group))).toEqual(members.map(({ length }) => length));
    const largest = [...items.largest()];
    expect(largest).toHaveLength(Math.max(...members.map(({ length }) => length)));
    if (largest.length > 0) expect(members).toContainEqual(largest);
    expect(items.size).toBe(model.size);
  }
});
