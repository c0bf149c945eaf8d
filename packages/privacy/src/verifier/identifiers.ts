import { type Detector, type Hit, NONE, type Place } from './detector.ts';
import { isNeutral, isOpaqueId } from './neutral.ts';
import { isChannel, isKeyOfPerson, isParty, isPersonArgument, mayBeParty } from './parties.ts';
import { isCoordinate, isFullName, mayBePerson, mayBePersonal, personalKind } from './personal-names.ts';
import { isTechnicalTerm } from './technical-terms.ts';
import { isTechnicalValue } from './technical-words.ts';
import { HOME } from './triggers.ts';

const NAME =
  /^(?:user|conference|session|room|meeting|participant|peer|endpoint)_?(?:id|name)?$|^(?:display|full|first|last|given|family|nick)_?name$/i;

/**
 * Home directories on Linux, macOS and Windows, which ignores case. `/api/users/42` is a path of an API: macOS and
 * Windows write a capital letter.
 */
const HOMES = /(?:\/home\/|[/\\]Users[/\\]{1,4}|\b[A-Za-z]:[/\\]{1,4}[Uu][Ss][Ee][Rr][Ss][/\\]{1,4})([^\s/\\:"'<>]+)/g;
/** Directories of nobody, and placeholders of manuals. */
const NOBODY =
  /^(?:public|shared|default|user|username|runner|root|me|you|\.{2,3}|…|\W{1,8}|\$\{?\w{1,32}\}?|%\w{1,32}%|\[.*)$/i;

/**
 * Class `identifiers`: user, conference and session as named by a token or the application, in the metadata, in the
 * event `identity` and in events of the application. With `keepOpaque`, generated ids are allowed, because they name
 * nobody by themselves.
 */
export function identifierDetector(keepOpaque: boolean): Detector {
  return {
    class: 'identifiers',
    triggers: HOME,
    find(text) {
      const hits: Hit[] = [];
      for (const match of text.matchAll(HOMES)) {
        const owner = match[1]!;
        if (isNeutral(owner) || NOBODY.test(owner) || (keepOpaque && isOpaqueId(owner))) continue;
        const end = match.index + match[0].length;
        hits.push({ start: end - owner.length, end });
      }
      return hits.length === 0 ? NONE : hits;
    },
    judges: (name) => name === '' || NAME.test(name) || mayBePersonal(name) || mayBeParty(name),
    judge(text, place) {
      if (place.isApplication) {
        const name = place.name ?? '';
        if (place.kind === 'key') return isKeyOfPerson(name, text) && !isAllowed(text, place.kind);
        if (place.kind === 'value' && isOfParty(place, text)) return !isAllowed(text, place.kind);
        if (place.kind === 'number' && isCoordinate(name, text)) return true;
        if (place.kind === 'value' && mayBePerson(name) && isFullName(text)) return true;
        if (place.kind === 'value' && PARTY.test(name) && !text.includes(' ') && isTechnicalTerm(text)) return false;
        return isOfPerson(place) && !isAllowed(text, place.kind);
      }
      if (place.event !== 'identity' && place.event !== 'metadata') return false;
      if (place.name === undefined || place.name === '') {
        // Only `identity` has personal values without a name.
        if (place.event !== 'identity' || place.kind !== 'value') return false;
        // Name of the event, and scope.
        if (place.depth === 1 && place.index < 2) return false;
      } else if (!NAME.test(place.name) && !isOfPerson(place)) return false;
      return !isAllowed(text, place.kind);
    },
  };

  function isAllowed(text: string, kind: Place['kind']): boolean {
    if (kind === 'number') return !PERSONAL_NUMBER.test(text);
    // A picture's URL is judged by the class of URLs, which sees its path and query.
    if (isNeutral(text) || isTechnicalValue(text) || WEB_URL.test(text)) return true;
    return keepOpaque && isOpaqueId(text);
  }
}

/** Under these names, a word may be a role or a state instead of a name. */
const PARTY =
  /^(?:[a-z]{2,12}[_-]?)?(?:user|participant|member|caller|callee|attendee|invitee|guest|organizer|organiser|presenter|patient)s?$/i;
const WEB_URL = /^https?:\/\/[\w.-]{1,253}(?::\d{1,5})?(?:[/?#]|$)/i;
/** Shorter numbers are counts and sizes. */
const PERSONAL_NUMBER = /^\d{6,20}$/;

/** Whether the value names somebody where another value would be technical. */
function isOfParty(place: Place, text: string): boolean {
  const { name } = place;
  if (name === undefined) return place.element === 2 && isPersonArgument(place.event ?? '', text);
  return isParty(name, place.holder, place.event, text) || isChannel(name, text);
}

/** Whether the name of the property says that its value names a person, a conference, a session or a place. */
function isOfPerson(place: Place): boolean {
  const name = place.name ?? '';
  // The user of a TURN server belongs to the class `credentials`.
  if (name === '' || (name === 'username' && place.within('iceServers'))) return false;
  const kind = personalKind(name, place.holder);
  // Places in numbers are coordinates, sessions in numbers are counters.
  if (place.kind === 'number') return kind === 'person' || kind === 'conference';
  // The metadata has the location that a gateway looked up.
  if (kind === 'place') return place.kind === 'value' && place.isApplication;
  return place.kind === 'value' && kind !== undefined && kind !== 'device';
}
