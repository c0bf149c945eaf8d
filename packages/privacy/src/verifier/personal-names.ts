import { splitJoined } from './joined-words.ts';
import { isTechnicalValue } from './technical-words.ts';

/**
 * Names of properties in application events whose values are personal: persons, conferences, sessions, devices, places.
 * Written from the vocabularies of OpenID Connect, SCIM, vCard, schema.org and FHIR and from what applications send,
 * and not from the anonymizer's table, so that a gap in one is seen by the other. Secrets and phone numbers have tables
 * of their own (credentials.ts, contact.ts).
 */

/** What a property names. */
export type PersonalKind = 'person' | 'conference' | 'session' | 'place' | 'device';

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/**
 * Parties of a call, and people an application knows. Plurals are made by `singular`. Words that are also parts of a
 * program (`host`, `client`, `endpoint`, `publisher`, `receiver`) are left out.
 */
const PERSONS = words(
  'user participant peer member attendee invitee caller callee guest moderator presenter organizer organiser speaker ' +
    'customer patient doctor physician therapist practitioner nurse agent student teacher tutor interviewer ' +
    'interviewee employee contact friend author creator owner sender recipient viewer person occupant ' +
    'pupil learner examinee knocker inviter player worker prescriber signatory interpreter coach teammate ' +
    'benutzer nutzer teilnehmer kunde utilisateur usuario utente gebruiker',
);
/** Properties that are the whole name of a person. */
const PERSON_NAMES = words(
  'username displayname nickname firstname lastname fullname givenname familyname middlename surname forename ' +
    'preferredusername screenname realname loginname login email mail emailaddress mailaddress jid benutzername ' +
    'benutzerkennung nutzername vorname nachname anzeigename prenom nom nombre apellido apellidos cognome nome voornaam ' +
    'gamertag initials dob mrn identity nombreusuario nombredeusuario apellidopaterno nomdefamille anrufer appelant ' +
    'llamante patientenname versichertennummer numerosecu steamid ' +
    'achternaam gebruikersnaam sub birthdate birthday dateofbirth ssn avatarurl upn имя фамилия пользователь 用户 用户名 ' +
    '姓名 昵称 名前 氏名',
);
const CONFERENCES = words(
  'conference room meeting call appointment consultation lobby huddle webinar classroom guild besprechung besprechungs raum',
);
const SESSIONS = words('session');
/** The last word of a name such as `userId`, `user_name`, `user-display-name`. */
const PERSON_DETAILS = words(
  'id ids uid uuid guid sid name names email mail nickname username displayname login handle alias identity initials dob',
);
const GATHERING_DETAILS = words('id ids uid uuid guid sid name names title subject topic slug code');
const SESSION_DETAILS = words('id ids uid uuid guid name');
/** Words between the person and the detail: `userDisplayName`. */
const NAME_PARTS = words('display full first last given family middle nick screen user real login account external');
/** Words before the person: `remoteUserId`. */
const QUALIFIERS = words(
  'local remote own my other current active target host room call meeting new old previous next dominant main selected preferred from to external rtc producer consumer requested moved home',
);
const AGENTS = words('created invited started joined updated opened ended hosted requested recorded');
/** Properties that name a person only below a person, a device only below a device. */
const OF_HOLDER = words('id uid uuid name title displayname label value alias handle code subject topic sid');
const PLACES = words(
  'street streetaddress postaladdress homeaddress address1 address2 addressline addressline1 city town locality ' +
    'hometown wohnort ville ciudad usercity postalcode zip zipcode postcode latitude longitude latlng geolocation geohash formattedaddress coordinates',
);
const DEVICES = words(
  'camera webcam microphone mic speaker headset headphones audioinput audiooutput videoinput audiodevice videodevice ' +
    'mikrofon kamera lautsprecher kameraname inputdevice outputdevice mediadevice audioinputdevice audiooutputdevice videoinputdevice device ' +
    'microfono camara altavoz auricular micro casque hautparleur fotocamera',
);
/** Whatever can be shared: its title often names a document. */
const SURFACES = words('screen window tab display');
const DEVICE_DETAILS = words('label name title model');

/** The kind of value that a property of this name has; undefined if the name says nothing. `holder`: of its object. */
export function personalKind(name: string, holder: string | undefined): PersonalKind | undefined {
  const parts = partsOf(name);
  const own = kindOfName(parts);
  if (own !== undefined || holder === undefined || !OF_HOLDER.has(parts.join(''))) return own;
  return kindOfHolder(partsOf(holder), parts.join(''));
}

/** Properties that hold a person if the value has the form of a name, and something technical otherwise. */
const MAYBE_PERSONS = words(
  'from to by who whom sender receiver host owner author creator speaker agent contact friend player coach ' +
    'teacher student pupil doctor physician therapist practitioner nurse interviewer interviewee examinee knocker ' +
    'inviter prescriber signatory interpreter recipient viewer person occupant customer moderator guest present ' +
    'absent raisedhand oldname newname previousname waitingfor homeroomteacher agentdisplay lastagent squadleader ' +
    'behandler sachbearbeiter sachbearbeiterin ansprechpartner gesprachspartner interlocuteur soignant destinatario ' +
    'destinataire anfitrion',
);
const FULL_NAME =
  /^(?:(?:Dr|Prof|Mr|Mrs|Ms|Frau|Herr|Mme)\.? \p{Lu}\p{L}{1,30}|\p{Lu}\p{Ll}{1,30}(?:[ -]\p{Lu}\p{Ll}{1,30}){1,3})$/u;

