import type { ClientDetector, Definition } from './detector.ts';
import type { Finding, Interval } from './observation.ts';
import { errorName } from './signaling.ts';

const GET_USER_MEDIA = 'navigator.mediaDevices.getUserMedia';
const GET_DISPLAY_MEDIA = 'navigator.mediaDevices.getDisplayMedia';
const MAX_TRACKED = 1000;

const CAPTURE_FAILED = {
  name: 'capture-failed',
  category: 'capture',
  scope: 'client',
  severity:
    'critical if no capture ever succeeded, medium if one succeeded later; info for a screen picker that was canceled',
  signal: 'getUserMedia or getDisplayMedia failed',
  caveats: ['Applications may ask for a camera first and fall back to audio: then a later attempt succeeds.'],
  meaning: 'The application did not get the camera, microphone or screen that it asked for.',
  advice:
    'NotAllowedError: permission of the site or the system. NotFoundError: no such device. NotReadableError: in use ' +
    'by another program. OverconstrainedError: the constraints ask for what no device has.',
  source: 'W3C Media Capture and Streams, getUserMedia().',
} as const satisfies Definition;

export const captureFailed: ClientDetector = {
  definition: CAPTURE_FAILED,
  watchClient: () => {
    const failures: { time: number; error: string; display: boolean }[] = [];
    let lastSuccess: number | undefined;
    return {
      event({ method, value, time }) {
        if (method === `${GET_USER_MEDIA}OnSuccess`) lastSuccess = time;
        const display = method === `${GET_DISPLAY_MEDIA}OnFailure`;
        if (!display && method !== `${GET_USER_MEDIA}OnFailure`) return;
        if (failures.length < MAX_TRACKED) failures.push({ time, error: errorName(value), display });
      },
      end() {
        const devices = failures.filter(({ display }) => !display);
        const screens = failures.filter(({ display }) => display);
        return [
          ...findingOf(devices, lastSuccess, 'getUserMedia'),
          ...findingOf(screens, undefined, 'getDisplayMedia'),
        ];
      },
    };
  },
};

function findingOf(
  failures: readonly { time: number; error: string }[],
  lastSuccess: number | undefined,
  call: 'getUserMedia' | 'getDisplayMedia',
): Finding[] {
  const first = failures[0];
  const last = failures.at(-1);
  if (first === undefined || last === undefined) return [];
  const canceled = call === 'getDisplayMedia' && failures.every(({ error }) => error === 'NotAllowedError');
  const severity = canceled
    ? 'info'
    : call === 'getDisplayMedia'
      ? 'medium'
      : lastSuccess === undefined
        ? 'critical'
        : 'medium';
  return [
    {
      severity,
      direction: 'out',
      intervals: [[first.time, last.time]],
      evidence: { call, error: last.error, failures: failures.length },
    },
  ];
}

const TRACK_ENDED = {
  name: 'capture-track-ended',
  category: 'capture',
  scope: 'track',
  severity: 'high if no new track of the kind was captured afterwards, else low',
  signal: 'the event "ended" of a track from getUserMedia; the browser fires it only if not the application stopped it',
  caveats: [
    'Tracks of getDisplayMedia end when somebody stops sharing, which is normal.',
    'A track that ends in the last second of a recording belongs to the page being closed.',
  ],
  meaning: 'A camera or microphone was unplugged, taken away, or its driver crashed.',
  advice: 'Listen for "ended", tell the person, and offer another device.',
  source: 'W3C Media Capture and Streams, section 4.3.1.',
} as const satisfies Definition;

const CLOSING_MS = 1000;

export const captureTrackEnded: ClientDetector = {
  definition: TRACK_ENDED,
  watchClient: () => {
    const kinds = new Map<string, string>();
    const ended: { track: string; kind: string; time: number }[] = [];
    const captured = new Map<string, number>();
    return {
      event({ method, value, time }) {
        if (method === `${GET_USER_MEDIA}OnSuccess`) {
          for (const { kind, id } of tracksOf(value)) {
            if (kinds.size < MAX_TRACKED) kinds.set(id, kind);
            captured.set(kind, time);
          }
        }
        if (method !== 'MediaStreamTrack.onended' || typeof value !== 'string') return;
        const kind = kinds.get(value);
        if (kind !== undefined && ended.length < MAX_TRACKED) ended.push({ track: value, kind, time });
      },
      end: (end) =>
        ended
          .filter(({ time }) => end - time >= CLOSING_MS)
          .map(({ track, kind, time }) => {
            const replaced = (captured.get(kind) ?? 0) > time;
            const interval: Interval = [time, replaced ? captured.get(kind)! : end];
            return {
              severity: replaced ? 'low' : 'high',
              track,
              direction: 'out',
              intervals: [interval],
              evidence: { kind, replaced: replaced ? 'yes' : 'no' },
            };
          }),
    };
  },
};

function tracksOf(value: unknown): { kind: string; id: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [kind, id] = entry as unknown[];
    return typeof kind === 'string' && typeof id === 'string' ? [{ kind, id }] : [];
  });
}

const NO_CANCELLATION = {
  name: 'echo-cancellation-off',
  category: 'capture',
  scope: 'client',
  severity: 'always low',
  signal: 'constraints of getUserMedia or applyConstraints with echoCancellation false',
  caveats: ['Right for music and for headphones.'],
  meaning: 'Without headphones, the others hear themselves.',
  advice: 'Leave echo cancellation on, unless the application is made for music.',
  source: 'W3C Media Capture and Streams, echoCancellation.',
} as const satisfies Definition;

export const echoCancellationOff: ClientDetector = {
  definition: NO_CANCELLATION,
  watchClient: () => {
    let since: number | undefined;
    return {
      event({ method, value, time }) {
        const isCapture = method === GET_USER_MEDIA;
        if (!isCapture && method !== 'MediaStreamTrack.applyConstraints') return;
        const { audio, echoCancellation } = (value ?? {}) as { audio?: unknown; echoCancellation?: unknown };
        const wish = isCapture ? (audio as { echoCancellation?: unknown } | null | undefined) : { echoCancellation };
        if (isOff(wish?.echoCancellation)) since ??= time;
      },
      end: (time) =>
        since === undefined
          ? []
          : [{ severity: 'low', direction: 'out', intervals: [[since, time]], evidence: { echoCancellation: 'off' } }],
    };
  },
};

/** A constraint is a value, or `{exact}` or `{ideal}`. */
function isOff(constraint: unknown): boolean {
  if (constraint === false) return true;
  const { exact, ideal } = (constraint ?? {}) as { exact?: unknown; ideal?: unknown };
  return exact === false || ideal === false;
}
