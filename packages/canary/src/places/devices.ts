import type { PlanBuilder, Planter } from '../plan/plan-builder.ts';

const MEDIA_DEVICES = 'navigator.mediaDevices';

/** Microphones, cameras, speakers, shared screens: their labels and ids, where they are listed, chosen and used. */
export function plantDevices(planting: PlanBuilder): void {
  const { values } = planting;
  planting.event('devices', `${MEDIA_DEVICES}.enumerateDevices`, (plant) => [
    null,
    ['audioinput', 'videoinput', 'audiooutput'].map((kind) => ({
      deviceId: plant(kind === 'videoinput' ? values.base64DeviceId() : values.deviceId(), `deviceId of ${kind}`),
      kind: plant.stays(kind),
      label: plant(kind === 'audiooutput' ? values.genericLabel() : values.label(), `label of ${kind}`),
      groupId: plant(values.deviceId(), `groupId of ${kind}`),
    })),
  ]);
  plantAgain(planting);
  plantConstraints(planting);
  plantTracks(planting);
}

/** What was a label or an id once is one in every later text of the session. */
function plantAgain(planting: PlanBuilder): void {
  const { values } = planting;
  const label = values.label();
  const id = values.deviceId();
  planting.event('the device that shows again', `${MEDIA_DEVICES}.enumerateDevices`, (plant) => [
    null,
    [{ deviceId: plant(id, 'deviceId'), kind: 'audioinput', label: plant(label, 'label'), groupId: '' }],
  ]);
  planting.event('the default device', `${MEDIA_DEVICES}.enumerateDevices`, (plant) => [
    null,
    [
      {
        deviceId: plant.stays('default'),
        kind: 'audioinput',
        label: `Default - ${plant(label, 'label again')}`,
        groupId: '',
      },
    ],
  ]);
  planting.event('an error', `${MEDIA_DEVICES}.getUserMediaOnFailure`, (plant) => [
    null,
    `NotReadableError: ${plant(label, 'label again')} is in use`,
    plant.stays('60-1'),
  ]);
  planting.event('an error that quotes constraints', `${MEDIA_DEVICES}.getUserMediaOnFailure`, (plant) => [
    null,
    `OverconstrainedError: {deviceId: {exact: "${plant(values.deviceId(), 'deviceId')}"}}`,
    '60-2',
  ]);
  planting.event('a text', ':log', (plant) => [null, `lost ${plant(label, 'label again')} (${plant(id, 'id again')})`]);
  planting.event('JSON text', ':log', (plant) => [null, JSON.stringify({ chosen: plant(label, 'label again') })]);
  planting.event('a key', ':volumes', (plant) => [null, { [plant(label, 'label again')]: 0.5 }]);
  planting.line('percent-encoded', ':log', (plant, delta) => {
    return JSON.stringify([':log', null, encodeURIComponent(plant(label, 'label again')), delta]);
  });
}

function plantConstraints(planting: PlanBuilder): void {
  const { values } = planting;
  planting.event('constraints', `${MEDIA_DEVICES}.getUserMedia`, (plant) => [
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
    plant.stays('60-0'),
  ]);
  planting.event('constraints of old browsers', `${MEDIA_DEVICES}.getUserMedia`, (plant) => [
    null,
    {
      audio: { mandatory: { sourceId: plant(values.deviceId(), 'sourceId') } },
      video: { mandatory: { chromeMediaSourceId: plant(values.deviceId(), 'chromeMediaSourceId'), maxWidth: 1280 } },
    },
    '60-3',
  ]);
  planting.event('constraints', 'MediaStreamTrack.applyConstraints', (plant) => [
    null,
    [{ deviceId: plant(values.deviceId(), 'deviceId'), echoCancellation: true }],
    plant.stays(values.uuid()),
  ]);
  planting.event('settings', ':settings', (plant) => [
    null,
    JSON.stringify({
      deviceId: plant(values.deviceId(), 'deviceId in JSON text'),
      sinkId: plant(values.deviceId(), 'sinkId in JSON text'),
      sampleRate: 48000,
    }),
  ]);
  planting.event('labels under other names', ':devices', (plant) => [
    null,
    {
      cameraLabel: plant(values.label(), 'cameraLabel'),
      microphoneName: plant(values.label(), 'microphoneName'),
      microphone: { label: plant(values.label(), 'microphone.label'), id: plant.stays(values.uuid()) },
    },
  ]);
}

function plantTracks(planting: PlanBuilder): void {
  const { values } = planting;
  const track = (plant: Planter, kind: string, label: string): readonly string[] => [
    kind,
    plant.stays(values.uuid()),
    label,
    plant.stays(values.uuid()),
  ];
  for (const method of ['addTrack', 'ontrack', 'replaceTrack', 'removeTrack']) {
    planting.event('label', method, (plant) => ['PC_0', track(plant, 'audio', plant(values.label()))]);
    planting.event('label of an object', method, (plant) => [
      'PC_0',
      { kind: 'video', id: plant.stays(values.uuid()), label: plant(values.label()) },
    ]);
  }
  planting.event('label', 'addTransceiver', (plant) => [
    'PC_0',
    [track(plant, 'video', plant(values.label())), { sendEncodings: [{ rid: 'l', maxBitrate: 600000 }] }],
  ]);
  planting.event('labels', `${MEDIA_DEVICES}.getUserMediaOnSuccess`, (plant) => [
    null,
    [
      track(plant, 'audio', plant(values.label(), 'audio')),
      track(plant, 'video', plant(values.genericLabel(), 'video')),
    ],
    '60-0',
  ]);
  planting.event('shared windows', `${MEDIA_DEVICES}.getDisplayMediaOnSuccess`, (plant) => [
    null,
    [
      track(plant, 'video', `window:${plant({ ...screenId(values.number(8)) }, 'window')}:0`),
      track(plant, 'video', `web-contents-media-stream://${plant({ ...screenId(values.number(8)) }, 'tab')}:12`),
    ],
    '63-0',
  ]);
}

function screenId(id: number): { text: string; needles: string[]; classes: ['deviceNames'] } {
  return { text: String(id), needles: [String(id)], classes: ['deviceNames'] };
}
