import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { CleanLines } from './clean-lines.ts';
import { verifyText } from './verifier.ts';

it('keeps a line from the second dump on that has it', () => {
  const lines = new CleanLines();
  lines.add('a=rtpmap:111 opus/48000/2');
  expect(lines.has('a=rtpmap:111 opus/48000/2')).toBe(false);
  lines.add('a=rtpmap:111 opus/48000/2');
  expect(lines.has('a=rtpmap:111 opus/48000/2')).toBe(true);
  expect(lines.has('a=rtpmap:111 opus/48000')).toBe(false);
});

describe('a text that is clean in one place', () => {
  const policy = presetPolicy('standard');
  const findings = (event: unknown): number => verifyText(`${JSON.stringify(event)}\n`, policy).total;
  const isFoundElsewhere = (clean: unknown, leak: unknown): void => {
    for (let dump = 0; dump < 3; dump++) expect(findings(clean)).toBe(0);
    expect(findings(leak)).toBeGreaterThan(0);
  };

  it('is found as an address where it is not a version', () => {
    isFoundElsewhere([':log', null, { version: '100.1.2.3' }, 1], [':log', null, { text: '100.1.2.3' }, 1]);
  });

  it('is found as an address where it is not behind the word', () => {
    const text = 'version":"100.1.2.3';
    for (let dump = 0; dump < 3; dump++) verifyText(`{"${text}\n`, policy);
    expect(findings([':log', null, { text: '100.1.2.3' }, 1])).toBeGreaterThan(0);
  });

  it('is found as a page where it is not the name of a protocol', () => {
    const url = 'https://meet.example.com/anna/room';
    isFoundElsewhere([35, 'PC_0', ['channel-0123456789', { protocol: url }], 1], [':log', null, { text: url }, 1]);
  });
});
