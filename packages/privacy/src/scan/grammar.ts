/**
 * Describes, as a regular expression, the lines that make up most of every session: statistics, states, candidates,
 * descriptions. The grammar declares two kinds of content. Closed content (numbers, literals, technical words) cannot
 * be personal under any policy and is accepted as it is. Open content may be personal and is reported to the event
 * rewriter, one string at a time. A line matches only if it is complete and valid JSON of the protocol's shape, so a
 * match needs no further validation. The grammar does not depend on the policy, so it is compiled once per process.
 */

import type { METHOD_CODES } from '@rtcstats-server/dump';
import { STATS_PROPERTIES } from '../model/known-names.ts';
import { type Role, roleAt } from '../model/roles.ts';
import { choice, type Expression, jsonString, sequence, text } from './expression.ts';
import { event, line, members, method, numbers, object, roleNumber, scalar } from './json.ts';
import { setupEvents } from './setup.ts';
import { number, technical } from './words.ts';

/** The grammar of the fast path. All other lines are read by the event rewriter: more slowly, with the same result. */
export function eventLines(): Expression {
  return line(statistics(), ...memberEvents(), simpleEvents(), ...setupEvents());
}

/** `["g", scope, {report: {property: value, …} or null, …, "t": time}, state?, delta]` */
function statistics(): Expression {
  const id = jsonString(technical(), roleNumber('key'));
  const report = choice(text('null'), number(), object(statsProperty()));
  return event(text('"g"'), object(sequence(id, text(':'), report)));
}

/** A known property. The value may be one level of named numbers, such as `qualityLimitationDurations`. */
function statsProperty(): Expression {
  const roleOf = (name: string): Role => roleAt('getStats', [2, '', name]);
  return members(STATS_PROPERTIES, roleOf, (role) => choice(scalar(role), numbers()));
}

/**
 * `[method, scope, {member: scalar, …} or null, id?, delta]` for the events whose members are known. Events with the
 * same members share their states: fewer table rows, which stay in the processor's cache.
 */
function memberEvents(): Expression[] {
  type Group = readonly [methods: readonly [Method, ...Method[]], keys: readonly string[]];
  const groups: readonly Group[] = [
    [
      ['onicecandidate', 'addIceCandidate'],
      ['candidate', 'sdpMid', 'sdpMLineIndex', 'usernameFragment', 'url', 'relayProtocol'],
    ],
    [['onicecandidateerror'], ['address', 'port', 'hostCandidate', 'url', 'errorCode', 'errorText']],
    [
      [
        'createOfferOnSuccess',
        'createAnswerOnSuccess',
        'setLocalDescription',
        'setLocalDescriptionOnSuccess',
        'setRemoteDescription',
      ],
      ['type', 'sdp'],
    ],
  ];
  return groups.map(([methods, keys]) => {
    // In these events the role depends on the member's name only, so any of the methods gives the same roles.
    const value = object(members(keys, (key) => roleAt(methods[0], [2, key])));
    return event(choice(...methods.map(method)), choice(text('null'), value));
  });
}

type Method = keyof typeof METHOD_CODES;

/** `[method, scope, state, error or null, id?, delta]` */
function simpleEvents(): Expression {
  const methods = [
    'createOffer',
    'createOfferOnFailure',
    'createAnswer',
    'createAnswerOnFailure',
    'setLocalDescriptionOnFailure',
    'setRemoteDescriptionOnSuccess',
    'setRemoteDescriptionOnFailure',
    'addIceCandidateOnSuccess',
    'addIceCandidateOnFailure',
    'onsignalingstatechange',
    'oniceconnectionstatechange',
    'onconnectionstatechange',
    'onicegatheringstatechange',
    'onnegotiationneeded',
    'addTrackOnSuccess',
    'addTransceiverOnSuccess',
    'close',
    'restartIce',
    'MediaStreamTrack.stop',
    'MediaStreamTrack.onended',
    'MediaStreamTrack.onmute',
    'MediaStreamTrack.onunmute',
  ] as const satisfies readonly Method[];
  // The value of all these methods has the same role: free text.
  const value = choice(scalar('text'), text('[]'));
  return event(choice(...[...methods, 'MediaStreamTrack.enabled'].map(method)), value);
}
