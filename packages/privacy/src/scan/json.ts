import { methodCode } from '@rtcstats-server/dump';
import { ROLES, type Role } from '../model/roles.ts';
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

/** The JSON building blocks of events as `JSON.stringify` writes them: without white space. */

/** `method, scope, value`: the beginning of an event. */
export function event(name: Expression, value: Expression): Expression {
  const scope = choice(text('null'), quoted(ids()));
  return sequence(name, text(','), scope, text(','), value);
}

/** `[method, scope, value, …ids and states, delta]`. All events share the same end, which saves most of the states. */
export function line(...events: Expression[]): Expression {
  const identifiers = many(sequence(text(','), jsonString(technical(), roleNumber('text'))));
  return sequence(text('['), choice(...events), identifiers, text(','), number(), text(']'));
}

/** A method as it is sent: its number in the protocol, or else its name. */
export function method(name: string): Expression {
  return text(JSON.stringify(methodCode(name)));
}

/**
 * A number, literal or string. Secrets, names of persons and foundations may be numbers, which then are not closed: the
 * event rewriter has to redact them.
 */
export function scalar(role: Role): Expression {
  const literals = choice(text('null'), text('true'), text('false'));
  const mayBeNumber = role !== 'secret' && role !== 'person' && role !== 'phone' && role !== 'foundation';
  return choice(...(mayBeNumber ? [number()] : []), literals, stringOf(role));
}

/**
 * Free text may be a technical word, which is harmless. Where the role says that an address or the like is expected, no
 * string is.
 */
function stringOf(role: Role): Expression {
  switch (role) {
    case 'sdp':
      return linesString(descriptionLine(), roleNumber(role));
    case 'candidate':
      return jsonString(candidate(), roleNumber(role));
    case 'text':
    case 'version':
    case 'deviceKind':
    case 'protocolName':
      return jsonString(technical(), roleNumber(role));
    default:
      return openString(role);
  }
}

/** A string that is always inspected. */
export function openString(role: Role): Expression {
  return jsonString(nothing, roleNumber(role));
}

/** The number by which the scanner reports a role. */
export function roleNumber(role: Role): number {
  return ROLES.indexOf(role);
}

/** `content` between quotes. */
export function quoted(content: Expression): Expression {
  return sequence(text('"'), content, text('"'));
}

/** An object of zero or more members, each matching `one` (a key and its value). */
export function object(one: Expression): Expression {
  return sequence(text('{'), optional(separated(one)), text('}'));
}

/**
 * A key out of `names` and its value, which `value` creates for the role of the key. Names with the same role share one
 * value expression, which saves most of the states.
 */
export function members(
  names: Iterable<string>,
  roleOf: (name: string) => Role,
  value: (role: Role) => Expression = scalar,
): Expression {
  const byRole = new Map<Role, Expression[]>();
  for (const name of names) {
    const role = roleOf(name);
    byRole.set(role, [...(byRole.get(role) ?? []), text(name)]);
  }
  return choice(...[...byRole].map(([role, keys]) => sequence(quoted(choice(...keys)), text(':'), value(role))));
}

/** The member `name` with the given value. */
export function member(name: string, value: Expression): Expression {
  return sequence(text(`"${name}":`), value);
}

/** An array of zero or more elements. */
export function list(element: Expression): Expression {
  return sequence(text('['), optional(separated(element)), text(']'));
}

function separated(item: Expression): Expression {
  return sequence(item, many(sequence(text(','), item)));
}

/** An object of numbers. Without `names`, any word is accepted as a key. */
export function numbers(names?: readonly string[]): Expression {
  const name = names === undefined ? words() : choice(...names.map(text));
  return object(sequence(quoted(name), text(':'), number()));
}
