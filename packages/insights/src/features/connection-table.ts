import type { FeatureDefinition } from './definition.ts';

const STATES = {
  startTime: { type: 'number', unit: 'ms since the epoch', meaning: 'Time of the first event of the connection' },
  duration: { type: 'number', unit: 'ms', meaning: 'From the first to the last event' },
  closed: { type: 'boolean', meaning: 'The last event is `close`' },
  numberOfEvents: { type: 'integer', meaning: 'Events of the connection' },
  numberOfEventsNotGetStats: { type: 'integer', meaning: 'Events without statistics' },
  numberOfNegotiations: { type: 'integer', meaning: 'How often the signaling state became stable, rollbacks included' },
  pendingNegotiationAtEnd: { type: 'boolean', meaning: 'The last signaling state, apart from closed, is not stable' },
  connected: { type: 'boolean', meaning: 'The connection state was connected' },
  connectionTime: { type: 'integer', unit: 'ms', meaning: 'From connecting to connected: ICE and DTLS' },
  iceConnected: { type: 'boolean', meaning: 'The ICE connection state was connected' },
  iceConnectionTime: { type: 'integer', unit: 'ms', meaning: 'From checking to connected: ICE' },
} as const satisfies Record<string, FeatureDefinition>;

const DESCRIPTIONS = {
  signalingDelay: { type: 'integer', unit: 'ms', meaning: 'From setting the first local offer to setting its answer' },
  setLocalDescriptionDelay: { type: 'integer', unit: 'ms', meaning: 'Duration of the first setLocalDescription' },
  setLocalDescriptionRole: { type: 'string', meaning: 'Type of the first local description' },
  setLocalDescriptionFailure: { type: 'string', meaning: 'First error of setLocalDescription' },
  setRemoteDescriptionDelay: { type: 'integer', unit: 'ms', meaning: 'Duration of the first setRemoteDescription' },
  setRemoteDescriptionRole: { type: 'string', meaning: 'Type of the first remote description' },
  setRemoteDescriptionFailure: { type: 'string', meaning: 'First error of setRemoteDescription' },
  iceRestart: { type: 'boolean', meaning: 'createOffer was called with iceRestart' },
  iceRestartFollowedBySetRemoteDescription: {
    type: 'boolean',
    meaning: 'The offer of the first ICE restart was set, and an answer after it',
  },
  usingIceLite: { type: 'boolean', meaning: 'A remote description says ice-lite' },
} as const satisfies Record<string, FeatureDefinition>;

const CONFIGURATION = {
  configuredIceServers: { type: 'integer', meaning: 'Entries of iceServers' },
  configuredIceTransportPolicy: { type: 'boolean', meaning: 'iceTransportPolicy is relay' },
  configuredIceServersStun: { type: 'boolean', meaning: 'There is a stun: URL; absent otherwise' },
  configuredIceServersTurns: { type: 'boolean', meaning: 'There is a turns: URL; absent otherwise' },
  configuredIceServersTurnUdp: { type: 'boolean', meaning: 'There is a turn: URL with UDP; absent otherwise' },
  configuredIceServersTurnTcp: { type: 'boolean', meaning: 'There is a turn: URL with TCP; absent otherwise' },
  configuredBundlePolicy: { type: 'string', meaning: 'bundlePolicy, if set' },
  configuredAlwaysNegotiateDataChannels: { type: 'boolean', meaning: 'alwaysNegotiateDataChannels, if set' },
} as const satisfies Record<string, FeatureDefinition>;

