import { Anonymizer, compilePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { describe, expect, it } from 'vitest';
import { AnonymizerThread } from './anonymizer-thread.ts';
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
const KEYS = '["y",null,{"203.0.113.77":1,"203.0.113.78":2},3]';

describe('LargeMessages', () => {
  it('gives the same lines, order and counts as one thread', async () => {
    const texts = [LABEL, KEYS, LARGE, 'not JSON', LABEL, LARGE, LARGE, KEYS];
    const alone = new Anonymizer(compiled);
    const expected = texts.map((text) => alone.message(Buffer.from(text))).filter((line) => line !== null);

    const anonymizer = new Anonymizer(compiled);
    const large = new LargeMessages(new AnonymizerThread());
    const lines: string[] = [];
    let apart = 0;
    const take = (raw: Uint8Array | null): void => {
      const stored = (line: Uint8Array | null): void => {
        if (line !== null) lines.push(Buffer.from(line).toString());
      };
      if (large.done !== undefined) large.wait(raw);
      else if (anonymizer.isSlow(raw!)) {
        apart++;
        large.begin(raw!, anonymizer, { policy, key }, stored, take);
      } else stored(anonymizer.message(raw!));
    };
    for (const text of texts) take(Buffer.from(text));
    await large.done;
    expect(large.done).toBeUndefined();
    expect(apart).toBe(3);
    expect(lines).toEqual(expected.map((line) => Buffer.from(line).toString()));
    expect(lines.join()).not.toContain('Zacharias');
    expect(anonymizer.receipt()).toEqual(alone.receipt());
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
      (next) => seen.push(next),
    );
    large.wait(null);
    await large.done;
    expect(seen).toEqual([null, null]);
    expect(anonymizer.receipt().dropped).toEqual({ tooSlow: 1 });
  });
});

describe('Anonymizer.isSlow', () => {
  it.each([
    ['a small message', LABEL, false],
    ['a large text', LARGE, true],
    ['large statistics', `["g","PC_0",{${'"CP1":{"9":12},'.repeat(8000)}"CP1":{"9":12}},1]`, false],
    ['something large that is not JSON', 'x'.repeat(100_000), true],
  ])('%s: %s', (_, text, expected) => {
    expect(new Anonymizer(compiled).isSlow(Buffer.from(text))).toBe(expected);
  });
});
