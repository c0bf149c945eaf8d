import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { verifyText } from './verifier.ts';

const STANDARD = presetPolicy('standard');

function findings(method: string, value: unknown): readonly { readonly excerpt: string }[] {
  return verifyText(`${JSON.stringify([method, null, value, 1])}\n`, STANDARD).findings;
}

describe('the verifier sees names in events of applications', () => {
  it.each([
    [':log', 'user=petra.vogel room=garden-7 state=joined'],
    [':log', '2026-01-02 joining {user: "Petra", room: "garden"} (3 ms)'],
    [':log', "participants: ['Petra V', 'Ole H'] state=stable"],
    [':log', 'displayName: Petra Vogel, state: connected'],
    [':log', "kicked participant 'Ole Hansen' from room"],
    [':log', 'Participant Ole Hansen left the room'],
    [':log', '{"user":{"name":"Petra Vogel","id":"pet'],
    [':log', String.raw`send "{\"from\":\"petra\",\"type\":\"answer\"}"`],
    [':http', 'room=garden&user=petra&codec=VP8'],
    [':batch', '{"userId":"petra","bitrate":300}\n{"userId":"ole","bitrate":200}'],
    [':ws', '42["join","petra.vogel"]'],
    ['user-connected', 'petra-vogel'],
    ['join', ['petra.vogel']],
    [':x', { usersById: { petra42: { muted: true } } }],
    [':x', { referringPhysician: 'Hansen' }],
    [':x', { dialedName: 'Petra' }],
    [':x', { activespeaker: { peerid: 'petra' } }],
    [':x', { participant: [{ actor: { reference: 'Patient/vogel-p' } }] }],
    [':x', { route: '/akte/vogel' }],
    [':x', { screen: { title: 'Salaries.xlsx' } }],
  ])('%s %j', (method, value) => {
    expect(findings(method, value)).not.toEqual([]);
  });

  it.each([
    [':log', 'ICE state changed: from=checking to=connected codec=opus user=guest'],
    [':log', 'peer connection closed by remote, participant state: left'],
    [':x', { from: 'checking', to: 'connected', target: 'publisher', owner: 'local', sender: 'video' }],
    [':x', { userAgent: 'Chrome', isHost: 'a b', codecName: 'custom codec', maxParticipants: 'lots of them' }],
    [':x', { participants: { count: 2, networkquality: 'good', joinedAt: 3 } }],
    [':x', { codec: { from: 'somecodec', label: 'somelabel' } }],
    ['join', 'sfu'],
    [':x', { route: '/room/active' }],
  ])('but nothing in %s %j', (method, value) => {
    expect(findings(method, value)).toEqual([]);
  });

  it('and hides all of them in each excerpt', () => {
    const excerpts = findings(':log', 'user=petra.vogel room=garden-7 state=joined').map(({ excerpt }) => excerpt);
    expect(excerpts).toHaveLength(2);
    for (const excerpt of excerpts) expect(excerpt).not.toMatch(/petra|garden/);
  });

  // Quadratic time would take minutes.
  it.each(['user=', 'user:"', 'user: {', "a='", 'x:[', '{', 'participant ', '\\"a\\":\\"', 'A', '42["join","', 'a&b='])(
    'in linear time: %j repeated',
    (part) => {
      expect(findings(':log', part.repeat(1_048_576 / part.length)).length).toBeGreaterThanOrEqual(0);
      expect(findings(':log', part.repeat(250_000 / part.length)).length).toBeGreaterThanOrEqual(0);
    },
    60_000,
  );
});
