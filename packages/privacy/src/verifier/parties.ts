import { isFullName, mayBePersonal } from './personal-names.ts';
import { hasTechnicalTerm, isJoinedTerm, isTechnicalTerm, isToolNoun } from './technical-terms.ts';
import {
  CHANNEL_NAMES,
  HOLDER_NOUNS,
  MESSAGE_NOUNS,
  NAMED_WORDS,
  NAMING_WORDS,
  OCCUPATION_NOUNS,
  PARTY_NAMES,
  PERSON_NOUNS,
} from './terms/persons.ts';

/**
 * Judges properties of application events that hold a person in some events and something technical in others, where
 * the value decides: `{from: "checking"}` and `{from: "alice"}`. The words are in terms/persons.ts.
 */

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}

const PARTIES = words(PARTY_NAMES);
const NOUNS = words(`${PERSON_NOUNS} ${OCCUPATION_NOUNS}`);
const NAMING = words(NAMING_WORDS);
const NAMED = words(NAMED_WORDS);
const HOLDERS = words(HOLDER_NOUNS);
const OF_HOLDER = words('name display displayname nickname identity');
const CHANNELS = words(CHANNEL_NAMES);
const MESSAGES = words(MESSAGE_NOUNS);
/** From and to whom a message goes. */
const DIRECTIONS = words('from to src dst target');
/** Nouns for somebody who does something, if no technical word: `juggler`, `cellist`. */
const AGENT = /(?<![a-z])[a-z]{2,24}(?:er|or|ee|ist|ian)$/;

/** `ratedBy`, `invited_by`; but a list is sorted by a field. */
const BY =
  /^(?!(?:sort|order|group|filter|limit|cause|trigger|index|divid|reduc|increas|decreas|scal))[a-z]{3,12}edby$/;
/** Plurals and maps by id, whose keys are ids or names. */
const MAP =
  /^(?:user|participant|member|peer|attendee|guest|caller|player|contact|speaker|viewer)s?(?:s|map|list|by(?:id|name|user|uid|email))$/;
/** A type and an id in FHIR: `Patient/4711`. */
const REFERENCE =
  /^(?:Patient|Practitioner|PractitionerRole|RelatedPerson|Person)\/(?!\[)(?![a-z]{3,12}-[\da-f]{6,})\S{1,64}$/;

/** A name without separators, in lower case: `remote_Party` -> `remoteparty`. */
function plain(name: string): string {
  return name.length > 64 ? '' : name.toLowerCase().replaceAll(/[\s_.:-]/g, '');
}

/** `referringPhysician` and `dialedName`, but not `codecName`. */
function isComposedParty(name: string): boolean {
  if (name.length > 64) return false;
  const parts = name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[\s_.:-]{1,8}/);
  const last = parts.pop() ?? '';
  if (NOUNS.has(last) || NOUNS.has(last.replace(/s$/, ''))) return parts.every((part) => !FLAGS.has(part));
  return NAMING.has(last) && parts.length > 0 && parts.every((part) => NAMED.has(part) || !hasTechnicalTerm(part));
}

/** `juggler` and `lastJuggler`. Only a full name counts, because `folder` ends like this too. */
function isAgent(name: string): boolean {
  if (name.length > 64) return false;
  const last = name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(AGENT)?.[0];
  return last !== undefined && last.length > 4 && !hasTechnicalTerm(name) && !isToolNoun(last);
}

/** Words that begin the name of a flag or a count: `isHost`, `maxParticipant`. */
const FLAGS = words('is has num max min total can should with for');

/** Whether a value of this property may be judged by `isParty` or `isChannel`. */
export function mayBeParty(name: string): boolean {
  const own = plain(name);
  return (
    PARTIES.has(own) ||
    OF_HOLDER.has(own) ||
    CHANNELS.has(own) ||
    own === 'reference' ||
    own === 'id' ||
    MAP.test(own) ||
    BY.test(own) ||
    isComposedParty(name) ||
    isAgent(name)
  );
}

