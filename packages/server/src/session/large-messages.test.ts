import { Anonymizer, compilePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { describe, expect, it } from 'vitest';
import { AnonymizerThread, ThreadNotStarted } from './anonymizer-thread.ts';
import { LargeMessages } from './large-messages.ts';

const policy = presetPolicy('standard');
const key = { bytes: new Uint8Array(32).fill(7), id: 'e1' };
const compiled = compilePolicy(policy, key);
const LABEL =
  '["enumerateDevices",null,[{"kind":"audioinput","label":"Microphone of Zacharias","deviceId":"default"}],1]';
const LARGE = JSON.stringify([
  'x',
  null,
  `${'word '.repeat(20_000)} Microphone of Zacharias anna@example.com 203.0.113.77`,
  2,
]);
const CANDIDATE = 'candidate:842163049 1 udp 1677729535 203.0.113.77 46154 typ host';
const SMALL_CANDIDATE = JSON.stringify(['addIceCandidate', 'PC_0', { candidate: CANDIDATE }, 1]);
const LARGE_CANDIDATE = JSON.stringify(['x', null, `${'word '.repeat(20_000)} ${CANDIDATE}`, 2]);
const FOUNDATION = /candidate:(f[g-z]{9}) /;
const KEYS = '["y",null,{"203.0.113.77":1,"203.0.113.78":2},3]';

/** The lines that are stored of the messages, and how many of these a thread has anonymized. */
async function recorded(texts: readonly string[], anonymizer: Anonymizer): Promise<{ lines: string[]; apart: number }> {
  const large = new LargeMessages(new AnonymizerThread());
  const lines: string[] = [];
  let apart = 0;
  const stored = (line: Uint8Array | null): void => {
    if (line !== null) lines.push(Buffer.from(line).toString());
  };
  const take = (raw: Uint8Array | null): void => {
    if (large.done !== undefined) large.wait(raw!, false);
    else {
      const line = anonymizer.messageIfQuick(raw!);
      if (line === undefined) {
        apart++;
        large.begin(raw!, anonymizer, { policy, key }, stored, take);
      } else stored(line);
    }
  };
  for (const text of texts) take(Buffer.from(text));
  await large.done;
  expect(large.done).toBeUndefined();
  return { lines, apart };
}

describe('LargeMessages', () => {
  it('gives the same lines, order and counts as one thread', async () => {
    const texts = [
      LABEL,
      KEYS,
      LARGE,
      '[24,broken,70000]',
      LABEL,
      LARGE_CANDIDATE,
      SMALL_CANDIDATE,
      LARGE,
      LARGE,
      KEYS,
    ];
    const sessionKey = new Uint8Array(32).fill(9);
    const alone = new Anonymizer(compiled, { sessionKey });
    const expected = texts.map((text) => alone.message(Buffer.from(text))).filter((line) => line !== null);

    const anonymizer = new Anonymizer(compiled, { sessionKey });
    const { lines, apart } = await recorded(texts, anonymizer);
    expect(apart).toBe(4);
    expect(lines).toEqual(expected.map((line) => Buffer.from(line).toString()));
    expect(lines.join()).not.toContain('Zacharias');
    expect(anonymizer.receipt()).toEqual(alone.receipt());
  });

  it.each([
    ['the thread', [LARGE_CANDIDATE, SMALL_CANDIDATE, LARGE_CANDIDATE]],
    ['the event loop', [SMALL_CANDIDATE, LARGE_CANDIDATE, SMALL_CANDIDATE]],
  ])('gives equal foundations the same value, whether %s handles the first', async (_, texts) => {
    const { lines } = await recorded(texts, new Anonymizer(compiled));
    const foundations = lines.map((line) => FOUNDATION.exec(line)?.[1]);
    expect(foundations).toEqual(texts.map(() => expect.any(String)));
    expect(new Set(foundations).size).toBe(1);
    const other = await recorded(texts, new Anonymizer(compiled));
    expect(FOUNDATION.exec(other.lines[0]!)?.[1]).not.toBe(foundations[0]);
  });

  it('drops a message when the thread fails, and goes on', async () => {
    const anonymizer = new Anonymizer(compiled);
    const large = new LargeMessages({ run: () => Promise.reject(new Error('too slow')) });
    const seen: unknown[] = [];
    large.begin(
      Buffer.from(LARGE),
      anonymizer,
      { policy, key },
      (line) => seen.push(line),
      (_, isBinary) => seen.push(isBinary),
    );
    large.wait(Buffer.from('[1]'), true);
    await large.done;
    expect(seen).toEqual([null, true]);
    expect(anonymizer.receipt().dropped).toEqual({ tooSlow: 1 });
  });
});

it.each([
  [
    'anonymizes a message of up to 64 KiB on the event loop',
    10_000,
    [expect.stringMatching(/ \[email\] 203\.0\.113\.x",2\]$/)],
    {},
  ],
  ['drops a larger message', 20_000, [''], { tooSlow: 1 }],
])('LargeMessages %s when the thread cannot be started', async (_, words, expected, dropped) => {
  const anonymizer = new Anonymizer(compiled);
  const large = new LargeMessages({ run: () => Promise.reject(new ThreadNotStarted()) });
  const lines: string[] = [];
  large.begin(
    Buffer.from(JSON.stringify(['x', null, `${'word '.repeat(words)} anna@example.com 203.0.113.77`, 2])),
    anonymizer,
    { policy, key },
    (line) => lines.push(Buffer.from(line ?? '').toString()),
    () => {},
  );
  await large.done;
  expect(lines).toEqual(expected);
  expect(anonymizer.receipt().dropped).toEqual(dropped);
});

it('AnonymizerThread takes small messages when it has started, and large ones at any time', async () => {
  const thread = new AnonymizerThread();
  expect(thread.takes(20_000, { policy, key })).toBe(false);
  expect(thread.takes(100_000, { policy, key })).toBe(true);
  // Answered after the start.
  await thread.run({ raw: new TextEncoder().encode(LABEL), policy, key });
  expect(thread.takes(20_000, { policy, key })).toBe(true);
});

describe('Anonymizer.messageIfQuick leaves to a thread', () => {
  it.each([
    ['a small message', LABEL, false],
    ['a large text', LARGE, true],
    ['large statistics', `["g","PC_0",{${'"CP1":{"9":12},'.repeat(8000)}"CP1":{"9":12}},1]`, false],
    ['something large that is not JSON', 'x'.repeat(100_000), true],
  ])('%s: %s', (_, text, expected) => {
    const line = new Anonymizer(compiled).messageIfQuick(Buffer.from(text));
    expect(line === undefined).toBe(expected);
  });
});
