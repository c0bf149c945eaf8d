import type { DumpEvent } from '@rtcstats-server/dump';
import { describe, expect, it } from 'vitest';
import { Analysis } from '../analysis.ts';

function observed(
  events: readonly (readonly [method: string, value: unknown, seconds: number])[],
  iceServers: readonly unknown[],
): string[] {
  const analysis = new Analysis();
  const all = [['create', { iceServers }, 0] as const, ...events];
  for (const [method, value, seconds] of all) {
    const time = 1_700_000_000_000 + seconds * 1000;
    const event: DumpEvent = { method, methodCode: method, scope: 'PC_0', value, extra: [], delta: 0, time, line: 1 };
    analysis.add(event);
  }
  return analysis.result().observations.map(({ name }) => name);
}

const TURN = [{ urls: 'turn:turn.example.com', username: 'u' }];
const gathering = ['onicegatheringstatechange', 'gathering', 0.5] as const;
const complete = ['onicegatheringstatechange', 'complete', 2] as const;
const relay = ['onicecandidate', { candidate: 'candidate:1 1 udp 1 192.0.2.1 5000 typ relay' }, 1] as const;
const refused = ['onicecandidateerror', { url: 'turn:turn.example.com', errorCode: 401 }, 1] as const;
const connected = ['oniceconnectionstatechange', 'connected', 3] as const;
const failed = ['oniceconnectionstatechange', 'failed', 16] as const;

describe('a TURN server that does not answer', () => {
  it('is reported although the browser has not given it up when ICE fails', () => {
    expect(observed([gathering, failed], TURN)).toEqual(['turn-unreachable', 'ice-failed']);
  });

  it.each([
    ['no TURN server', [gathering, failed], [{ urls: 'stun:stun.example.com' }]],
    ['a candidate of the server', [gathering, relay, failed], TURN],
    ['a refusal', [gathering, refused, failed], TURN],
    ['gathering that was complete before', [gathering, complete, failed], TURN],
    ['a connection that worked before', [gathering, connected, failed], TURN],
    ['a call that goes on', [gathering], TURN],
  ] as const)('is not concluded from %s', (_, events, servers) => {
    expect(observed(events, servers)).not.toContain('turn-unreachable');
  });
});
