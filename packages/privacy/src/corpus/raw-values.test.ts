import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { verifyText } from '../verifier/verifier.ts';
import type { PlantedCase } from './case.ts';
import { HIDING_PLACES, PLACES } from './places.ts';
import { PLANTED_CASES } from './planted.ts';
import { HIDDEN_TEXTS, USUAL_TEXTS } from './texts.ts';

/**
 * The verifier has to see whatever the anonymizer replaces: otherwise a fault of the anonymizer would go unnoticed.
 * So every value of the corpus is planted in every place, and the raw line must have a finding.
 */
const STANDARD = presetPolicy('standard');

/** Cases that cannot be judged from the dump alone, by their names. docs/privacy.md has the same list. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'a technical word that was a label': 'the label is known only from an earlier line, which is anonymized',
  'again in a text (0)': 'a hash is an id of a device only because an earlier line said so',
  'again in a text (1)': 'a hash is an id of a device only because an earlier line said so',
};

/**
 * Values in forms that the anonymizer knows and the verifier does not yet. docs/privacy.md has the same list.
 */
const UNSEEN: Readonly<Record<string, string>> = {
  'Annas Kamera': 'the label of a device after the text of an error',
  '21b:44ff:fe11:3ab7': 'the interface identifier of an address, alone',
  'Jabra Evolve 75': 'the label of a device in the text of an error',
  'anna-notes': 'the label of a data channel in the arguments of a call, as webrtc-internals writes them',
  '20010db885a300421c5d09fffe337a34': 'an IPv6 address without separators in the host name of a provider',
  VfWZ8kQ1oXvVbqWm8dS2hN1T: 'the password of ICE in parentheses behind its user fragment',
  PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR: 'an SDES key under the name of a property',
  a1b2c3d4e5f6: 'a value that looks random under a key that ends in Key',
};