/** Whether the property may hold a person; `isFullName` of its value decides. */
export function mayBePerson(name: string): boolean {
  const whole = partsOf(name).join('');
  return MAYBE_PERSONS.has(whole) || MAYBE_PERSONS.has(singular(whole)) || /^[a-z]{3,12}edby$/.test(whole);
}

/** Whether the value consists of capitalized words as a person's name does, of which none is technical. */
export function isFullName(text: string): boolean {
  return FULL_NAME.test(text) && !text.split(/[ -]/).some(isTechnicalValue);
}

const COORDINATES = words('lat latitude lng lon longitude coordinates');

/** Whether the number is a position, to about a hundred meters. */
export function isCoordinate(name: string, number: string): boolean {
  return COORDINATES.has(partsOf(name).join('')) && /\.\d{3}/.test(number);
}

/** Whether any property of this name can be personal. Cheaper than `personalKind`, for a first look. */
export function mayBePersonal(name: string): boolean {
  const parts = partsOf(name);
  const whole = parts.join('');
  return OF_HOLDER.has(whole) || COORDINATES.has(whole) || kindOfName(parts) !== undefined || mayBePerson(name);
}

function kindOfName(parts: readonly string[]): PersonalKind | undefined {
  const whole = parts.join('');
  if (parts.length === 1 && !PERSON_NAMES.has(whole) && !PLACES.has(whole) && !DEVICES.has(whole)) {
    const split = splitJoined(whole, isDetail, isWord);
    if (split.length > 1) return kindOfName(split);
  }
  if (PERSON_NAMES.has(whole)) return 'person';
  if (PLACES.has(whole)) return 'place';
  if (parts.length === 2 && parts[1] === 'by' && AGENTS.has(parts[0]!)) return 'person';
  // The words of `roomName` and `remoteUserId` are read with and without the first one.
  for (let first = 0; ; first++) {
    const kind = kindOfWords(parts.slice(first));
    if (kind !== undefined || first + 1 >= parts.length || !QUALIFIERS.has(parts[first]!)) return kind;
  }
}

function kindOfWords(parts: readonly string[]): PersonalKind | undefined {
  const subject = singular(parts[0] ?? '');
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) {
    if (PERSONS_ALONE.has(subject)) return 'person';
    if (CONFERENCES_ALONE.has(subject)) return 'conference';
  }
  const whole = parts.join('');
  if (DEVICES.has(singular(whole)) && singular(last) !== 'device') return 'device';
  if (DEVICE_DETAILS.has(last) && DEVICES.has(parts.slice(0, -1).join(''))) return 'device';
  const between = parts.slice(1, -1);
  if (PERSONS.has(subject) && PERSON_DETAILS.has(last) && between.every((part) => NAME_PARTS.has(part)))
    return 'person';
  if (parts.length !== 2) return undefined;
  if (CONFERENCES.has(subject) && GATHERING_DETAILS.has(last)) return 'conference';
  return SESSIONS.has(subject) && SESSION_DETAILS.has(last) ? 'session' : undefined;
}

/** Persons whose name alone is the property: `{"user": "anna"}`. The others may be a role or a state. */
const PERSONS_ALONE = words('user participant member caller callee attendee invitee guest organizer presenter patient');
const CONFERENCES_ALONE = words('conference room meeting');

function kindOfHolder(parts: readonly string[], name: string): PersonalKind | undefined {
  let first = 0;
  while (first < parts.length - 1 && QUALIFIERS.has(parts[first]!)) first++;
  const holder = singular(parts.slice(first).join(''));
  if (PERSONS.has(holder)) return name === 'value' ? undefined : 'person';
  if (CONFERENCES.has(holder)) return name === 'value' || name === 'label' ? undefined : 'conference';
  if (SESSIONS.has(holder)) return name.endsWith('id') ? 'session' : undefined;
  return (DEVICES.has(holder) || SURFACES.has(holder)) && (name === 'name' || name === 'label' || name === 'title')
    ? 'device'
    : undefined;
}

/** Words of which names without separators consist; the last one says what is named. */
function isDetail(word: string): boolean {
  return PERSON_DETAILS.has(word) || GATHERING_DETAILS.has(word) || word === 'by';
}

function isWord(word: string): boolean {
  return (
    PERSONS.has(singular(word)) ||
    CONFERENCES.has(singular(word)) ||
    QUALIFIERS.has(word) ||
    NAME_PARTS.has(word) ||
    AGENTS.has(word)
  );
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

/** `remoteUser_ID` -> remote, user, id. Accents are removed: `prénom` is `prenom`. */
function partsOf(name: string): readonly string[] {
  return name
    .slice(0, MAX_NAME_LENGTH)
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[\s_.:-]+/)
    .filter((part) => part !== '');
}

/** Longer names are data. */
const MAX_NAME_LENGTH = 64;
