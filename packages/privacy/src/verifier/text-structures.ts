import type { Detector, Hit, Place } from './detector.ts';
import { namesInMessage } from './message-names.ts';
import { isNeutral } from './neutral.ts';
import { isPersonArgument } from './parties.ts';
import { isFullName, personalKind } from './personal-names.ts';
import { isTechnicalTerm } from './technical-terms.ts';
import { fieldsOf, type TextField } from './text-fields.ts';

/** Classes whose values have no form of their own, so that only the name before them tells. */
const CLASSES: ReadonlySet<string> = new Set(['identifiers', 'deviceNames']);
/** The frames of socket.io name an event first: `42["join","anna"]`. */
const FRAME = /^\d{1,4}(?:-|\/[\w/.-]{1,64},)?\d{0,10}\["([\w:.-]{1,64})"(?:,"([^"\\]{1,64})")?/;
/** Names after which a log message has a person or a room instead of anything else: `user=anna`. */
const LOGGED =
  /^(?:user|peer|participant|member|room|meeting|conference|user_?id|user_?name|room_?(?:id|name)|display_?name)$/i;

/**
 * Personal values in a text of an application event, by the names before them: fields of forms, log lines and object
 * literals, and frames of socket.io. `judgesOf` returns the detectors that judge values of a name.
 */
export function findInStructure(
  text: string,
  place: Place,
  judgesOf: (name: string) => readonly Detector[],
): readonly (readonly [Detector, Hit])[] {
  const found: (readonly [Detector, Hit])[] = [];
  const frame = FRAME.exec(text);
  const event = frame?.[1] ?? place.event;
  if (frame?.[2] !== undefined && !isNeutral(frame[2]) && isPersonArgument(frame[1]!, frame[2])) {
    const judge = judgesOf('').find((detector) => detector.class === 'identifiers');
    const end = frame[0].length - 1;
    if (judge !== undefined) found.push([judge, { start: end - frame[2].length, end }]);
  }
  const names = judgesOf('user').find((detector) => detector.class === 'identifiers');
  if (names !== undefined) for (const hit of namesInMessage(text)) found.push([names, hit]);
  for (const field of fieldsOf(text)) {
    if (!mayJudge(field)) continue;
    // The fields of a frame are of its event, and not of the property that holds the frame.
    const own = new FieldPlace(field, place, event, frame === null ? place.name : undefined);
    const judge = judgesOf(field.name).find(
      (detector) => CLASSES.has(detector.class) && detector.judge!(field.value, own),
    );
    if (judge !== undefined) found.push([judge, { start: field.start, end: field.end }]);
  }
  return found;
}

/** Outside of quotes and braces, a word before a sign may mean anything. */
function mayJudge({ name, value, form }: TextField): boolean {
  if (form === 'quoted') return !isTechnicalTerm(value);
  if (form === 'assigned') return LOGGED.test(name) && !isTechnicalTerm(value);
  return personalKind(name, undefined) === 'person' && isFullName(value) && !isTechnicalTerm(value);
}

/** The place of a field: below the place of its text. */
class FieldPlace implements Place {
  readonly kind = 'value';
  readonly isApplication = true;
  readonly index = -1;
  readonly isNested = true;
  readonly first = undefined;
  readonly name: string;
  readonly holder: string | undefined;
  readonly event: string | undefined;
  readonly #text: Place;

  constructor({ name, holder }: TextField, text: Place, event: string | undefined, outer: string | undefined) {
    this.name = name;
    this.holder = holder ?? outer;
    this.event = event;
    this.#text = text;
  }

  get element(): number {
    return this.#text.element;
  }

  get depth(): number {
    return this.#text.depth + 1;
  }

  within(name: string): boolean {
    return this.#text.within(name);
  }
}
