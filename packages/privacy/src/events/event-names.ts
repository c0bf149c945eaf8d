import { DECODE_ONLY_METHODS, METHOD_CODES } from '@rtcstats-server/dump';

/** Event names: those of the protocol's table, and those that clients send by name. */
export const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(METHOD_CODES),
  ...Object.values(DECODE_ONLY_METHODS),
  'identity',
  'publicIP',
  'websocket',
  'MediaStreamTrack.enabled',
]);

/**
 * Names for calls and events of the browser from other sources: clients of earlier protocol versions, which saw the
 * callback-based API and streams instead of tracks (W3C WebRTC 1.0 drafts up to 2017), and browsers themselves.
 */
const OTHER_EVENT_NAMES: ReadonlySet<string> = new Set([
  ...['getUserMedia', 'getDisplayMedia', 'navigator.getUserMedia', 'navigator.mediaDevices.getUserMedia'].flatMap(
    (name) => [name, `${name}OnSuccess`, `${name}OnFailure`],
  ),
  ...['addStream', 'removeStream', 'onaddstream', 'onremovestream', 'onremovetrack', 'createDTMFSender'],
  // Chromium's own names, in the rtcstats dumps that chrome://webrtc-internals saves.
  ...['transceiverAdded', 'transceiverModified', 'transceiverRemoved', 'iceconnectionstatechange', 'datachannel'],
  ...['icegatheringstatechange', 'signalingstatechange', 'connectionstatechange', 'icecandidate', 'icecandidateerror'],
  ...['negotiationneeded', 'setConfigurationOnSuccess', 'setConfigurationOnFailure', 'stop'],
  ...['navigator.mediaDevices.enumerateDevicesOnSuccess', 'enumerateDevices', 'ondevicechange'],
]);

/**
 * Whether an event of this name is the application's: every name outside the protocol's table, with or without the
 * colon that the protocol asks for. Only the application's operator can know what is in it. `connectionInfo` and
 * `location` of other gateways are such events too, because their content is not specified anywhere.
 */
export function isApplicationEvent(method: string): boolean {
  return method !== '' && !EVENT_NAMES.has(method) && !OTHER_EVENT_NAMES.has(method);
}
