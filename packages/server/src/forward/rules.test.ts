import { sessionRow } from '@rtcstats-server/testing/session-row';
import { describe, expect, it } from 'vitest';
import type { SessionRow } from '../catalog/sessions.ts';
import { ForwardDecision, type ForwardRule } from './rules.ts';

async function* dump(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('RTCStatsDump\n{"fileFormat":3}\n[":userRating",null,{"rating":2},5]\n["close",null,1000,1]\n');
}

function reason(row: Partial<SessionRow>, when: readonly ForwardRule[], sample = 0): Promise<string | undefined> {
  const decision = new ForwardDecision({ sample, when }, (field, text) => [text, `${field}-${text}`]);
  return decision.reason(sessionRow('a', row), dump);
}

describe('a forwarded session', () => {
  it.each<[Partial<SessionRow>, Omit<ForwardRule, 'name'>, boolean]>([
    [{ user: 'user-anna' }, { user: ['bob', 'anna'] }, true],
    [{ user: 'user-carl' }, { user: ['bob', 'anna'] }, false],
    [{ user: null }, { user: ['anna'] }, false],
    [{ conference: 'weekly' }, { conference: ['weekly'] }, true],
    [{}, { origin: ['https://meet.example.com'] }, true],
    [{ origin: null }, { origin: ['https://meet.example.com'] }, false],
    [{ country: 'DE' }, { country: ['DE', 'AT'] }, true],
    [{ country: null }, { country: ['DE'] }, false],
    [{}, { closeCode: [1000] }, true],
    [{}, { closeCode: [1006] }, false],
    // Five minutes and a quarter of a second.
    [{}, { minDuration: 300, maxDuration: 301 }, true],
    [{}, { maxDuration: 300 }, false],
    [{}, { closeCode: [1000], country: ['DE'] }, false],
    [{}, { event: { name: ':userRating', where: [{ path: ['rating'], operator: '<=', operand: 2 }] } }, true],
    [{}, { event: { name: ':userRating', where: [{ path: ['rating'], operator: '<', operand: 2 }] } }, false],
    [{}, { sample: 1 }, true],
    [{}, { sample: 0 }, false],
  ])('a session %j under a rule %j: %s', async (row, rule, goes) => {
    expect(await reason(row, [{ name: 'r', ...rule }])).toBe(goes ? 'rule:r' : undefined);
  });

  it('has the reason of the first rule that matches, unless the token decides', async () => {
    const when = [
      { name: 'no', closeCode: [1] },
      { name: 'first', closeCode: [1000] },
      { name: 'second', sample: 1 },
    ];
    expect(await reason({}, when)).toBe('rule:first');
    expect(await reason({}, when, 1)).toBe('sample');
    expect(await reason({ forward: true }, [])).toBe('token');
    expect(await reason({ forward: false }, when, 1)).toBeUndefined();
  });

  it.each(['quarantined', 'closed', 'recording', 'erased'] as const)('is never a session that is %s', async (state) => {
    expect(await reason({ state, forward: true }, [], 1)).toBeUndefined();
  });

  it('never has a finding, and is always verified', async () => {
    const { receipt } = sessionRow('a');
    expect(await reason({ receipt: { ...receipt, findings: 1 } }, [], 1)).toBeUndefined();
    expect(await reason({ receipt: { ...receipt, verified: false } }, [], 1)).toBeUndefined();
  });

  it('is sampled by conference: all of its sessions or none, about the share that was asked for', async () => {
    const goes = async (conference: string, id: string): Promise<boolean> => {
      const decision = new ForwardDecision({ sample: 0.25, when: [] }, () => []);
      return (await decision.reason(sessionRow(id, { conference }), dump)) !== undefined;
    };
    let gone = 0;
    for (let index = 0; index < 400; index++) {
      const [one, other] = await Promise.all([goes(`c-${index}`, `a-${index}`), goes(`c-${index}`, `b-${index}`)]);
      expect(one).toBe(other);
      if (one) gone++;
    }
    expect(gone).toBeGreaterThan(60);
    expect(gone).toBeLessThan(140);
  });
});