const CANDIDATES = {
  addIceCandidateFailure: { type: 'string', meaning: 'First error of addIceCandidate' },
  addedHostCandidate: { type: 'boolean', meaning: 'A host candidate was added' },
  addedMdnsCandidate: { type: 'boolean', meaning: 'A host candidate with an mDNS name was added' },
  addedSrflxCandidate: { type: 'boolean', meaning: 'A server-reflexive candidate was added' },
  addedTurnCandidate: { type: 'boolean', meaning: 'A relay candidate was added' },
  addedNullCandidate: { type: 'boolean', meaning: 'addIceCandidate was called with null' },
  addedConnectableIceTcpCandidate: {
    type: 'boolean',
    meaning: 'A passive TCP candidate was added or is in a remote description',
  },
  gatheredHostCandidate: { type: 'boolean', meaning: 'A host candidate was gathered' },
  gatheredMdnsCandidate: { type: 'boolean', meaning: 'A host candidate with an mDNS name was gathered' },
  gatheredSrflxCandidate: { type: 'boolean', meaning: 'A server-reflexive candidate was gathered' },
  gatheredTurnCandidate: { type: 'boolean', meaning: 'A relay candidate was gathered' },
  gatheringTimeTurnUdp: { type: 'integer', unit: 'ms', meaning: 'Until the first relay candidate over UDP' },
  gatheringTimeTurnTcp: { type: 'integer', unit: 'ms', meaning: 'Until the first relay candidate over TCP' },
  gatheringTimeTurnTls: { type: 'integer', unit: 'ms', meaning: 'Until the first relay candidate over TLS' },
} as const satisfies Record<string, FeatureDefinition>;

const NETWORK = {
  dtlsRole: { type: 'string', meaning: 'client or server' },
  dtlsVersion: { type: 'string', unit: 'hex', meaning: 'FEFD is DTLS 1.2, FEFC is DTLS 1.3' },
  srtpCipher: { type: 'string', meaning: 'Cipher suite; its spelling depends on the browser' },
  firstCandidatePairLocalAddress: { type: 'string', meaning: 'Local address of the first pair in use' },
  firstCandidatePairLocalProtocol: { type: 'string', meaning: 'Its transport: udp or tcp' },
  firstCandidatePairLocalNetworkType: { type: 'string', meaning: 'Its network, such as wifi; Chromium only' },
  firstCandidatePairLocalType: { type: 'string', meaning: 'Its type: host, srflx, prflx or relay' },
  firstCandidatePairLocalTypePreference: { type: 'integer', meaning: 'Its type preference (RFC 8445, 5.1.2.1)' },
  firstCandidatePairLocalRelayProtocol: { type: 'string', meaning: 'Transport to its TURN server: udp, tcp or tls' },
  firstCandidatePairLocalRelayUrl: { type: 'string', meaning: 'URL of its TURN or STUN server' },
  firstCandidatePairRemoteAddress: { type: 'string', meaning: 'Remote address of that pair; empty if hidden' },
  firstCandidatePairRemoteType: { type: 'string', meaning: 'Type of the remote candidate' },
  averageStunRoundTripTime: { type: 'number', unit: 's', meaning: 'Round-trip time of checks, all pairs in use' },
  averageOutboundBitrate: { type: 'number', unit: 'bit/s', meaning: 'Sent by the transport' },
  averageInboundBitrate: { type: 'number', unit: 'bit/s', meaning: 'Received by the transport' },
  clockSkew: { type: 'integer', unit: 'ms', meaning: 'Wall clock minus the clock of the statistics' },
  statsTruncated: { type: 'boolean', meaning: 'A report has the 1000 samples that webrtc-internals keeps at most' },
} as const satisfies Record<string, FeatureDefinition>;

const LOCATIONS = {
  rtcstatsLocationContinent: { type: 'string', meaning: 'Location of the local address of the first pair' },
  rtcstatsLocationCountry: { type: 'string', meaning: 'Location of the local address of the first pair' },
  rtcstatsLocationCity: { type: 'string', meaning: 'Location of the local address of the first pair' },
  rtcstatsPeerLocationContinent: { type: 'string', meaning: 'Location of its remote address' },
  rtcstatsPeerLocationCountry: { type: 'string', meaning: 'Location of its remote address' },
  rtcstatsPeerLocationCity: { type: 'string', meaning: 'Location of its remote address' },
  rtcstatsRelayLocationContinent: { type: 'string', meaning: 'Location of the last local candidate that has one' },
  rtcstatsRelayLocationCountry: { type: 'string', meaning: 'Location of the last local candidate that has one' },
  rtcstatsRelayLocationCity: { type: 'string', meaning: 'Location of the last local candidate that has one' },
} as const satisfies Record<string, FeatureDefinition>;

/** The features of a connection. */
export const CONNECTION_FEATURES = {
  ...STATES,
  ...DESCRIPTIONS,
  ...CONFIGURATION,
  ...CANDIDATES,
  ...NETWORK,
  ...LOCATIONS,
} as const;