/** The text of a line with the escapes of JSON and of URLs undone. */
function decoded(line: string): string {
  const text = line.replace(/\\u([\da-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, '%25'));
}

const isUnseen = ({ line }: PlantedCase): boolean => Object.keys(UNSEEN).some((value) => decoded(line).includes(value));

function classesIn(planted: PlantedCase): string[] {
  const dump = planted.isMetadata ? `RTCStatsDump\n${planted.line}\n` : `${planted.line}\n`;
  return Object.keys(verifyText(dump, STANDARD).classes);
}

/** Values of these classes may be reported as another class, because their forms overlap. */
const OVERLAPS: Readonly<Record<string, readonly string[]>> = {
  pageUrl: ['contact', 'credentials', 'identifiers', 'ipAddresses'],
  contact: ['credentials', 'pageUrl', 'deviceNames', 'ipAddresses'],
  credentials: ['pageUrl'],
  hostnames: ['pageUrl', 'contact'],
  identifiers: ['contact', 'pageUrl'],
  deviceNames: ['contact'],
};

function missed(cases: readonly PlantedCase[]): unknown[] {
  return cases
    .filter((planted) => planted.gone.length > 0 && !Object.hasOwn(EXCEPTIONS, planted.name) && !isUnseen(planted))
    .map((planted) => ({ planted, found: classesIn(planted) }))
    .filter(({ planted, found }) => {
      const accepted = [planted.class, ...(OVERLAPS[planted.class] ?? [])];
      return !found.some((name) => accepted.includes(name));
    })
    .map(({ planted, found }) => ({ class: planted.class, found, line: planted.line }));
}

describe('the verifier finds the raw value', () => {
  it.each([...PLACES, ...HIDING_PLACES])('of every text in $name', (place) => {
    expect(missed([...USUAL_TEXTS, ...HIDDEN_TEXTS].map((text) => place.put(text)))).toEqual([]);
  });

  it('of every case of the corpus', () => {
    expect(missed(PLANTED_CASES)).toEqual([]);
  });

  it('of no exception, so that the list stays true', () => {
    const exceptions = PLANTED_CASES.filter(({ name }) => Object.hasOwn(EXCEPTIONS, name));
    expect(exceptions.map(({ name }) => name).sort()).toEqual(Object.keys(EXCEPTIONS).sort());
    for (const planted of exceptions) expect(classesIn(planted)).toEqual([]);
  });
});

/** Names of properties in events of an application, by what they name, with a value that has no form of its own. */
const NAMED = {
  person: [
    ...['user', 'userId', 'user_id', 'USER_NAME', 'userDisplayName', 'username', 'displayName', 'nickname', 'fullName'],
    ...['first_name', 'family-name', 'given_name', 'preferred_username', 'sub', 'participant', 'participantId', 'jid'],
    ...['participantName', 'peerId', 'memberName', 'attendeeEmail', 'guestName', 'callerId', 'calleeName', 'patientId'],
    ...[
      'remoteUserId',
      'localParticipantName',
      'senderName',
      'ownerId',
      'createdBy',
      'invited_by',
      'login',
      'loginName',
    ],
    ...[
      'benutzername',
      'Vorname',
      'pr\u00e9nom',
      'apellido',
      '\u59d3\u540d',
      'participants',
      'userNames',
      'contactName',
    ],
  ],
  conference: ['room', 'roomId', 'roomName', 'meetingId', 'meeting_title', 'conference', 'conferenceName', 'callId'],
  session: ['sessionId', 'session_name', 'currentSessionId'],
  place: ['street', 'city', 'postalCode', 'formattedAddress'],
  device: ['label', 'deviceLabel', 'device_name', 'cameraName', 'mic', 'selectedMicrophone', 'audioInput', 'headset'],
  deviceId: ['deviceId', 'device_id', 'groupId', 'audioDeviceId', 'sinkId', 'sourceId'],
  secret: ['password', 'pass', 'accessToken', 'api_key', 'clientSecret', 'Authorization', 'cookie', 'passphrase'],
} as const;
/** `name` and `id` say something only below an object of this name. */
const HOLDERS = [
  'user',
  'users',
  'participant',
  'participants',
  'peer',
  'members',
  'attendees',
  'remoteUser',
  'sender',
];

/** Places of a property in an event: directly, in lists and objects, in JSON text. */
const STRUCTURES: Readonly<Record<string, (property: object) => unknown>> = {
  'an object': (property) => property,
  'an object in an object': (property) => ({ n: 1, data: { ...property, ok: true } }),
  'a list of objects': (property) => ({ items: [{ n: 1 }, property] }),
  'a list': (property) => [1, [property]],
  'JSON text': (property) => JSON.stringify(property),
  'JSON text in an object': (property) => ({ body: JSON.stringify({ payload: property }) }),
};
const METHODS = [':joined', 'joined', 'connection.update', 'userJoined'];
const VALUES = ['anna', 'Anna Keller', 'anna-1', 'B\u00fcro 4'];

describe('the verifier finds values by name', () => {
  const names = Object.values(NAMED).flat();

  it.each(Object.entries(STRUCTURES))('in %s', (_, wrap) => {
    const clean: string[] = [];
    for (const method of METHODS) {
      for (const value of VALUES) {
        for (const name of names) add({ [name]: value });
        for (const name of names) add({ [name]: [value] });
        for (const holder of HOLDERS) {
          for (const property of ['id', 'name']) {
            add({ [holder]: { [property]: value } });
            add({ [holder]: [{ [property]: value, n: 1 }] });
            add({ [holder]: JSON.stringify({ [property]: value }) });
          }
        }

        function add(property: object): void {
          const line = JSON.stringify([method, null, wrap(property), 1]);
          if (verifyText(`${line}\n`, STANDARD).clean) clean.push(line);
        }
      }
    }
    expect(clean).toEqual([]);
  });

  it('unless they have been replaced', () => {
    const replaced = ['', 'user-1ef64ada9d', '[removed]', 'conference-35cb1c7ff8', 'device-04a7d0c0b0', '[device]'];
    const found = METHODS.flatMap((method) =>
      replaced.flatMap((value) => names.map((name) => JSON.stringify([method, null, { [name]: value }, 1]))),
    ).filter((line) => !verifyText(`${line}\n`, STANDARD).clean);
    expect(found).toEqual([]);
  });

  it('unless the property or the value is technical', () => {
    const line = JSON.stringify([
      'stateChanged',
      null,
      {
        ...{ name: 'TypeError', codec: { name: 'VP8', id: 'x-1' }, browser: { name: 'Chrome' }, event: { id: 'a b' } },
        ...{ participant: 'remote', camera: 'granted', mic: 'muted', speaker: 'default', from: 'stable', to: 'closed' },
        ...{ userAgent: 'Chrome', userCount: 1234567, sessionState: 'x y', roomSize: '40 people', participants: 12 },
        ...{ id: 'a b', title: 'Rate this call', type: 'sfu', state: 'a b', hostname: 'turn.example.com' },
        ...{ tracks: [{ id: 'a b', kind: 'audio' }], userMedia: 'a b', tokens: 3, keyFrames: '12' },
      },
      1,
    ]);
    expect(verifyText(`${line}\n`, STANDARD).findings).toEqual([]);
  });

  it('not in events of the protocol, where the same names are technical', () => {
    const line = JSON.stringify(['setParameters', null, { session: 'a b', room: 'a b', participant: 'a b' }, 1]);
    expect(verifyText(`${line}\n`, STANDARD).findings).toEqual([]);
  });
});
