import { type DumpSource, openEvents } from '@rtcstats-server/dump';
import { type AnalysisDocument, analyzeEvents, FeatureAccumulator, type Features } from '@rtcstats-server/insights';
import { recordings } from '../../packages/testing/src/recordings.ts';

const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';

/** The dumps that the server stores for the recordings, without anonymization; by name. */
export function recordedDumps(): ReadonlyMap<string, string> {
  return new Map(
    recordings().map(({ name, messages }) => [name, `${HEAD}${messages.join('\n')}\n["close",null,1001,1000]\n`]),
  );
}

/** The features of a dump. */
export async function featuresOf(source: DumpSource): Promise<Features> {
  const features = new FeatureAccumulator();
  for await (const event of await openEvents(source)) features.add(event);
  return features.result();
}

/** The analysis of a dump. */
export async function analysisOf(source: DumpSource): Promise<AnalysisDocument> {
  return analyzeEvents(await openEvents(source));
}

const candidate = (text: string, more: object = {}): object => ({ candidate: `candidate:${text}`, ...more });
const location = (continent: string, country: string, city: string): object => ({
  rtcstatsLocation: { continent, country, city },
});

const EVENTS: readonly (readonly unknown[])[] = [
  ['create', null, { userAgentData: { platform: 'Windows', brands: [], mobile: false } }, 1_795_400_000_000],
  ['navigator.mediaDevices.getUserMedia', null, { audio: true, video: true }, '60-0', 5],
  [
    'navigator.mediaDevices.getUserMediaOnSuccess',
    null,
    [
      ['audio', 'c1', 'Headset (0d8c:0014)', 's1'],
      ['video', 'c2', 'Webcam (046d:085e)', 's1'],
    ],
    '60-0',
    300,
  ],
  [
    'navigator.mediaDevices.getUserMediaOnFailure',
    null,
    'NotReadableError: Could not start Webcam (046d:085e)',
    '60-1',
    5,
  ],
  ['create', 'PC_0', { iceServers: [{ urls: 'turn:203.0.113.20:3478?transport=udp' }] }, 5],
  ['onicecandidate', 'PC_0', candidate('1 1 udp 2122194687 annas-laptop.local 50000 typ host'), 5],
  [
    'onicecandidate',
    'PC_0',
    candidate('2 1 udp 1685987071 203.0.113.77 50001 typ srflx raddr 0.0.0.0 rport 0'),
    location('EU', 'AT', 'Vienna'),
    5,
  ],
  [
    'onicecandidate',
    'PC_0',
    candidate('3 1 udp 58597631 198.51.100.7 50002 typ relay raddr 203.0.113.77 rport 50001'),
    location('EU', 'DE', 'Frankfurt'),
    5,
  ],
  ['addIceCandidate', 'PC_0', candidate('4 1 udp 2122194687 bobs-desktop.local 50003 typ host'), '8-0', 5],
  [
    'addIceCandidate',
    'PC_0',
    candidate('5 1 udp 1685987071 203.0.113.90 50004 typ srflx'),
    location('NA', 'US', 'Ashburn'),
    '8-1',
    5,
  ],
  ['addIceCandidate', 'PC_0', candidate('6 1 udp 1685987071 203.0.113.77 50005 typ srflx'), '8-2', 5],
  ['addIceCandidateOnFailure', 'PC_0', 'OperationError: cannot add 203.0.113.90', '8-1', 5],
  ['setLocalDescriptionOnFailure', 'PC_0', 'OperationError: c=IN IP4 203.0.113.77', '6-0', 5],
  ['setRemoteDescriptionOnFailure', 'PC_0', 'OperationError: c=IN IP4 203.0.113.90', '7-0', 5],
  ['onconnectionstatechange', 'PC_0', 'connected', 5],
  [
    'getStats',
    'PC_0',
    {
      t: 1_795_400_000_350,
      T: { type: 'transport', selectedCandidatePairId: 'P' },
      P: { type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R' },
      L: {
        type: 'local-candidate',
        address: '198.51.100.7',
        port: 50002,
        candidateType: 'relay',
        url: 'turn:203.0.113.20:3478?transport=udp',
      },
      R: { type: 'remote-candidate', address: '203.0.113.90', port: 50004, candidateType: 'srflx' },
    },
    5,
  ],
  ['close', 'PC_0', null, 5],
];

/** A dump by hand with the personal values that the recordings do not have in features. */
export const PERSONAL_DUMP = `${HEAD}${EVENTS.map((event) => JSON.stringify(event)).join('\n')}\n`;
