import { event, metadata, type PlantedCase } from './case.ts';

const UUID = '9cbf98d1-f77c-4026-8779-b2d01f2bef55';
const TRACK = 'c716157e-2374-4f55-a05e-80071a7f3bba';
const LABEL = "Anna's AirPods Pro";
const ID = '9b49d9be042513d183c7f429031c1d77e6a536469c2efd49f48e3ae4e288d6f9';
const FIREFOX_ID = 'uqQscN6q67QsfvaIYJfq3xdn8phRlS8RLmL1QgE7AGA=';

/** Device labels, including some that no list of device names has. */
const LABELS = [
  LABEL,
  'Default Audio Device',
  'Fake Audio Input 1',
  'fake_device_0',
  'Logitech BRIO (046d:085e)',
  'Mikrofon von Jörg',
  'K'.repeat(300),
  'screen:0:0',
  'web-contents-media-stream://5:12',
  'window:1234:0',
  'HD',
];

function device(label: string, id = ID): unknown {
  return { deviceId: id, kind: 'audioinput', label, groupId: '' };
}

const track = (label: string, kind = 'audio'): unknown[] => [kind, TRACK, label, UUID];
const shown = [66, null, [device(LABEL)], 1];

export const DEVICE_CASES: readonly PlantedCase[] = [
  ...LABELS.map((label, index) =>
    event(
      'deviceNames',
      `the label ${label.slice(0, 30)} in enumerateDevices`,
      [66, null, [device(label, 'default'), device('', 'communications')], 1],
      label,
      {
        adversarial: index > 4,
        stays: ['audioinput', 'default', 'communications'],
      },
    ),
  ),
  ...LABELS.map((label, index) =>
    event(
      'deviceNames',
      `the label ${label.slice(0, 30)} of a track of getUserMedia`,
      [61, null, [track(label), track('Second', 'video')], '60-0', 56],
      label,
      {
        adversarial: index > 4,
        stays: [TRACK, UUID, '60-0'],
      },
    ),
  ),
  ...(
    [
      ['getDisplayMedia', [64, null, [track('screen:1:0', 'video')], '63-0', 5], 'screen:1:0'],
      ['addTrack', [30, 'PC_0', track(LABEL), 0], LABEL],
      ['addTrack by name', ['addTrack', 'PC_0', track(LABEL), 0], LABEL],
      ['ontrack', [22, 'PC_0', track(LABEL), 0], LABEL],
      ['addTransceiver', [32, 'PC_0', [track(LABEL), { streams: [UUID], sendEncodings: [{ rid: 'l' }] }], 0], LABEL],
      ['replaceTrack', [51, 'PC_0', track(LABEL), UUID, 0], LABEL],
      ['removeTrack', [34, 'PC_0', track(LABEL), 0], LABEL],
      ['an object for a track', [30, 'PC_0', { kind: 'audio', id: TRACK, label: LABEL }, 0], LABEL],
      [
        'constraints',
        [60, null, { audio: { label: LABEL, deviceId: 'default' }, video: { width: 640 } }, '60-0', 1],
        LABEL,
      ],
      ['a message of the application', [':devices', null, { microphone: { label: LABEL, id: TRACK } }, 1], LABEL],
      ['stats', ['g', 'PC_0', { '4': { '17': TRACK, label: LABEL, type: 12 } }, 1], LABEL],
      ['two lists', [30, 'PC_0', [[track(LABEL), track('Camera of Anna', 'video')]], 0], [LABEL, 'Camera of Anna']],
    ] as const
  ).map(([name, line, gone]) =>
    event('deviceNames', `the label in ${name}`, line, gone, { stays: name === 'getDisplayMedia' ? [UUID] : [] }),
  ),
  ...(
    [
      ['a text', [':log', null, `switched to ${LABEL} now`, 1]],
      ['an error', [65, null, `NotReadableError: ${LABEL} is in use`, '60-1', 1]],
      ['JSON text', [':log', null, JSON.stringify({ chosen: LABEL }), 1]],
      ['a key', [':volumes', null, { [LABEL]: 0.5 }, 1]],
      ['percent-encoding', [':log', null, encodeURIComponent(LABEL), 1]],
      [
        'a description',
        [8, 'PC_0', { type: 'offer', sdp: `v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\na=x-label:${LABEL}\r\n` }, 1],
      ],
      [
        'prefixed by Chromium',
        [66, null, [{ deviceId: 'default', kind: 'audioinput', label: `Default - ${LABEL}`, groupId: '' }], 1],
      ],
    ] as const
  ).map(([name, line]) =>
    event('deviceNames', `the label shown before in ${name}`, line, 's AirPods Pro', {
      before: [shown],
      adversarial: true,
    }),
  ),
  event('deviceNames', 'a technical word that was a label', [':log', null, 'used fake_device_0', 1], 'fake_device_0', {
    before: [[66, null, [device('fake_device_0')], 1]],
    adversarial: true,
  }),
  event(
    'deviceNames',
    'a camera named in the text of an application',
    [':log', null, { cameraLabel: 'FaceTime HD Camera' }, 1],
    'FaceTime',
    { adversarial: true },
  ),
  event(
    'deviceNames',
    'deviceLabel',
    [':log', null, { deviceLabel: 'FaceTime HD Camera', audioInputLabel: 'Jabra 75' }, 1],
    ['FaceTime', 'Jabra'],
    { adversarial: true },
  ),
  event('contact', 'the label of a data channel', [35, 'PC_0', ['notes-anna.keller@example.org'], 1], 'anna.keller', {
    adversarial: true,
  }),
  event(
    'deviceNames',
    'the label of a data channel with a name',
    [35, 'PC_0', ['notes-anna.keller', { ordered: true }], 1],
    'anna.keller',
    { adversarial: true },
  ),
  event(
    'deviceNames',
    'the label of a data channel in stats',
    ['g', 'PC_0', { '4': { '115': 'notes-anna.keller', '10': 3667201911 } }, 1],
    'anna.keller',
    { adversarial: true, stays: ['3667201911'] },
  ),
  event('deviceNames', 'the label of a remote data channel', [28, 'PC_1', [1, 'notes-anna.keller'], 1], 'anna.keller', {
    adversarial: true,
  }),

  ...[ID, FIREFOX_ID, 'ff9777b9'].flatMap((id, index) => [
    event(
      'deviceIds',
      `deviceId (${index})`,
      [66, null, [{ deviceId: id, kind: 'videoinput', label: '', groupId: 'default' }], 1],
      id,
      { stays: ['videoinput'] },
    ),
    event(
      'deviceIds',
      `groupId (${index})`,
      [66, null, [{ deviceId: 'default', kind: 'audiooutput', label: '', groupId: id }], 1],
      id,
      { stays: ['"default"', 'audiooutput'] },
    ),
    event(
      'deviceIds',
      `deviceId of constraints (${index})`,
      [60, null, { audio: { deviceId: id }, video: { width: { ideal: 1280 } } }, '60-0', 1],
      id,
      { stays: ['1280', '60-0'] },
    ),
    event(
      'deviceIds',
      `deviceId exactly (${index})`,
      [60, null, { audio: { deviceId: { exact: id }, facingMode: { exact: 'user' } } }, '60-0', 1],
      id,
      { stays: ['{"exact":"user"}'] },
    ),
    event(
      'deviceIds',
      `deviceId in lists (${index})`,
      [60, null, { audio: { deviceId: { ideal: ['default', id] } } }, '60-0', 1],
      id,
      { adversarial: true, stays: ['"default"'] },
    ),
    event(
      'deviceIds',
      `groupId in advanced constraints (${index})`,
      [60, null, { video: { advanced: [{ groupId: { exact: [id] } }] } }, '60-0', 1],
      id,
      { adversarial: true },
    ),
    event(
      'deviceIds',
      `applyConstraints (${index})`,
      [71, null, [{ deviceId: id, echoCancellation: true }], TRACK, 1],
      id,
      { stays: [TRACK] },
    ),
    event(
      'deviceIds',
      `settings (${index})`,
      [':settings', null, JSON.stringify({ deviceId: id, sampleRate: 48000 }), 1],
      id,
      { adversarial: true, stays: ['48000'] },
    ),
    event(
      'deviceIds',
      `sourceId (${index})`,
      [60, null, { video: { mandatory: { chromeMediaSourceId: id, sourceId: id, maxWidth: 1280 } } }, '60-0', 1],
      id,
      { adversarial: true, stays: ['1280'] },
    ),
    event('deviceIds', `sinkId (${index})`, [':sink', null, { sinkId: id }, 1], id, { adversarial: true }),
    event(
      'deviceIds',
      `a text (${index})`,
      [65, null, `OverconstrainedError: {deviceId: {exact: "${id}"}}`, '60-0', 1],
      id,
      { adversarial: true, stays: ['60-0'] },
    ),
    event(
      'deviceIds',
      `truncated JSON text (${index})`,
      [':log', null, `got {"groupId":"${id}","kind":"audioinput"`, 1],
      id,
      { adversarial: true, stays: ['audioinput'] },
    ),
  ]),
  ...[ID, FIREFOX_ID].map((id, index) =>
    event('deviceIds', `again in a text (${index})`, [':log', null, `lost device ${id} again`, 1], id, {
      adversarial: true,
      before: [[66, null, [{ deviceId: id, kind: 'audioinput', label: '', groupId: '' }], 1]],
    }),
  ),
  metadata('deviceNames', 'the metadata', { device: { label: LABEL, kind: 'audioinput' } }, LABEL, {
    adversarial: true,
    stays: ['audioinput'],
  }),
  metadata('deviceIds', 'the metadata', { devices: [{ deviceId: ID }] }, ID, { adversarial: true }),
  event(
    'deviceIds',
    'ids under other names',
    [
      ':devices',
      null,
      { audioDeviceId: 'abcdef123456', DEVICE_ID: 'abcdef123457', selectedDeviceId: 'abcdef123458' },
      1,
    ],
    'abcdef12345',
    { adversarial: true },
  ),
  event(
    'deviceNames',
    'the event of an older client',
    ['getUserMediaOnSuccess', null, [['audio', '9cbf98d1-f77c-4026-8779-b2d01f2bef55', 'Annas AirPods']], 1],
    'annas',
    { adversarial: true, stays: ['9cbf98d1-f77c-4026-8779-b2d01f2bef55'] },
  ),
];
