import { EventClock, MAX_LINE_BYTES } from '@rtcstats-server/dump';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { Anonymizer, compilePolicy } from './anonymizer.ts';
import { DumpAnonymizer } from './dump-anonymizer.ts';

const STRICT = compilePolicy(presetPolicy('strict'));
const START = 1_795_000_000_000;

/** Messages of one kind each; `id` finds the event again, in its scope. */
const MESSAGES = {
  matched: (id, delta) => `[24,"PC_${id}","checking",${delta}]`,
  parsed: (id, delta) => ` ["iceConnectionState" , "PC_${id}" ,"checking",${delta} ] `,
  replaced: (id, delta) => `[13,"PC_${id}","at 203.0.113.77 – é",${delta}]`,
  custom: (id, delta) => `[":score","PC_${id}",{"stars":5},${delta}]`,
  broken: (id, delta) => `[24,"PC_${id}",nonsense,${delta}]`,
  noEvent: (id, delta) => `[{"PC":${id}},null,"checking",${delta}]`,
} satisfies Record<string, (id: number, delta: number) => string>;
const KINDS = Object.keys(MESSAGES) as (keyof typeof MESSAGES)[];

const deltas = fc.oneof(
  fc.integer({ min: 0, max: 60_000 }),
  fc.integer({ min: -50, max: 0 }),
  fc.integer({ min: START + 1e9, max: START + 2e9 }),
);
const sessions = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), delta: deltas }), { maxLength: 30 });

/** Times by scope. */
function timesOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const clock = new EventClock();
  return new Map(
    lines.map((line) => {
      const [, scope, ...rest] = JSON.parse(line) as unknown[];
      return [String(scope), clock.advance(rest.at(-1) as number)];
    }),
  );
}

const WAYS: Readonly<Record<string, (lines: readonly string[]) => string[]>> = {
  'message by message': (lines) => {
    const anonymizer = new Anonymizer(STRICT);
    anonymizer.startAt(START);
    return lines.flatMap((line) => {
      const clean = anonymizer.message(bytesOf(line));
      return clean === null ? [] : [textOf(clean)];
    });
  },
  'as a dump, in two chunks': (lines) => {
    const dump = new DumpAnonymizer(new Anonymizer(STRICT));
    const bytes = bytesOf(['RTCStatsDump', `{"fileFormat":3,"startTime":${START}}`, ...lines, ''].join('\n'));
    const half = bytes.length >> 1;
    const parts = [dump.push(bytes.slice(0, half)), dump.push(bytes.slice(half)), dump.end()];
    return parts
      .map((part) => part.map(textOf).join(''))
      .join('')
      .trimEnd()
      .split('\n')
      .slice(2);
  },
};

describe.each(Object.entries(WAYS))('%s', (_, run) => {
  it('every event that is kept has the time that it had, whatever is dropped', () => {
    fc.assert(
      fc.property(sessions, fc.boolean(), (session, hasTime) => {
        const events = session.map(({ kind, delta }, i) => ({
          kind,
          delta: i === 0 && hasTime ? START + 3e9 + (delta % 60_000) : delta,
        }));
        // An independent reading of the same session, before anything is dropped.
        const clock = new EventClock();
        const times = events.map(({ delta }) => clock.advance(delta));
        const firstKept = events.findIndex(
          ({ kind }) => kind === 'matched' || kind === 'parsed' || kind === 'replaced',
        );
        const offset = firstKept >= 0 && times[firstKept]! <= 1e11 ? START : 0;
        const isLater = times.findIndex((time, i) => i > firstKept && time > 1e11);
        for (const [scope, time] of timesOf(run(events.map(({ kind, delta }, id) => MESSAGES[kind](id, delta))))) {
          const id = Number(scope.slice('PC_'.length));
          const own = isLater >= 0 && id >= isLater ? 0 : offset;
          expect(time).toBe(times[id]! + own);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(['standard', 'strict', 'compatible'] as const)('under the preset %s', (preset) => {
  it.each(recordings())('the times in $name stay', ({ bytes, lines }) => {
    const dump = new DumpAnonymizer(new Anonymizer(compilePolicy(presetPolicy(preset))));
    const clean = [...dump.push(bytes), ...dump.end()].map(textOf).join('').trimEnd().split('\n');
    const timed = (events: readonly string[]): [string, number][] => {
      const clock = new EventClock();
      return events.map((line) => {
        const event = JSON.parse(line) as unknown[];
        return [JSON.stringify(event.slice(0, 2)), clock.advance(event.at(-1) as number)];
      });
    };
    const raw = timed(lines);
    // Every kept event is found, in order, with the same method, scope and time.
    let at = 0;
    for (const [name, time] of timed(clean)) {
      while (at < raw.length && !(raw[at]![0] === name && raw[at]![1] === time)) at++;
      expect(raw[at++], name).toEqual([name, time]);
    }
    expect(clean.length).toBeGreaterThan(lines.length / 2);
  });
});

it('the receipt says when times are counted from the start of the session', () => {
  const timesFrom = (line: string): unknown => {
    const anonymizer = new Anonymizer(STRICT);
    anonymizer.startAt(START);
    anonymizer.message(bytesOf(line));
    return anonymizer.receipt().timesFrom;
  };
  expect(timesFrom('[24,"PC_0","checking",5]')).toBe('sessionStart');
  expect(timesFrom(`[24,"PC_0","checking",${START}]`)).toBeUndefined();
});

describe('what a dropped message leaves in the next delta', () => {
  const eventAfter = (dropped: string, ...more: string[]): string => {
    const anonymizer = new Anonymizer(STRICT);
    anonymizer.message(bytesOf(`[24,"PC_0","checking",${START}]`));
    for (const line of [dropped, ...more]) expect(anonymizer.message(bytesOf(line))).toBeNull();
    return textOf(anonymizer.message(bytesOf('[24,"PC_0","connected",5]'))!);
  };

  it.each([
    ['a card number', '[hello,4111111111111111]'],
    ['a phone number', '[hello,491512345678]'],
    ['a phone number without its country', '[hello,15123456789]'],
    ['a number that JSON.parse reads as infinite', '[hello,1e999]'],
    ['its negative', '[hello,-1e999]'],
    ['a number of which no sum exists', '[hello,-1e308]', '[hello,-1e308]'],
  ])('is not %s', (_, ...dropped) => {
    expect(eventAfter(...(dropped as [string, ...string[]]))).toBe('[24,"PC_0","connected",5]');
  });

  it('is its time, even if the event is the last of a dump, or too long to be read', () => {
    expect(eventAfter('[hello,70000]')).toBe('[24,"PC_0","connected",70005]');
    const anonymizer = new Anonymizer(STRICT);
    anonymizer.message(bytesOf('[hello,70000]'));
    expect(textOf(anonymizer.closeEvent(1000, 5, 'client'))).toBe('["close",null,1000,70005]');
    const dump = new DumpAnonymizer(new Anonymizer(STRICT));
    const long = bytesOf(`[24,"PC_0","${'x'.repeat(MAX_LINE_BYTES)}",70000]\n`);
    const parts = [long.subarray(0, long.length - 9), long.subarray(long.length - 9), bytesOf('[24,"PC_0","new",5]\n')];
    const lines = parts.flatMap((part) => dump.push(part)).concat(dump.end());
    expect(lines.map(textOf).join('')).toBe('[24,"PC_0","new",70005]\n');
  });
});
