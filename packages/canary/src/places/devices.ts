import type { PersonalValue } from '../plan/plan.ts';
import type { PlanBuilder, Planter } from '../plan/plan-builder.ts';

const MEDIA_DEVICES = 'navigator.mediaDevices';

/**
 * Plants labels and ids of microphones, cameras, speakers and shared screens where they are listed, chosen and used.
 */
export function plantDevices(builder: PlanBuilder): void {
  const { values } = builder;
  builder.event('devices', `${MEDIA_DEVICES}.enumerateDevices`, (plant) => [
    null,
    ['audioinput', 'videoinput', 'audiooutput'].map((kind) => ({
      deviceId: plant(kind === 'videoinput' ? values.base64DeviceId() : values.deviceId(), `deviceId of ${kind}`),
      kind: plant.technical(kind),
      label: plant(kind === 'audiooutput' ? values.genericLabel() : values.label(), `label of ${kind}`),
      groupId: plant(values.deviceId(), `groupId of ${kind}`),
    })),
  ]);
  plantRepeatedDevice(builder);
  plantConstraints(builder);
  plantTracks(builder);
}

/**
 * Repeats a known label or id in later texts, because it has to be replaced in every text of the session from then on.
 */
function plantRepeatedDevice(builder: PlanBuilder): void {
  const { values } = builder;
  const label = values.label();
  const id = values.deviceId();
  builder.event('the device that shows again', `${MEDIA_DEVICES}.enumerateDevices`, (plant) => [
    null,
    [{ deviceId: plant(id, 'deviceId'), kind: 'audioinput', label: plant(label, 'label'), groupId: '' }],
  ]);
  builder.event('the default device', `${MEDIA_DEVICES}.enumerateDevices`, (plant) => [
    null,
    [
      {
        deviceId: plant.technical('default'),
        kind: 'audioinput',
        label: `Default - ${plant(label, 'label again')}`,
        groupId: '',
      },
    ],
  ]);
  builder.event('an error', `${MEDIA_DEVICES}.getUserMediaOnFailure`, (plant) => [
    null,
    `NotReadableError: ${plant(label, 'label again')} is in use`,
    plant.technical('60-1'),
  ]);
  builder.event('an error that quotes constraints', `${MEDIA_DEVICES}.getUserMediaOnFailure`, (plant) => [
    null,
    `OverconstrainedError: {deviceId: {exact: "${plant(values.deviceId(), 'deviceId')}"}}`,
    '60-2',
  ]);
  builder.event('a text', ':log', (plant) => [null, `lost ${plant(label, 'label again')} (${plant(id, 'id again')})`]);
  builder.event('JSON text', ':log', (plant) => [null, JSON.stringify({ chosen: plant(label, 'label again') })]);
  builder.event('a key', ':volumes', (plant) => [null, { [plant(label, 'label again')]: 0.5 }]);
  builder.line('percent-encoded', ':log', (plant, delta) => {
    return JSON.stringify([':log', null, encodeURIComponent(plant(label, 'label again')), delta]);
  });
}

function plantConstraints(builder: PlanBuilder): void {
  const { values } = builder;
  builder.event('constraints', `${MEDIA_DEVICES}.getUserMedia`, (plant) => [
    null,
    {
      audio: {
        deviceId: { exact: plant(values.deviceId(), 'exact deviceId') },
        groupId: plant(values.deviceId(), 'groupId'),
      },
      video: {
        deviceId: { ideal: ['default', plant(values.base64DeviceId(), 'ideal deviceId')] },
        width: { ideal: 1280 },
        advanced: [{ groupId: { exact: [plant(values.deviceId(), 'advanced groupId')] } }],
      },
    },
    plant.technical('60-0'),
  ]);
  builder.event('constraints of old browsers', `${MEDIA_DEVICES}.getUserMedia`, (plant) => [
    null,
    {
      audio: { mandatory: { sourceId: plant(values.deviceId(), 'sourceId') } },
      video: { mandatory: { chromeMediaSourceId: plant(values.deviceId(), 'chromeMediaSourceId'), maxWidth: 1280 } },
    },
    '60-3',
  ]);
  builder.event('constraints', 'MediaStreamTrack.applyConstraints', (plant) => [
    null,
    [{ deviceId: plant(values.deviceId(), 'deviceId'), echoCancellation: true }],
    plant.technical(values.uuid()),
  ]);
  builder.event('settings', ':settings', (plant) => [
    null,
    JSON.stringify({
      deviceId: plant(values.deviceId(), 'deviceId in JSON text'),
      sinkId: plant(values.deviceId(), 'sinkId in JSON text'),
      sampleRate: 48000,
    }),
  ]);
  builder.event('labels under other names', ':devices', (plant) => [
    null,
    {
      cameraLabel: plant(values.label(), 'cameraLabel'),
      microphoneName: plant(values.label(), 'microphoneName'),
      microphone: { label: plant(values.label(), 'microphone.label'), id: plant.technical(values.uuid()) },
    },
  ]);
}

function plantTracks(builder: PlanBuilder): void {
  const { values } = builder;
  const track = (plant: Planter, kind: string, label: string): readonly string[] => [
    kind,
    plant.technical(values.uuid()),
    label,
    plant.technical(values.uuid()),
  ];
  for (const method of ['addTrack', 'ontrack', 'replaceTrack', 'removeTrack']) {
    builder.event('label', method, (plant) => ['PC_0', track(plant, 'audio', plant(values.label()))]);
    builder.event('label of an object', method, (plant) => [
      'PC_0',
      { kind: 'video', id: plant.technical(values.uuid()), label: plant(values.label()) },
    ]);
  }
  builder.event('label', 'addTransceiver', (plant) => [
    'PC_0',
    [track(plant, 'video', plant(values.label())), { sendEncodings: [{ rid: 'l', maxBitrate: 600000 }] }],
  ]);
  builder.event('labels', `${MEDIA_DEVICES}.getUserMediaOnSuccess`, (plant) => [
    null,
    [
      track(plant, 'audio', plant(values.label(), 'audio')),
      track(plant, 'video', plant(values.genericLabel(), 'video')),
    ],
    '60-0',
  ]);
  builder.event('shared windows', `${MEDIA_DEVICES}.getDisplayMediaOnSuccess`, (plant) => [
    null,
    [
      track(plant, 'video', `window:${plant(screenId(values.number(8)), 'window')}:0`),
      track(plant, 'video', `web-contents-media-stream://${plant(screenId(values.number(8)), 'tab')}:12`),
    ],
    '63-0',
  ]);
}

function screenId(id: number): PersonalValue {
  return { text: String(id), searchTerms: [String(id)], classes: ['deviceNames'] };
}
