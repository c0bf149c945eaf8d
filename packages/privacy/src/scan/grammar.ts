import { METHOD_CODES } from '@rtcstats-server/dump';
import { STATS_PROPERTIES } from '../events/known-names.ts';
import { ROLES, type Role, roleAt } from '../events/roles.ts';
import type { PathPart } from '../json/rewrite.ts';
import { candidate, descriptionLine } from './descriptions.ts';
import {
  choice,
  type Expression,
  jsonString,
  linesString,
  many,
  nothing,
  optional,
  sequence,
  text,
} from './expression.ts';
import { ids, number, technical, words } from './words.ts';

/**
 * The lines that make up most of every session, as a regular language: statistics, states, candidates, descriptions. What the
 * language leaves closed (numbers, literals, technical words) cannot hold anything personal, whatever the policy; strings that may are open,
 * and are looked at one by one. A line belongs to the language only when it is complete, valid JSON of the protocol's shape, so that a match is
 * all the checking it needs. Every other line is read by the event rewriter: slower, with the same result.
 */
export function eventLines(): Expression {
  return choice(statistics(), ...memberEvents(), simpleEvents());
}

/** `["g", scope, {report: {property: value, …} or null, …, "t": time}, state?, delta]` */
function statistics(): Expression {
  const id = jsonString(technical(), roleNumber('key'));
  const report = choice(text('null'), number(), object(statsProperty()));
  return event(text('"g"'), sequence(object(sequence(id, text(':'), report)), identifiers()));
}

/** A known property. Its value may be one level of named numbers, such as `qualityLimitationDurations`. */
function statsProperty(): Expression {
  const byRole = new Map<Role, string[]>();
  for (const name of STATS_PROPERTIES) {
    const role = roleAt('getStats', [2, '', name]);
    byRole.set(role, [...(byRole.get(role) ?? []), name]);
  }
  const numbers = object(sequence(quoted(words()), text(':'), number()));
  const members = [...byRole].map(([role, keys]) =>
    sequence(quoted(choice(...keys.map(text))), text(':'), choice(scalar(role), numbers)),
  );
  return choice(...members);
}

/** `[method, scope, {member: scalar, …} or null, id?, delta]` for the events whose members are known. */
function memberEvents(): Expression[] {
  const members = {
    onicecandidate: CANDIDATE_MEMBERS,
    addIceCandidate: CANDIDATE_MEMBERS,
    onicecandidateerror: ['address', 'port', 'hostCandidate', 'url', 'errorCode', 'errorText'],
    createOfferOnSuccess: DESCRIPTION_MEMBERS,
    createAnswerOnSuccess: DESCRIPTION_MEMBERS,
    setLocalDescription: DESCRIPTION_MEMBERS,
    setLocalDescriptionOnSuccess: DESCRIPTION_MEMBERS,
    setRemoteDescription: DESCRIPTION_MEMBERS,
  } as const satisfies Partial<Record<keyof typeof METHOD_CODES, readonly string[]>>;
  return Object.entries(members).map(([method, names]) => {
    const member = choice(...names.map((name) => sequence(text(`"${name}":`), scalarAt(method, [2, name]))));
    const value = choice(text('null'), object(member));
    return event(methodCode(method), sequence(value, identifiers()));
  });
}

const CANDIDATE_MEMBERS = ['candidate', 'sdpMid', 'sdpMLineIndex', 'usernameFragment', 'url', 'relayProtocol'] as const;
const DESCRIPTION_MEMBERS = ['type', 'sdp'] as const;

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
  ] as const satisfies readonly (keyof typeof METHOD_CODES)[];
  // Their value has one role, whatever the method: a free text.
  return event(choice(...methods.map(methodCode)), sequence(scalar('text'), identifiers()));
}

function event(method: Expression, rest: Expression): Expression {
  const scope = choice(text('null'), quoted(ids()));
  return sequence(text('['), method, text(','), scope, text(','), rest, text(','), number(), text(']'));
}

/** Ids and states between the value and the delta. */
function identifiers(): Expression {
  return many(sequence(text(','), jsonString(technical(), roleNumber('text'))));
}

function methodCode(name: string): Expression {
  return text(String(METHOD_CODES[name as keyof typeof METHOD_CODES]));
}

function scalarAt(method: string, path: readonly PathPart[]): Expression {
  return scalar(roleAt(method, path));
}

function scalar(role: Role): Expression {
  return choice(number(), text('null'), text('true'), text('false'), stringOf(role));
}

/** Free texts may be technical words; where the place says that an address or the like is meant, no word is harmless. */
function stringOf(role: Role): Expression {
  const number = roleNumber(role);
  switch (role) {
    case 'sdp':
      return linesString(descriptionLine(), number);
    case 'candidate':
      return jsonString(candidate(), number);
    case 'text':
    case 'version':
    case 'deviceKind':
      return jsonString(technical(), number);
    default:
      return jsonString(nothing, number);
  }
}

function roleNumber(role: Role): number {
  return ROLES.indexOf(role);
}

function quoted(content: Expression): Expression {
  return sequence(text('"'), content, text('"'));
}

function object(member: Expression): Expression {
  return sequence(text('{'), optional(sequence(member, many(sequence(text(','), member)))), text('}'));
}
