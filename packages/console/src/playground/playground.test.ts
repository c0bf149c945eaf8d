import { parsePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { expect, it } from 'vitest';
import { anonymize } from './anonymize.ts';
import { EXAMPLE } from './examples.ts';
import { ownSettings, settingsOf, withMethod, yamlOf } from './settings.ts';
import { compareTexts, shortened } from './text-diff.ts';

const key = { bytes: new Uint8Array(32), id: 'test' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('anonymizes events under a preset, counts the replaced values and verifies the result', async () => {
  const outcome = await anonymize(bytes(EXAMPLE), { preset: 'standard' }, key);
  expect(outcome).toMatchObject({ lines: 7, changed: 6, dropped: {}, verdict: { clean: true } });
  // Five addresses, and the foundations of two candidates.
  expect(outcome.redactions).toMatchObject({ ipAddresses: 7, deviceNames: 2, credentials: 1 });
  expect(outcome.shown[2]!.after).toContain('203.0.113.x');
});

it('keeps the classes that the policy keeps, which the verifier does not report', async () => {
  const kept = withMethod({ preset: 'standard', methods: {} }, 'ipAddresses', 'keep');
  const { redactions, verdict } = await anonymize(bytes(EXAMPLE), settingsOf(kept), key);
  expect(redactions.ipAddresses).toBeUndefined();
  expect(verdict.clean).toBe(true);
});

it('marks dropped lines', async () => {
  const { shown, dropped } = await anonymize(bytes('[":a",null,1,1]\nnonsense'), { preset: 'standard' }, key);
  expect(shown).toEqual([{ number: 2, before: 'nonsense', after: null }]);
  expect(dropped).toEqual({ notJson: 1 });
});

it('reads complete dumps, and webrtc-internals dumps on one line or many', async () => {
  const dump = `RTCStatsDump\n{"fileFormat":3,"remoteAddresses":["203.0.113.77"]}\n[":a",null,"203.0.113.77",1]\n`;
  const outcome = await anonymize(bytes(dump), { preset: 'standard' }, key);
  expect(outcome.shown.map(({ number }) => number)).toEqual([2, 3]);
  const internals = JSON.stringify({
    getUserMedia: [],
    PeerConnections: { '1-1': { url: 'https://meet.example.com/room/anna' } },
  });
  const { shown } = await anonymize(bytes(internals), { preset: 'strict' }, key);
  expect(shown).toHaveLength(1);
  expect(shown[0]!.before).toContain('/room/anna');
  expect(shown[0]!.after).not.toContain('anna');
});

it('writes only the settings that differ from the preset', () => {
  const choice = withMethod({ preset: 'strict', methods: {} }, 'userAgent', 'keep');
  expect(yamlOf(settingsOf(choice))).toBe('privacy:\n  preset: strict\n  userAgent: keep\n');
  expect(withMethod(choice, 'userAgent', 'truncate').methods).toEqual({});
  expect(parsePolicy(settingsOf(choice)).classes.userAgent).toBe('keep');
  expect(ownSettings(presetPolicy('compatible'))).toEqual({ preset: 'compatible' });
  expect(ownSettings(parsePolicy(settingsOf(choice)))).toEqual({ preset: 'strict', userAgent: 'keep' });
});

const marked = (parts: readonly { text: string; changed: boolean }[]): string =>
  parts.map(({ text, changed }) => (changed ? `<${text}>` : text)).join('');

it.each([
  ['raddr 203.0.113.77 rport', 'raddr 203.0.113.x rport', 'raddr 203.0.113.<77> rport', 'raddr 203.0.113.<x> rport'],
  ['"anna@example.org"', '"[email]"', '"<anna@example.org>"', '"<[email]>"'],
  ['same', 'same', 'same', 'same'],
])('marks in %j what became %j', (before, after, markedBefore, markedAfter) => {
  const parts = compareTexts(before, after);
  expect([marked(parts.before), marked(parts.after)]).toEqual([markedBefore, markedAfter]);
});

it('shortens unchanged text that is far from a change', () => {
  const { before } = compareTexts(
    `${'a '.repeat(300)}secret${' b'.repeat(300)}`,
    `${'a '.repeat(300)}x${' b'.repeat(300)}`,
  );
  const short = marked(shortened(before));
  expect(short).toMatch(/^….*<secret>.*…$/);
  expect(short.length).toBeLessThan(130);
});
