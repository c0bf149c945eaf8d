import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { MACHINES } from '../model/vocabulary/agents.ts';
import { keyMeaning } from '../model/vocabulary/key-meaning.ts';
import { ATTRIBUTES, CONTAINERS, TECHNICAL_KEYS } from '../model/vocabulary/technical.ts';
import { TECHNICAL_WORDS } from '../model/vocabulary/technical-values.ts';
import { PRESETS, presetPolicy } from '../policy/policy.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { CHANNEL_NAMES, MESSAGE_NOUNS, OCCUPATION_NOUNS, PARTY_NAMES, PERSON_NOUNS } from './terms/persons.ts';
import { verifyText } from './verifier.ts';

/**
 * The verifier judges events of applications by tables of its own. Where it is stricter than the anonymizer, a dump
 * without personal data would be quarantined, so each table of the anonymizer is tried in the places that the verifier
 * judges.
 */
const POLICIES = [...PRESETS.map((name) => presetPolicy(name)), parsePolicy({ customEvents: 'pseudonymize' })];
const COMPILED = POLICIES.map((policy) => [policy, compilePolicy(policy)] as const);

/** The stored lines in which the verifier finds something. */
function objections(event: readonly unknown[]): string[] {
  return COMPILED.flatMap(([policy, compiled]) => {
    const clean = new Anonymizer(compiled).message(bytesOf(JSON.stringify(event)));
    const text = clean === null ? '' : `${textOf(clean)}\n`;
    return verifyText(text, policy).findings.map(({ path, class: name }) => `${name} ${path} ${text.trim()}`);
  });
}

const NAMES = [
  ...[
    'from',
    'to',
    'target',
    'sender',
    'receiver',
    'owner',
    'account',
    'display',
    'endpointId',
    'uid',
    'ratedBy',
    'by',
  ],
  ...['channel', 'channelName', 'callSid', 'remoteParty', 'mic', 'mics', 'screen', 'route', 'referrer', 'name', 'id'],
  ...['user', 'peerId', 'peerid', 'activespeaker', 'stream', 'reference', 'tokens', 'title', 'label', 'room', 'group'],
  ...['who', 'src', 'dst', 'nick', 'avatar', 'visitor', 'referringPhysician', 'dialedName', 'streamName', 'manager'],
  ...['participantSid', 'currentUser', 'lastCaller', 'candidateName', 'screenName', 'subject', 'contacts', 'spouse'],
];
const VALUES = [
  '',
  'x',
  'Anna',
  'Anna Keller',
  'anna.keller',
  'anna-1',
  'a1b2-c3',
  'Patient/anna',
  '/rooms/anna',
  '42',
];

/** All of them take half a minute: `npm run test:whole` tries them, the other runs try a part. */
const isWhole = process.env['WHOLE_TESTS'] === 'true';

function part<T>(all: Iterable<T>): readonly T[] {
  return Array.from(all).filter((_, index) => isWhole || index % 5 === 0);
}

describe('the verifier does not object to', () => {
  it.each(part(NAMES))('technical words under %s', (name) => {
    const found = [...TECHNICAL_WORDS].flatMap((word) =>
      objections([':state', null, { [name]: word, stream: { [name]: `${word}-2` } }, 1]),
    );
    expect(found).toEqual([]);
  });

  it('technical words as arguments, fields and paths', () => {
    const found = part(TECHNICAL_WORDS).flatMap((word) => [
      ...objections(['join', null, word, 1]),
      ...objections(['user-connected', null, [word], 1]),
      ...objections([':log', null, `user=${word} room: '${word}' {from: ${word}, mic: "${word}"}`, 1]),
    ]);
    expect(found).toEqual([]);
  });

  it('anonymized values under any noun that the verifier knows', () => {
    const nouns = `${PARTY_NAMES} ${PERSON_NOUNS} ${OCCUPATION_NOUNS} ${CHANNEL_NAMES}`.trim().split(/\s+/);
    const found = part(nouns).flatMap((noun) =>
      ['anna', 'Anna Keller', 'anna.keller-2'].flatMap((value) => [
        ...objections([':state', null, { [noun]: value, [`last_${noun}`]: value }, 1]),
        ...objections([':log', null, `${noun} ${value} joined, ${noun}=${value}`, 1]),
      ]),
    );
    expect(found).toEqual([]);
  });

  it('words of any table in messages, and below messages', () => {
    const words = [...TECHNICAL_WORDS, ...TECHNICAL_KEYS, ...CONTAINERS, ...ATTRIBUTES, ...MACHINES, 'keller.anna'];
    const holders = MESSAGE_NOUNS.split(' ');
    const found = part(words).flatMap((word, index) => [
      ...objections([':log', null, `user ${word} joined as ${word}, room ${word} closed, joined room ${word}`, 1]),
      ...objections([':state', null, { [holders[index % holders.length]!]: { from: word }, [word]: 'Anna Keller' }, 1]),
    ]);
    expect(found).toEqual([]);
  });

  it('names of properties below the names of persons', () => {
    const keys = [...TECHNICAL_KEYS, ...CONTAINERS, ...ATTRIBUTES].filter((key) => keyMeaning(key).kind !== 'unknown');
    const found = part(keys).flatMap((key) =>
      ['users', 'participantsById'].flatMap((map) => objections([':state', null, { [map]: { [key]: true } }, 1])),
    );
    expect(found).toEqual([]);
  });

  it.each(['join', 'userJoined', ':state', 'open', ':log'])('anonymized values in %s', (method) => {
    const found = part(NAMES).flatMap((name) =>
      VALUES.flatMap((value) => [
        ...objections([method, null, { [name]: value }, 1]),
        ...objections([method, null, { [name]: { name: value, id: value, display: value } }, 1]),
        ...objections([method, null, { [name]: [value, { [name]: value }] }, 1]),
        ...objections([
          method,
          null,
          {
            codec: value.includes(' ') ? {} : { [name]: value },
            [name.endsWith('s') ? name : `${name}s`]: { [value]: { muted: true } },
          },
          1,
        ]),
        ...objections([
          method,
          null,
          `${name}=${value} ${name}: '${value}', {"${name}":"${value}"} ${name}: ${value}`,
          1,
        ]),
        ...objections([method, null, `${name}=${encodeURIComponent(value)}&codec=VP8&${name}=connected`, 1]),
      ]),
    );
    expect(found).toEqual([]);
  });
});
