import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conferenceCalls } from './conference.ts';
import type { ConferenceSession, Side } from './contract.ts';

const START = 1_795_800_000_000;
const FINE: Side = { connections: 1, affected: 0, severity: null, intervals: [] };
const BAD: Side = { connections: 1, affected: 1, severity: 'high', intervals: [[START + 60_000, START + 90_000]] };

function session(name: string, changes: Partial<ConferenceSession> = {}): ConferenceSession {
  return {
    id: `id-${name}`,
    user: name,
    start: START,
    end: START + 600_000,
    uncertainty: 1000,
    browser: null,
    relays: [],
    receiving: FINE,
    sending: FINE,
    problems: new Map(),
    ...changes,
  };
}

const others = (count: number, changes: Partial<ConferenceSession> = {}): ConferenceSession[] =>
  Array.from({ length: count }, (_, index) => session(`other-${index}`, changes));

const found = (sessions: readonly ConferenceSession[]) =>
  conferenceCalls(sessions).flatMap(({ observations }) =>
    observations.map(({ name, scope }) => [name, scope.participant ?? scope.relay ?? scope.browser]),
  );

describe('the attribution of a call', () => {
  it('blames the downlink of the only one who receives badly', () => {
    const [call] = conferenceCalls([session('alice', { receiving: BAD }), ...others(3)]);
    expect(call!.observations).toEqual([
      {
        name: 'participant-downlink',
        severity: 'high',
        category: 'network',
        scope: { type: 'conference', participant: 'alice' },
        direction: 'in',
        from: START + 60_000,
        to: START + 90_000,
        intervals: [[START + 60_000, START + 90_000]],
        evidence: {
          participants: 4,
          connections: 1,
          affectedConnections: 1,
          others: 3,
          othersAffected: 0,
          clockUncertaintyMs: 1000,
        },
      },
    ]);
  });

  it('blames the uplink of a sender, not the downlinks of those who receive it', () => {
    const [call] = conferenceCalls([session('alice', { sending: BAD }), ...others(3, { receiving: BAD })]);
    expect(call!.observations).toMatchObject([
      { name: 'participant-uplink', scope: { participant: 'alice' }, evidence: { receivers: 3, receiversAffected: 3 } },
    ]);
    expect(call!.notJudged).toContainEqual({
      what: 'participant-downlink',
      why: '3 of 4 participants received badly, so the cause is a common one, such as the server, or a sender',
    });
  });

  it('counts receivers that were affected at another time as not affected, within the uncertainty of the clocks', () => {
    const later = (by: number): Side => ({ ...BAD, intervals: [[START + 90_000 + by, START + 95_000 + by]] });
    const affected = (by: number) =>
      conferenceCalls([session('alice', { sending: BAD }), ...others(3, { receiving: later(by) })])[0]!.observations[0]!
        .evidence['receiversAffected'];
    expect([affected(2000), affected(2001)]).toEqual([3, 0]);
  });

  it('blames nobody for one bad path of a mesh call', () => {
    const half: Side = { ...BAD, connections: 2 };
    const call = [session('alice', { receiving: half }), session('bob', { sending: half }), session('carol')];
    expect(found(call)).toEqual([]);
    expect(conferenceCalls(call)[0]!.notJudged.map(({ why }) => why)).toContain(
      'on some connections only: 1 of 3 participants; the fault can be on either end',
    );
  });

  it('finds the bad uplink of a mesh call', () => {
    const sending: Side = { ...BAD, connections: 2, affected: 2 };
    const receiving: Side = { ...BAD, connections: 2 };
    const call = [session('alice', { sending }), session('bob', { receiving }), session('carol', { receiving })];
    expect(found(call)).toEqual([['participant-uplink', 'alice']]);
  });

  it('blames nobody if everybody receives badly', () => {
    expect(found(others(5, { receiving: BAD }))).toEqual([]);
  });

  it.each([0, 1])('says that a participant and %i others are not enough', (count) => {
    const [call] = conferenceCalls([session('alice', { receiving: BAD, sending: BAD }), ...others(count)]);
    expect(call!.observations).toEqual([]);
    expect(call!.notJudged.map(({ what }) => what)).toEqual([
      'participant-downlink',
      'participant-uplink',
      'shared-relay',
      'shared-browser',
    ]);
  });

  it('says so if nothing was measured', () => {
    const none = { ...FINE, connections: 0 };
    const [call] = conferenceCalls(others(5, { receiving: none, sending: none }));
    expect(call!.notJudged[0]!.why).toBe('0 participants received media that was measured; 3 are needed');
  });

  it('joins the sessions of a user', () => {
    const twice = [session('alice', { receiving: BAD }), session('alice', { id: 'again', receiving: BAD })];
    const [call] = conferenceCalls([...twice, ...others(2)]);
    expect(call).toMatchObject({ participants: 3, observations: [{ scope: { participant: 'alice' } }] });
  });

  it('judges each use of a room by itself', () => {
    const day = 86_400_000;
    const tomorrow = { start: START + day, end: START + day + 1000, receiving: FINE };
    const calls = conferenceCalls([
      session('alice', { receiving: BAD }),
      ...others(3),
      ...['a', 'b', 'c'].map((id) => session(id, tomorrow)),
    ]);
    expect(calls.map(({ participants, observations }) => [participants, observations.length])).toEqual([
      [4, 1],
      [3, 0],
    ]);
  });
});

