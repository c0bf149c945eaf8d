import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import { DumpAnonymizer } from '../anonymizer/dump-anonymizer.ts';
import { PRESETS, type Preset, presetPolicy } from '../policy/policy.ts';
import { textOf } from '../testing/policies.ts';
import { readingsOf } from '../testing/readings.ts';
import { verifyText } from '../verifier/verifier.ts';
import { anonymizeInternals } from './internals-anonymizer.ts';

const FOLDER = new URL('../../../../test/recordings/', import.meta.url);
const secrets = (
  JSON.parse(read('private.json').toString('utf8')) as Record<string, Record<string, string | string[]>>
)['chromium-loopback']!;
/** Removed by every preset. */
const REMOVED = ['token', 'cookie', 'client_addresses', 'ice_passwords'];
/** Replaced by every preset except `compatible`. Names of servers may stay. */
const PSEUDONYMIZED = ['room', 'people', 'emails', 'phones', 'device_labels', 'device_ids', 'data_channel_labels'];

function read(name: string): Buffer {
  return readFileSync(new URL(name, FOLDER));
}

/** `board-meeting-q3-7f4a` is the room; `/room/` is not personal. */
function valuesOf(preset: Preset): readonly string[] {
  const classes = preset === 'compatible' ? REMOVED : [...REMOVED, ...PSEUDONYMIZED];
  return classes.flatMap((name) => secrets[name]!).map((value) => value.replace('/room/', ''));
}

function leftIn(texts: Iterable<string>, values: readonly string[]): readonly string[] {
  const readings = [...texts].map((text) => text.toLowerCase());
  return values.filter((value) => {
    // `chat` also occurs in longer words.
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(value.toLowerCase())}(?![\\p{L}\\p{N}])`, 'u');
    return readings.some((text) => pattern.test(text));
  });
}

/** The structure that must not change: types, keys, numbers and list lengths, including those of nested JSON text. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'string') {
    if (!/^\s*[[{]/.test(value)) return 'string';
    try {
      return { json: shapeOf(JSON.parse(value)) };
    } catch {
      return 'string';
    }
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shapeOf);
  // Chromium writes the numbers that it uses as foundations without quotes; their replacements are texts. What is
  // derived from addresses is added.
  const members = Object.entries(value).filter(([key]) => !/-foundation$|(?:^|-)rtcstats\w+$/.test(key));
  // The preset strict replaces fingerprints, in keys as in values.
  const named = members.map(([key, member], index): [string, unknown] => [
    key.replace(/^CF(?:[0-9A-F]{2}:)+[0-9A-F]{2}/, `CF ${index}`),
    shapeOf(member),
  ]);
  return Object.fromEntries(named);
}

const dumps = {
  'the plain dump': read('chromium-loopback.webrtc_internals_dump.txt'),
  'the compressed dump': gunzipSync(read('chromium-loopback.webrtc_internals_dump.gz')),
};

describe.each(Object.entries(dumps))('of %s of webrtc-internals', (_, bytes) => {
  it.each(PRESETS)('the preset %s leaves no personal data', async (preset) => {
    const policy = presetPolicy(preset);
    const raw = textOf(bytes);
    expect(verifyText(raw, policy).clean).toBe(false);
    expect(leftIn(readingsOf(raw), valuesOf(preset)).length).toBeGreaterThan(4);

    const clean = textOf(await anonymizeInternals(bytes, new Anonymizer(compilePolicy(policy))));
    expect(leftIn(readingsOf(clean), valuesOf(preset))).toEqual([]);
    expect(verifyText(clean, policy).findings).toEqual([]);
    expect(shapeOf(JSON.parse(clean))).toEqual(shapeOf(JSON.parse(raw)));
  });

  it('everything else is byte-identical, including dates', async () => {
    const clean = textOf(await anonymizeInternals(bytes, new Anonymizer(compilePolicy(presetPolicy('standard')))));
    const before = textOf(bytes).split('\n');
    const after = clean.split('\n');
    expect(after).toHaveLength(before.length);
    const changed = before.filter((line, index) => line !== after[index]);
    expect(changed.length).toBeLessThan(before.length / 20);
    expect(changed.filter((line) => /startTime|endTime|imestamp|pid|CF[0-9A-F]{2}:/.test(line))).toEqual([]);
  });
});

describe("of Chromium's own rtcstats dump", () => {
  const bytes = gunzipSync(read('chromium-loopback.rtcstats_dump.gz'));

  it.each(PRESETS)('the preset %s leaves no personal data, not even the page in `create`', (preset) => {
    const policy = presetPolicy(preset);
    const raw = textOf(bytes);
    expect(verifyText(raw, policy).clean).toBe(false);
    const dump = new DumpAnonymizer(new Anonymizer(compilePolicy(policy)));
    const clean = [...dump.push(bytes), ...dump.end()].map(textOf).join('');
    const readings = clean
      .trimEnd()
      .split('\n')
      .slice(1)
      .flatMap((line) => [...readingsOf(line)]);
    expect(leftIn(readings, valuesOf(preset))).toEqual([]);
    expect(verifyText(clean, policy).findings).toEqual([]);
    expect(clean.trimEnd().split('\n')).toHaveLength(raw.trimEnd().split('\n').length);
  });
});
