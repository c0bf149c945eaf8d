import type { Drift } from '@rtcstats-server/privacy';
import { expect, it } from 'vitest';
import { DriftLabels, MAX_LABELS, OTHER } from './drift-labels.ts';

function drift(event: string, path = '', more = 0): Drift {
  return { entries: [{ event, path, type: 'object', count: 1 }], more };
}

it('makes no label of names that one client invented, however many and however often', () => {
  const labels = new DriftLabels();
  for (let session = 0; session < 10; session++) {
    for (let name = 0; name < 100; name++) labels.add(drift(`:room-${name}`, `user${name}`), 'one network');
  }
  expect(labels.entries).toEqual([{ event: OTHER, path: OTHER, type: 'object', count: 1000 }]);
});

it('makes a label of a name that came from 5 sessions of 3 networks, and counts from then on', () => {
  const labels = new DriftLabels();
  for (const network of ['a', 'a', 'b', 'b']) labels.add(drift(':quality'), network);
  labels.add(drift(':quality'), null);
  // Five sessions, but two networks.
  expect(labels.entries).toEqual([{ event: OTHER, path: OTHER, type: 'object', count: 5 }]);
  labels.add(drift(':quality'), 'c');
  labels.add(drift(':quality'), 'a');
  expect(labels.entries).toEqual([
    { event: ':quality', path: '', type: 'object', count: 2 },
    { event: OTHER, path: OTHER, type: 'object', count: 5 },
  ]);
});

it('needs 5 sessions, even from 3 networks', () => {
  const labels = new DriftLabels();
  for (const network of ['a', 'b', 'c', 'd']) labels.add(drift(':quality'), network);
  expect(labels.entries.map(({ event }) => event)).toEqual([OTHER]);
  labels.add(drift(':quality'), 'a');
  expect(labels.entries.map(({ event }) => event)).toEqual([':quality', OTHER]);
});

it('treats the path like the event, because clients choose both', () => {
  const labels = new DriftLabels();
  for (const network of ['a', 'b', 'c', 'd', 'e']) labels.add(drift('create', `room-of-${network}`), network);
  expect(labels.entries).toEqual([{ event: OTHER, path: OTHER, type: 'object', count: 5 }]);
});

it('has a limited number of labels and remembers a limited number of names', () => {
  const labels = new DriftLabels();
  for (let name = 0; name < 3000; name++) labels.add(drift(`:once-${name}`), `network ${name}`);
  expect(labels.candidates).toBe(2000);
  for (let name = 0; name < MAX_LABELS + 50; name++) {
    for (const network of ['a', 'b', 'c', 'd', 'e']) labels.add(drift(`:often-${name}`), network);
  }
  expect(labels.entries).toHaveLength(MAX_LABELS + 1);
  expect(labels.candidates).toBe(0);
});

it('adds up what sessions did not list', () => {
  const labels = new DriftLabels();
  labels.add(drift(':x', '', 6), 'a');
  labels.add(drift(':x', '', 1), 'a');
  expect(labels.more).toBe(7);
});
