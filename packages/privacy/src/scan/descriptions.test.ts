import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import { presetPolicy } from '../policy/policy.ts';
import { anonymized, bytesOf, SESSION_KEY } from '../testing/policies.ts';

const COMPILED = compilePolicy(presetPolicy('standard'));

function session(): Anonymizer {
  return new Anonymizer(COMPILED, { sessionKey: SESSION_KEY });
}

function offer(line: string): string {
  return JSON.stringify([8, 'PC_0', { type: 'offer', sdp: `v=0\r\ns=-\r\n${line}\r\na=mid:0\r\n` }, 1]);
}

/** Whether nothing in the line has to be inspected. */
function isClosed(line: string): boolean {
  const bytes = bytesOf(line);
  const { end, to, open } = COMPILED.scanner.scan(bytes, 0, bytes.length);
  return end === to && open.length === 0;
}

/** Anonymizes messages one after the other; on the slow path because of a leading space. */
function both(...lines: string[]): [fast: (string | null)[], slow: (string | null)[]] {
  const [fast, slow] = [session(), session()];
  return [lines.map((line) => anonymized(line, fast)), lines.map((line) => anonymized(` ${line}`, slow)!.slice(1))];
}

describe('a CNAME', () => {
  it.each(['JeTvU+387O4ZOVCl', '/bQ+xk1/2mPzT9fe', 'Zq8w7y6vuC+', 'd2d6dd9e-5fd0-4e6a-8fd6-0123456789ab'])(
    'as browsers write it is not inspected: %s',
    (name) => expect(isClosed(offer(`a=ssrc:584335598 cname:${name}`))).toBe(true),
  );

  it.each(['//relay.example/anna', 'a+1+udp+2', '+491701234567', 'anna@example.org', 'anna.keller'])(
    'of any other form is inspected: %s',
    (name) => expect(isClosed(offer(`a=ssrc:584335598 cname:${name}`))).toBe(false),
  );

  it('comes out the same on both paths', () => {
    const sign = fc.constantFrom(...'ABCdef019+/_', '+', '/', '+49', '+1+udp+1', '//');
    fc.assert(
      fc.property(fc.array(sign, { minLength: 1, maxLength: 16 }), (signs) => {
        const [fast, slow] = both(offer(`a=ssrc:584335598 cname:${signs.join('')}`));
        expect(fast).toEqual(slow);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a label', () => {
  const LABEL = 'Studio_Cam_7';
  const track = (...parts: string[]): string => JSON.stringify([30, 'PC_0', ['video', ...parts], '1-0', 1]);

  it('that was remembered is replaced on the fast path', () => {
    const lines = [track('0a1b', LABEL, '5e6f'), track('0a1b', LABEL, '5e6f')];
    const [fast, slow] = both(...lines);
    expect(fast).toEqual(slow);
    expect(fast.join()).not.toContain(LABEL);
  });

  it('is replaced in the closed part of a line, even of the same one', () => {
    const [fast, slow] = both(track('0a1b', LABEL, LABEL), track(LABEL, 'remote video', '5e6f'));
    expect(fast).toEqual(slow);
    expect(fast.join()).not.toContain(LABEL);
  });
});
