import { expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { Anonymizer } from './anonymizer.ts';
import { compilePolicy } from './compiled-policy.ts';
import { cleanNames } from './lookup.ts';

const key = { bytes: new Uint8Array(32).fill(3), id: 'e1' };
const policy = presetPolicy('standard');

it('returns the names that the anonymizer writes', () => {
  const anonymizer = new Anonymizer(compilePolicy(policy, key));
  const send = (event: unknown): string =>
    new TextDecoder().decode(anonymizer.message(new TextEncoder().encode(JSON.stringify(event)))!);
  const identity = send(['identity', null, { user: 'anna@example.com', conference: 'standup', session: 's' }, 1]);
  for (const [subject, text] of [
    ['user', 'anna@example.com'],
    ['conference', 'standup'],
    ['session', 's'],
  ] as const) {
    expect(identity).toContain(`"${subject}":"${cleanNames(subject, text, policy, key)[0]}"`);
  }
  const labels = cleanNames('device', "Anna's AirPods", policy, key);
  for (const kind of ['audio', 'video', 'audiooutput']) {
    const label = JSON.parse(send(['addTrack', null, [kind, 'id', "Anna's AirPods"], 1]))[2][2];
    expect(labels).toContain(label);
  }
});

it('returns the name itself when the policy keeps it', () => {
  const uuid = '6b1f0d1c-52b0-4a4f-9f0e-1f6f2c0a7a55';
  expect(cleanNames('user', uuid, policy, key)).toEqual([uuid]);
  expect(cleanNames('user', 'anna', presetPolicy('compatible'), key)).toEqual(['anna']);
});