/** Whether the value of a property that may hold a person names one. */
export function isParty(name: string, holder: string | undefined, event: string | undefined, value: string): boolean {
  const own = plain(name);
  if (holder !== undefined && isTechnicalHolder(holder)) {
    return DIRECTIONS.has(own) && MESSAGES.has(plain(holder)) && !isTechnicalTerm(value);
  }
  if (own === 'reference') return REFERENCE.test(value);
  if (own === 'id') return holder === undefined && isReadableId(value);
  const isOfEvent = own === 'name' && holder === undefined && isAboutPerson(event ?? '');
  const isOwn =
    isOfEvent ||
    PARTIES.has(own) ||
    isComposedParty(name) ||
    BY.test(own) ||
    (isAgent(name) && isFullName(value)) ||
    (OF_HOLDER.has(own) && holder !== undefined && isHolder(plain(holder)));
  return isOwn && !isTechnicalTerm(value);
}

/** A holder in the singular or plural. */
function isHolder(name: string): boolean {
  return HOLDERS.has(name) || HOLDERS.has(name.replace(/s$/, ''));
}

/** Objects that carry anything, although their names are technical words. */
const CARRIERS = words(
  'data payload message msg body content param params arg args detail details info result response request item items ' +
    'entry value values list object event state update input output current context meta metadata log queue joined left waiting pending',
);

/** Whether names and ids in the object are technical: `{codec: {name: …}}`. */
export function isTechnicalHolder(holder: string): boolean {
  const own = plain(holder);
  return !CARRIERS.has(own) && !isHolder(own) && hasTechnicalTerm(holder);
}

/** Whether a word in a message is a term or the name of a property, or consists of both. */
export function isWordOfMessage(word: string): boolean {
  if (/^\d{5,20}$/.test(word)) return false;
  if (isTechnicalTerm(word)) return true;
  return word.split(/[._-]/).every((part) => hasTechnicalTerm(part) || mayBePersonal(part) || mayBeParty(part));
}

/** Whether the value names a place to meet. */
export function isChannel(name: string, value: string): boolean {
  return CHANNELS.has(plain(name)) && !isTechnicalTerm(value);
}

/** Whether a key in the object under `holder` is the id or the name of a person. */
export function isKeyOfPerson(holder: string, key: string): boolean {
  if (!MAP.test(plain(holder)) || key.length > 64 || !/^\p{L}[^/]{1,63}$/u.test(key)) return false;
  // Below the name of a person, the name of another is a property.
  return !hasTechnicalTerm(key) && !isJoinedTerm(key) && !mayBeParty(key) && !mayBePersonal(key);
}

/** Words of letters with a sign between them: `anna-keller-1`, but not `a1b2-c3`. */
function isReadableId(value: string): boolean {
  return /^\p{Ll}{3,20}[._-]\p{Ll}{3,20}(?:[._-][\p{Ll}\d]{1,20}){0,3}$/u.test(value) && !hasTechnicalTerm(value);
}

/** Events about one person, whose argument is the person: `user-connected`, `participantLeft`. */
const PERSON_EVENT =
  /^:?(?:user|participant|peer|member|attendee|guest|caller)s?[-_:.]?(?:joined|left|connected|disconnected|added|removed|kicked|invited|muted|unmuted)$/i;
/** Verbs whose only argument is a person or a room: `["join", null, "anna", 1]`. */
const VERB = /^:?(?:join|leave|kick|ban|invite|call|dial|login|logout|register|identify|greet)$/i;
/** Longer texts are messages, and others have fields. */
const ARGUMENT = /^[^=&{}[\]"]{1,64}$/;

/** Whether a text that is the value of an event, or in a list that is, names a person. */
export function isPersonArgument(event: string, value: string): boolean {
  return ARGUMENT.test(value) && isAboutPerson(event) && !isTechnicalTerm(value);
}

function isAboutPerson(event: string): boolean {
  return PERSON_EVENT.test(event) || VERB.test(event);
}
