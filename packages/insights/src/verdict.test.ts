import { expect, it } from 'vitest';
import type { Severity } from './observations/observation.ts';
import { callSetupFailure, callVerdict, worstSeverity } from './verdict.ts';

const observed = (...severities: Severity[]): { severity: Severity }[] => severities.map((severity) => ({ severity }));

it.each([
  [100, [], 'good'],
  [80, ['low', 'info'], 'good'],
  [79, [], 'degraded'],
  [98, ['medium'], 'degraded'],
  [60, ['low', 'medium'], 'degraded'],
  // A short but severe problem of a long call.
  [80, ['high'], 'degraded'],
  [79, ['medium', 'high'], 'bad'],
  [79, ['critical'], 'bad'],
  [59, [], 'bad'],
  [0, [], 'bad'],
  [null, ['critical'], 'notJudged'],
] as const)('of a call that connected, with experience %j and observations %j', (experience, severities, expected) => {
  const setup = [{ connected: false }, { connected: true }];
  expect(callVerdict({ scores: { experience }, observations: observed(...severities), setup })).toBe(expected);
});

it.each([
  [0, 'failed'],
  [null, 'notJudged'],
] as const)('of a client that never connected, with experience %j', (experience, expected) => {
  const observations = observed('critical');
  expect(callVerdict({ scores: { experience }, observations, setup: [{ connected: false }] })).toBe(expected);
  expect(callVerdict({ scores: { experience }, observations, setup: [] })).toBe(expected);
});

it.each([
  [[], 'no-connection'],
  [['not-attempted'], 'not-attempted'],
  [['not-attempted', 'turn-refused', 'closed-early'], 'turn-refused'],
] as const)('of a call that failed with %j, the reason is %s', (failures, expected) => {
  const setup = failures.map((failure) => ({ connected: false, failure }));
  expect(callSetupFailure({ scores: { experience: 0 }, observations: [], setup })).toBe(expected);
  expect(callSetupFailure({ scores: { experience: null }, observations: [], setup })).toBeUndefined();
});

it('does not take a connection that failed beside one that connected for a failed call', () => {
  const setup = [{ connected: false, failure: 'turn-refused' } as const, { connected: true, failure: undefined }];
  expect(callSetupFailure({ scores: { experience: 0 }, observations: [], setup })).toBeUndefined();
});

it('knows the worst severity', () => {
  expect(worstSeverity([])).toBeUndefined();
  expect(worstSeverity(observed('info', 'high', 'medium'))).toBe('high');
});
