import { expect, it } from 'vitest';
import { CallClock } from './call-clock.ts';

const START = Date.UTC(2026, 0, 15, 10);

function measured(lines: readonly string[]): CallClock {
  const clock = new CallClock();
  for (const line of lines) clock.add(Buffer.from(line));
  return clock;
}

it('adds up the deltas of the events', () => {
  const clock = measured([`["create","PC_0",{},${START}]`, '["close","PC_0",null,1500]', '[":x",null,"a,1]",2.5 ]']);
  expect(clock).toMatchObject({ start: START, duration: 1502.5 });
});

it('knows no time when no event says one', () => {
  expect(measured(['[":x",null,1,1]', '[":x",null,1,2]'])).toMatchObject({ start: undefined, duration: 2 });
  expect(measured([])).toMatchObject({ start: undefined, duration: 0 });
});

it('begins with the first event that has a time, and ignores lines that are not events', () => {
  const lines = ['[":x",null,1,5]', `[":x",null,1,${START}]`, 'nonsense', '{"a":[1,2]}', '[":x",null,1,10]'];
  expect(measured(lines)).toMatchObject({ start: START, duration: 10 });
});

it('is not confused by a clock that was set back', () => {
  const lines = [`[":x",null,1,${START}]`, '[":x",null,1,5000]', '[":x",null,1,-4000]', '[":x",null,1,100]'];
  expect(measured(lines)).toMatchObject({ start: START, duration: 5000 });
});