describe('the attribution to what participants share', () => {
  const problems = new Map([['packet-loss', 'high']] as const);

  it('blames the TURN server behind which everybody suffers, and none of its users', () => {
    const members = ['a', 'b', 'c'].map((name) =>
      session(name, { relays: ['turn:one:3478'], receiving: BAD, sending: BAD, problems }),
    );
    const [call] = conferenceCalls([...members, ...others(5, { relays: ['turn:two:3478'] })]);
    expect(call!.observations).toMatchObject([
      {
        name: 'shared-relay',
        scope: { type: 'conference', relay: 'turn:one:3478' },
        evidence: { problem: 'packet-loss', participants: 8, members: 3, affected: 3, others: 5, othersAffected: 0 },
      },
    ]);
  });

  it('finds the bad downlink of a participant outside of a group with a cause of its own', () => {
    const relays = ['turn:one:3478'];
    const members = ['a', 'b', 'c', 'd'].map((name) => session(name, { relays, receiving: BAD, problems }));
    expect(found([...members, session('alice', { receiving: BAD }), ...others(3)])).toEqual([
      ['participant-downlink', 'alice'],
      ['shared-relay', 'turn:one:3478'],
    ]);
  });

  it('blames the version of a browser, whatever the problem is', () => {
    const freeze = new Map([['video-freeze', 'medium']] as const);
    const members = ['a', 'b', 'c'].map((name) => session(name, { browser: 'Firefox 153', problems: freeze }));
    expect(found([...members, ...others(3, { browser: 'Chrome 156' })])).toEqual([['shared-browser', 'Firefox 153']]);
  });

  it('does not blame a group if others have the problem too, or if there are too few others', () => {
    const group = (name: string) => session(name, { browser: 'Firefox 153', problems });
    const members = ['a', 'b', 'c'].map(group);
    expect(found([...members, ...others(3, { problems })])).toEqual([]);
    expect(found([...members, ...others(2)])).toEqual([]);
    expect(found([...members.slice(1), ...others(5)])).toEqual([]);
  });
});

describe('any conference', () => {
  const side = fc
    .record({ connections: fc.integer({ min: 0, max: 3 }), share: fc.constantFrom(0, 0.5, 1), at: fc.nat(500_000) })
    .map(({ connections, share, at }): Side => {
      const affected = Math.floor(connections * share);
      if (affected === 0) return { ...FINE, connections };
      return { connections, affected, severity: 'medium', intervals: [[START + at, START + at + 1000]] };
    });
  const sessions = fc
    .array(
      fc.record({
        user: fc.constantFrom(null, 'a', 'b', 'c', 'd', 'e'),
        start: fc.nat(2_000_000).map((time) => START + time),
        browser: fc.constantFrom(null, 'Chrome 156', 'Firefox 153'),
        relays: fc.subarray(['turn:one', 'turn:two']),
        receiving: side,
        sending: side,
        problems: fc
          .subarray(['packet-loss', 'video-freeze'])
          .map((names) => new Map(names.map((name) => [name, 'high' as const]))),
      }),
      { maxLength: 30 },
    )
    .map((all) => all.map((one, index) => session('', { ...one, id: `s${index}`, end: one.start + 300_000 })));
  const shuffled = sessions.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  );

  it('has the same result in any order, and each session in one call', () => {
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        const calls = conferenceCalls(all);
        expect(conferenceCalls(other)).toEqual(calls);
        expect(calls.flatMap((call) => call.sessions).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      }),
    );
  });

  it('blames at most half of the participants for their own network', () => {
    fc.assert(
      fc.property(sessions, (all) => {
        for (const { observations, participants } of conferenceCalls(all)) {
          for (const what of ['participant-downlink', 'participant-uplink']) {
            const blamed = observations.filter(({ name }) => name === what);
            expect(blamed.length).toBeLessThanOrEqual(participants / 2 + 1);
          }
        }
      }),
    );
  });
});
