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

/** Events and the JSON they are made of, as `JSON.stringify` writes it: without white space. */

/** `method, scope, value`: what an event begins with. */
export function event(name: Expression, value: Expression): Expression {
  const scope = choice(text('null'), quoted(ids()));
  return sequence(name, text(','), scope, text(','), value);
}

/** `[method, scope, value, …ids and states, delta]`, with one end for all of them, which saves most of the states. */
export function line(...events: Expression[]): Expression {
  const identifiers = many(sequence(text(','), jsonString(technical(), roleNumber('text'))));
  return sequence(text('['), choice(...events), identifiers, text(','), number(), text(']'));
}

/** A method as it goes over the wire: the number that the protocol gives it, or its name. */
export function method(name: string): Expression {
  return text(JSON.stringify(methodCode(name)));
}

/** A secret or a person may be a number: then the event rewriter has to look at it. */
export function scalar(role: Role): Expression {
  const literals = choice(text('null'), text('true'), text('false'));
  const mayBeNumber = role !== 'secret' && role !== 'person' && role !== 'phone';
  return choice(...(mayBeNumber ? [number()] : []), literals, stringOf(role));
}

/** Free texts may be technical words; where the place says that an address or the like is meant, no word is harmless. */
function stringOf(role: Role): Expression {
  switch (role) {
    case 'sdp':
      return linesString(descriptionLine(), roleNumber(role));
    case 'candidate':
      return jsonString(candidate(), roleNumber(role));
    case 'text':
    case 'version':
    case 'deviceKind':
      return jsonString(technical(), roleNumber(role));
    default:
      return openString(role);
  }
}

/** A string that is looked at whatever it is. */
export function openString(role: Role): Expression {
  return jsonString(nothing, roleNumber(role));
}

/** The number that the scanner hands out for a role. */
export function roleNumber(role: Role): number {
  return ROLES.indexOf(role);
}

export function quoted(content: Expression): Expression {
  return sequence(text('"'), content, text('"'));
}

/** Any number of what `one` is, each a key and its value. */
export function object(one: Expression): Expression {
  return sequence(text('{'), optional(separated(one)), text('}'));
}

/**
 * A key out of `names` and its value: what `value` gives for the role of the names. Names of the same role share it, which saves most of the
 * states.
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

/** The member `name`. */
export function member(name: string, value: Expression): Expression {
  return sequence(text(`"${name}":`), value);
}

/** Any number of `element`. */
export function list(element: Expression): Expression {
  return sequence(text('['), optional(separated(element)), text(']'));
}

function separated(item: Expression): Expression {
  return sequence(item, many(sequence(text(','), item)));
}

/** Numbers by name: those of `names`, or by any. */
export function numbers(names?: readonly string[]): Expression {
  const name = names === undefined ? words() : choice(...names.map(text));
  return object(sequence(quoted(name), text(':'), number()));
}
