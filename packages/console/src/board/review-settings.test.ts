import { type DriftEntry, parsePolicy } from '@rtcstats-server/privacy';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { canDecide, type Decision, entryKey, reviewSettings } from './review-settings.ts';

const entry = (event: string, path: string): DriftEntry => ({ event, path, type: 'object', count: 1 });
const ENTRIES = [
  entry('join', ''),
  entry(':chat', ''),
  entry(':note', ''),
  entry('create', 'tenant'),
  entry('create', 'x'),
];

function settings(...decisions: readonly (Decision | undefined)[]): string {
  const chosen = ENTRIES.flatMap((one, at) => (decisions[at] ? [[entryKey(one), decisions[at]] as const] : []));
  return reviewSettings(ENTRIES, new Map(chosen));
}

it('is empty until something is decided', () => {
  expect(settings()).toBe('');
  // Properties of the protocol's events are scanned anyway.
  expect(settings(undefined, undefined, undefined, 'keep')).toBe('');
});

it('gives settings that are a valid policy', () => {
  const text = settings('pseudonymize', 'drop', 'keep', 'drop', 'pseudonymize');
  const { privacy } = parse(text) as { privacy: unknown };
  const policy = parsePolicy(privacy);
  expect(policy.customEventsByName).toEqual({ join: 'pseudonymize', ':chat': 'drop', ':note': 'scan' });
  expect(policy.rules.map(({ events, paths, method }) => [events, paths, method])).toEqual([
    [['create'], ['tenant'], 'redact'],
    [['create'], ['x'], 'pseudonymize'],
  ]);
});

it('cannot decide on names that are not shown', () => {
  expect([entry('?', ''), entry('create', '*.?'), entry('join', '')].map(canDecide)).toEqual([false, false, true]);
});
