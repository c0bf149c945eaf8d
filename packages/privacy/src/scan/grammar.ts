import type { METHOD_CODES } from '@rtcstats-server/dump';
import { STATS_PROPERTIES } from '../model/known-names.ts';
import { type Role, roleAt } from '../model/roles.ts';
import { choice, type Expression, jsonString, sequence, text } from './expression.ts';
import { event, line, members, method, numbers, object, roleNumber, scalar } from './json.ts';
import { setupEvents } from './setup.ts';
import { number, technical } from './words.ts';

/**
 * The lines that make up most of every session, as a regular language: statistics, states, candidates, descriptions. What the
 * language leaves closed (numbers, literals, technical words) cannot hold anything personal, whatever the policy; strings that may are open,
 * and are looked at one by one. A line belongs to the language only when it is complete, valid JSON of the protocol's shape, so that a match is
 * all the checking it needs. Every other line is read by the event rewriter: slower, with the same result.
 */
export function eventLines(): Expression {
  return line(statistics(), ...memberEvents(), simpleEvents(), ...setupEvents());
}

/** `["g", scope, {report: {property: value, …} or null, …, "t": time}, state?, delta]` */
function statistics(): Expression {
  const id = jsonString(technical(), roleNumber('key'));
  const report = choice(text('null'), number(), object(statsProperty()));
  return event(text('"g"'), object(sequence(id, text(':'), report)));
}

/** A known property. Its value may be one level of named numbers, such as `qualityLimitationDurations`. */
function statsProperty(): Expression {
  const roleOf = (name: string): Role => roleAt('getStats', [2, '', name]);
  return members(STATS_PROPERTIES, roleOf, (role) => choice(scalar(role), numbers()));
}

/**
 * `[method, scope, {member: scalar, …} or null, id?, delta]` for the events whose members are known. Events of the same members share their states:
 * an offer is read as the answer is, and what that needs is in the processor's cache already.
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
    // Their roles are by name, whichever of them it is.
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
  // Their value has one role, whatever the method: a free text.
  const value = choice(scalar('text'), text('[]'));
  return event(choice(...[...methods, 'MediaStreamTrack.enabled'].map(method)), value);
}
