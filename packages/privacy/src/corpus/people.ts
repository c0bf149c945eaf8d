import { event, metadata, type PlantedCase } from './case.ts';
import { HASH, UUID } from './samples.ts';

/** Names of participants, and how to reach them. */
export const PEOPLE_CASES: readonly PlantedCase[] = [
  event(
    'identifiers',
    'the user of identity',
    ['identity', null, { user: 'anna.keller', conference: UUID, session: HASH }, 1],
    'anna',
    { goneStrict: [UUID, HASH] },
  ),
  event(
    'identifiers',
    'the conference of identity',
    ['identity', null, { conference: 'board-meeting-q3-7f4a' }, 1],
    'board-meeting',
  ),
  event('identifiers', 'the session of identity', ['identity', null, { session: 'annas-session' }, 1], 'annas'),
  event('identifiers', 'a number for a user', ['identity', null, { user: '4711234' }, 1], '4711234'),
  event('identifiers', 'a JSON number for a user', ['identity', null, { user: 471123499 }, 1], '471123499', {
    adversarial: true,
  }),
  event(
    'identifiers',
    'capitals in identity',
    ['identity', null, { User: 'Anna Keller', userName: 'akeller', user_id: 'anna-1' }, 1],
    ['anna', 'akeller'],
    { adversarial: true },
  ),
  event(
    'identifiers',
    'an object in identity',
    ['identity', null, { user: { id: 'anna.keller', name: 'Anna Keller' } }, 1],
    'anna',
    { adversarial: true },
  ),
  event('identifiers', 'a list in identity', ['identity', null, { user: ['anna.keller'] }, 1], 'anna', {
    adversarial: true,
  }),
  event(
    'identifiers',
    'JSON text in identity',
    ['identity', null, JSON.stringify({ user: 'anna.keller', session: HASH }), 1],
    'anna',
    { adversarial: true, goneStrict: [HASH] },
  ),
  event('identifiers', 'an almost opaque id', ['identity', null, { user: 'anna-keller-9cbf98d1f77c' }, 1], 'anna', {
    adversarial: true,
  }),
  event('identifiers', 'a UUID with a name', ['identity', null, { session: `anna-${UUID}` }, 1], 'anna', {
    adversarial: true,
  }),
  event(
    'identifiers',
    'the user of an application',
    [':joined', null, { userId: 'anna.keller', roomName: 'board-meeting', ssrc: 3667201911 }, 1],
    ['anna', 'board-meeting'],
    { stays: ['3667201911'] },
  ),
  event(
    'identifiers',
    'the display name of an application',
    [':joined', null, { displayName: 'Anna Keller', participant: 'p.natarajan' }, 1],
    ['anna', 'natarajan'],
  ),
  event(
    'identifiers',
    'a list of participants',
    [':joined', null, { participants: [{ displayName: 'Anna Keller', id: UUID }], bitrate: 30000 }, 1],
    'anna',
    { stays: ['30000'], adversarial: true },
  ),
  event(
    'identifiers',
    'JSON text of an application',
    [':joined', null, JSON.stringify({ meetingId: 'board-meeting', userName: 'anna', at: 1795365768017 }), 1],
    ['board-meeting', 'anna'],
    { adversarial: true, stays: ['1795365768017'] },
  ),
  event(
    'identifiers',
    'a home directory',
    [':log', null, 'ENOENT: /home/annakeller/.config/x.json, errno 2', 1],
    'annakeller',
    { stays: ['errno 2'] },
  ),
  event(
    'identifiers',
    'a home directory of Windows',
    [':log', null, String.raw`at C:\Users\annakeller\app.js:10`, 1],
    'annakeller',
    { adversarial: true },
  ),
  metadata('identifiers', 'the user of the metadata', { user: 'anna.keller@example.org', session: HASH }, 'anna', {
    goneStrict: [HASH],
  }),
  metadata(
    'identifiers',
    'the conference of the metadata',
    { conference: 'interview-p.natarajan', session: UUID },
    'natarajan',
    { goneStrict: [UUID] },
  ),
  metadata('identifiers', 'the session of the metadata', { session: 'annas session' }, 'annas', { adversarial: true }),
  metadata(
    'identifiers',
    'identity within the metadata',
    { rtcStats: { user: 'anna.keller', conference: 'board-meeting' } },
    ['anna', 'board-meeting'],
    { adversarial: true },
  ),

  event(
    'contact',
    'a phone number as a JSON number',
    [':call', null, { phone: 14155550100, rate: 48000 }, 1],
    '14155550100',
    { adversarial: true, stays: ['48000'] },
  ),
  event(
    'contact',
    'a phone number by name',
    [':call', null, { phoneNumber: '4155550100', mobile_no: '15112345678' }, 1],
    ['4155550100', '15112345678'],
    { adversarial: true },
  ),
  event(
    'contact',
    'a payment card where an address belongs',
    [21, 'PC_0', { address: '4111.1111.1111.1111', port: 44975, errorCode: 701 }, 1],
    '1111.1111',
    { adversarial: true, stays: ['44975', '701'] },
  ),
  ...[
    { remoteUserId: 'anna.keller' },
    { userDisplayName: 'Anna K.' },
    { guest_name: 'Anna K.' },
    { createdBy: 'anna.keller' },
    { emailAddress: 'anna' },
    { benutzername: 'anna.keller' },
    { 姓名: 'anna' },
  ].map((value) =>
    event(
      'identifiers',
      `the key ${Object.keys(value)[0]}`,
      [':joined', null, { ...value, bitrate: 30000 }, 1],
      'anna',
      {
        adversarial: true,
        stays: ['30000'],
      },
    ),
  ),
  event('identifiers', 'a name with a number', ['identity', null, { user: 'AnnaMariaKeller85' }, 1], 'anna', {
    adversarial: true,
  }),
  event(
    'identifiers',
    'a conference with a year',
    ['identity', null, { conference: 'DailyStandupTeam2026' }, 1],
    'standup',
  ),
  event('identifiers', 'a number of a conference', ['identity', null, { conference: 98765432101 }, 1], '98765432101'),
  event(
    'identifiers',
    'a text that looks like a pseudonym',
    ['identity', null, { user: 'anna-4155550100' }, 1],
    'anna',
    {
      adversarial: true,
    },
  ),
  event('identifiers', 'identity as a list', ['identity', null, ['anna', 'board-meeting'], 1], ['anna', 'board'], {
    adversarial: true,
  }),
  event('identifiers', 'identity as a text', ['identity', null, 'anna', 1], 'anna', { adversarial: true }),
  event('identifiers', 'an extra element in identity', ['identity', null, { user: UUID }, 'anna', 1], 'anna', {
    adversarial: true,
  }),
  event(
    'contact',
    'a phone number under a German name',
    [':call', null, { telefon: '4155550100', handynummer: '15112345678' }, 1],
    ['4155550100', '15112345678'],
    { adversarial: true },
  ),
];
