import { machineKey } from './machine-keys.ts';
import { keyKind } from './secret-keys.ts';

/** What the name of a property alone tells about its values. */
export interface NameFacts {
  readonly isDeviceId: boolean;
  /** The value decides whether it is a key. */
  readonly key: 'bareKey' | 'maybeKey' | undefined;
  readonly technical: 'version' | 'software' | 'deviceLabel' | 'macAddress' | undefined;
  readonly machine: ReturnType<typeof machineKey>;
  readonly isFoundation: boolean;
  /** In events of applications and in `identity`. */
  readonly personal: 'person' | 'conference' | 'session' | 'phone' | undefined;
  /** In JSON that is not an event, such as the metadata. */
  readonly inMetadata: 'person' | 'conference' | 'session' | undefined;
}

/** Property names of persons, in application events and in `identity`. */
const PERSON_KEY =
  /^(?:user|caller|callee|participant|member|display|full|first|last|nick|screen)[_-]?(?:id|name)?$|^(?:login|account)(?:[_-]?(?:id|name))?$|^(?:e-?)?mail(?:[_-]?address)?$/i;
/** The same with a qualifier: `remoteUserId`, `userDisplayName`, `guest_name`; and in other languages. */
const OTHER_PERSON_KEY =
  /^(?:local|remote|own|my|other|current|active|target|host|room)[_-]?(?:user|participant|member|caller|callee)[_-]?(?:id|name|email)?$|^(?:user|participant|member|caller|callee|attendee|invitee|guest|owner|peer|agent|customer|patient|moderator|presenter|speaker|sender|author|contact|creator)[_-]?(?:display|full|first|last|nick|screen)?[_-]?names?$|^(?:attendee|invitee|guest|moderator|presenter|author|creator)[_-]?(?:id|email)?$|^(?:user|sender|owner)[_-]?email$|^(?:created|invited|started|joined)[_-]?by$|^(?:jid|benutzer(?:name|kennung)?|nutzername|vorname|nachname|utilisateur|pr[eé]nom|usuario|apellidos?|utente|cognome|gebruiker(?:snaam)?|voornaam|achternaam|имя|фамилия|пользователь|用户名?|姓名|昵称|名前|氏名)$/iu;
const CONFERENCE_KEY = /^(?:conference|room|meeting|call)(?:[_-]?(?:id|name))?$/i;
const SESSION_KEY = /^session(?:[_-]?id)?$/i;
const PHONE_KEY =
  /^(?:phone|telephone|tel|mobile|cell|msisdn|fax|callback|caller|telefon|handy|móvil|celular|téléphone|teléfono|телефон|电话|手机|電話)(?:[_-]?(?:no|nr|number|nummer))$|^(?:phone|telephone|tel|mobile|cell|msisdn|fax|callback|telefon|téléphone|teléfono|телефон|电话|手机|電話)$/iu;
/** Names of keys that have other meanings too, so that the value decides. */
const BARE_KEY = /^(?:keys?|inline|srtp|sdes|key_?params?)$/i;
/** Excludes words such as `conversion`, whose value may be an address. */
const VERSION_KEY = /(?<!con|di|^in|^re|^a|^per)version/i;
/** Names of programs, whose values are versions (W3C has none of them; `process.versions` of Electron and Node.js). */
const SOFTWARE_KEY =
  /^(?:(?:app|sdk|client|browser|os|engine|lib|platform|chrome|server)[_-]?)?(?:ver|build|release|firmware|revision)(?:[_-]?(?:number|no|id))?$|^(?:chrome|chromium|electron|firefox|safari|edge|opera|webkit|gecko|blink|v8|deno|webrtc|libwebrtc|webview|cordova|android|ios|macos|windows|[a-z]{1,24}[_-]?sdk|sdk)$/i;
const MAC_KEY = /^(?:.*[_-])?mac(?:[_-]?addr(?:ess)?)?$|macaddr(?:ess)?$/i;
/** Other names of device ids: `audioDeviceId`, `DEVICE_ID`. */
const DEVICE_ID_KEY = /(?:device|sink)_?id$/i;
/** Other names of device labels. */
const LABEL_KEY =
  /^(?:device|camera|microphone|mic|speaker|headset|audio_?(?:in|out)put|video_?input)_?(?:label|name)$/i;
/** Property names of persons in metadata, which come from the claims of a token. */
const METADATA_PERSON_KEY =
  /^(?:user|participant|peer|endpoint)_?(?:id|name)?$|^(?:display|full|first|last|given|family|nick)_?name$/i;
/** Foundations of ICE candidates: `foundation`, `remoteFoundation`. */
const FOUNDATION_KEY = /foundations?$/i;
/** By name, because names repeat; bounded, because a client chooses them. */
const KNOWN = new Map<string, NameFacts>();
const MAX_CACHED_NAMES = 1024;
const MAX_CACHED_LENGTH = 64;

/** The facts about a name. */
export function nameFacts(name: string): NameFacts {
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  const facts = factsOf(name);
  if (name.length > MAX_CACHED_LENGTH) return facts;
  if (KNOWN.size >= MAX_CACHED_NAMES) KNOWN.clear();
  // A copy, because a substring keeps the whole message in memory.
  KNOWN.set([...name].join(''), facts);
  return facts;
}

function factsOf(name: string): NameFacts {
  const shared = CONFERENCE_KEY.test(name) ? 'conference' : SESSION_KEY.test(name) ? 'session' : undefined;
  const isPerson = PERSON_KEY.test(name) || OTHER_PERSON_KEY.test(name);
  return {
    isDeviceId: DEVICE_ID_KEY.test(name),
    key: BARE_KEY.test(name) ? 'bareKey' : keyKind(name) === 'maybe' ? 'maybeKey' : undefined,
    technical: technicalRole(name),
    machine: machineKey(name),
    isFoundation: FOUNDATION_KEY.test(name),
    personal: isPerson ? 'person' : (shared ?? (PHONE_KEY.test(name) ? 'phone' : undefined)),
    inMetadata: METADATA_PERSON_KEY.test(name) ? 'person' : shared,
  };
}

function technicalRole(name: string): NameFacts['technical'] {
  if (VERSION_KEY.test(name)) return 'version';
  if (SOFTWARE_KEY.test(name)) return 'software';
  if (LABEL_KEY.test(name)) return 'deviceLabel';
  return MAC_KEY.test(name) ? 'macAddress' : undefined;
}
