import { DECODE_ONLY_STATS_PROPERTIES, STATS_PROPERTY_CODES } from '@rtcstats-server/dump';

/**
 * Names of properties that the event model knows; those of events are in events/event-names.ts. Other names are not an
 * error: their values are scanned as free text. They are counted as drift, so that operators notice new fields of a
 * browser or client.
 */

/** Properties of reports that browsers send, or used to send, and that the protocol's table lacks. */
const OTHER_STATS_PROPERTIES = [
  'componentId',
  'cpuState',
  'deleted',
  'detached',
  'discardedPackets',
  'ended',
  'framesRendered',
  'ip',
  'ipAddress',
  'isRemote',
  'mediaType',
  'networkAdapterType',
  'readable',
  'remoteSource',
  'selected',
  'trackId',
  'vpn',
  'writable',
];

/** Properties of a statistics report as sent: names and codes (W3C webrtc-stats, and additions by browsers). */
export const STATS_PROPERTIES: ReadonlySet<string> = new Set([
  't',
  'type',
  'id',
  ...OTHER_STATS_PROPERTIES,
  ...Object.entries(DECODE_ONLY_STATS_PROPERTIES).flat(),
  ...Object.entries(STATS_PROPERTY_CODES).flatMap(([name, code]) => [name, String(code)]),
]);

/** Properties in the values of other events, grouped by specification. */
export const PROPERTIES: ReadonlySet<string> = new Set([
  // Client information about the browser and device (W3C UA-CH, Compute Pressure, Device Memory, CSSOM View).
  ...['hardwareConcurrency', 'userAgentData', 'brands', 'brand', 'version', 'mobile', 'platform', 'deviceMemory'],
  ...[
    'architecture',
    'bitness',
    'model',
    'platformVersion',
    'fullVersionList',
    'uaFullVersion',
    'wow64',
    'formFactors',
  ],
  ...['cpuPerformance', 'screen', 'window', 'width', 'height', 'devicePixelRatio', 'reloadCount', 'userAgent'],
  // HTMLMediaElement.resize, websocket, and the location that a gateway with a geolocation database adds to candidates.
  ...['videoWidth', 'videoHeight', 'connectionTime', 'rtcstatsLocation', 'continent', 'country', 'city'],
  // RTCConfiguration, including current and former additions of Chromium, and the legacy constraints.
  ...['iceServers', 'urls', 'url', 'username', 'credential', 'credentialType', 'iceTransportPolicy', 'bundlePolicy'],
  ...['rtcpMuxPolicy', 'iceCandidatePoolSize', 'certificates', 'peerIdentity', 'expires', 'sdpSemantics'],
  ...['encodedInsertableStreams', 'rtcAudioJitterBufferMaxPackets', 'rtcAudioJitterBufferFastAccelerate'],
  ...['rtcAudioJitterBufferMinDelayMs', 'portRange', 'min', 'max', 'alwaysNegotiateDataChannels'],
  ...['mandatory', 'optional', 'DtlsSrtpKeyAgreement', 'RtpDataChannels', 'enableDtlsSrtp', 'enableIPv6'],
  // RTCOfferOptions, RTCSessionDescription, RTCIceCandidate, RTCPeerConnectionIceErrorEvent.
  ...['iceRestart', 'offerToReceiveAudio', 'offerToReceiveVideo', 'voiceActivityDetection', 'type', 'sdp'],
  ...['OfferToReceiveAudio', 'OfferToReceiveVideo', 'VoiceActivityDetection', 'IceRestart'],
  ...['candidate', 'sdpMid', 'sdpMLineIndex', 'usernameFragment', 'foundation', 'component', 'priority', 'address'],
  ...['protocol', 'port', 'tcpType', 'relatedAddress', 'relatedPort', 'relayProtocol', 'hostCandidate'],
  ...['errorCode', 'errorText'],
  // RTCRtpTransceiverInit, RTCRtpSendParameters and their dictionaries (including webrtc-extensions and webrtc-svc).
  ...['direction', 'streams', 'sendEncodings', 'rid', 'active', 'codec', 'maxBitrate', 'minBitrate', 'maxFramerate'],
  ...['scaleResolutionDownBy', 'scaleResolutionDownTo', 'maxWidth', 'maxHeight', 'scalabilityMode', 'networkPriority'],
  ...['adaptivePtime', 'ptime', 'dtx', 'codecPayloadType', 'ssrc', 'rtx', 'fec', 'mechanism', 'transactionId'],
  ...['encodings', 'headerExtensions', 'uri', 'id', 'encrypted', 'rtcp', 'cname', 'reducedSize', 'codecs'],
  ...['mimeType', 'clockRate', 'channels', 'sdpFmtpLine', 'payloadType', 'scalabilityModes', 'degradationPreference'],
  // RTCDataChannelInit and attributes of RTCDataChannel.
  ...['ordered', 'maxPacketLifeTime', 'maxRetransmitTime', 'maxRetransmits', 'negotiated', 'label', 'readyState'],
  // MediaDeviceInfo; constraints and settings of tracks (Media Capture and Streams, Screen Capture, Image Capture).
  ...['deviceId', 'kind', 'groupId', 'audio', 'video', 'exact', 'ideal', 'advanced', 'require', 'aspectRatio'],
  ...['frameRate', 'facingMode', 'resizeMode', 'sampleRate', 'sampleSize', 'echoCancellation', 'autoGainControl'],
  ...['noiseSuppression', 'latency', 'channelCount', 'backgroundBlur', 'backgroundSegmentationMask', 'voiceIsolation'],
  ...[
    'displaySurface',
    'logicalSurface',
    'cursor',
    'restrictOwnAudio',
    'suppressLocalAudioPlayback',
    'surfaceSwitching',
  ],
  ...[
    'screenPixelRatio',
    'preferCurrentTab',
    'selfBrowserSurface',
    'systemAudio',
    'windowAudio',
    'monitorTypeSurfaces',
  ],
  ...['controller', 'whiteBalanceMode', 'exposureMode', 'focusMode', 'pointsOfInterest', 'exposureCompensation'],
  ...['exposureTime', 'colorTemperature', 'iso', 'brightness', 'contrast', 'saturation', 'sharpness', 'focusDistance'],
  ...['pan', 'tilt', 'zoom', 'torch', 'faceFraming', 'eyeGazeCorrection', 'lightingCorrection', 'powerEfficient'],
  ...['minWidth', 'minHeight', 'minFrameRate', 'maxFrameRate', 'minAspectRatio', 'maxAspectRatio', 'sourceId'],
  ...['chromeMediaSource', 'chromeMediaSourceId', 'mediaSource', 'latencyHint', 'volume'],
  // DOMException and its subclasses.
  ...['name', 'message', 'code', 'constraint', 'errorDetail', 'sdpLineNumber', 'httpRequestStatusCode'],
]);

/** Legacy constraints of Chromium: `googCpuOveruseDetection`, `googDscp`. */
const CHROMIUM_CONSTRAINT = /^goog[A-Z][A-Za-z0-9]*$/;

/** Whether the property is known for events other than `getStats`. */
export function isKnownProperty(name: string): boolean {
  return PROPERTIES.has(name) || CHROMIUM_CONSTRAINT.test(name);
}
