import { expect, it } from 'vitest';
import type { Candidate, CandidatePair } from './ice.ts';
import { iceSetup } from './ice-setup.ts';

const event = (method: string, value: unknown, line = 1) => ({
  method,
  scope: 'PC_0',
  value,
  extra: [],
  time: 0,
  line,
});
const pair = (local: Partial<Candidate>, remoteType: string, selected: boolean): CandidatePair =>
  ({
    local: { type: 'host', protocol: 'udp', ...local },
    remote: { type: remoteType },
    selected,
    nominated: selected,
    bytesSent: 1,
  }) as CandidatePair;
const TURN = { iceServers: [{ urls: ['stun:s.example', 'turn:t.example'] }], iceTransportPolicy: 'relay' };
const ERROR = { errorCode: 701, errorText: 'TURN allocate request timed out.', url: 'turn:t.example' };

it.each([
  [[], [pair({}, 'srflx', true)], 'Connected directly over UDP (host to srflx).'],
  [[], [pair({ type: 'relay', relayProtocol: 'tls' }, 'host', true)], 'Connected through a TURN server over TLS.'],
  [[], [pair({}, 'relay', true)], 'Connected through the TURN server of the remote peer, over UDP.'],
  [
    [event('oniceconnectionstatechange', 'failed')],
    [pair({}, 'host', true)],
    'Connected directly over UDP (host to host), but failed in the end.',
  ],
  [
    [event('create', TURN), event('onicecandidateerror', ERROR), event('onicecandidateerror', ERROR)],
    [],
    'Not connected: only relayed candidates were allowed, and no TURN server gave one; 2 errors of ICE servers, most often 701 (TURN allocate request timed out.).',
  ],
  [
    [],
    [pair({}, 'host', false)],
    'Not connected: none of 1 candidate pairs was selected, and no TURN server was configured as a way around.',
  ],
  [[event('oniceconnectionstatechange', 'checking')], [], 'No candidate pair was checked (last ICE state: checking).'],
])('concludes from %j and %j', (events, pairs, conclusion) => {
  expect(iceSetup(events, 'PC_0', pairs).conclusion).toBe(conclusion);
});

it('lists servers, policy and errors', () => {
  const events = [event('create', TURN), event('onicecandidateerror', ERROR, 3), event('onicecandidateerror', null, 4)];
  expect(iceSetup(events, 'PC_0', [])).toMatchObject({
    servers: ['stun:s.example', 'turn:t.example'],
    transportPolicy: 'relay',
    errors: [
      { code: '701', url: 'turn:t.example', count: 1, line: 3 },
      { code: 'unknown', text: '', count: 1, line: 4 },
    ],
  });
});
