import { api } from '../api/client.ts';
import { type Media, openMedia } from './media.ts';
import { Recorder } from './recorder.ts';

/** How long the call lasts, in milliseconds. */
export const CALL_MS = 6000;
const CONNECT_MS = 8000;
const FINISH_MS = 10_000;
const POLL_MS = 250;

export const STEPS = ['media', 'connecting', 'calling', 'finishing'] as const;
export type Step = (typeof STEPS)[number];

export interface CallOptions {
  readonly media: 'devices' | 'made';
  /** A token to connect with, where the gateway cannot sign one itself. */
  readonly token: string | undefined;
  onStep(step: Step): void;
  onLocal(media: Media): void;
  onRemote(stream: MediaStream): void;
}

/**
 * Makes a call between two connections of this page, recorded by the gateway.
 *
 * @returns the id of the session that it made
 */
export async function makeCall(options: CallOptions): Promise<string> {
  options.onStep('media');
  const conference = `try-it-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
  const recorder = new Recorder(await addressOf(conference, options.token));
  const refused = recorder.closed.then((code) => {
    throw new Error(explain(code));
  });
  // Whoever is not waiting for it any more need not hear of it.
  refused.catch(() => {});
  describeBrowser(recorder);
  const media = await openMedia(recorder, options.media);
  const ends = [new RTCPeerConnection(), new RTCPeerConnection()] as const;
  try {
    options.onLocal(media);
    options.onStep('connecting');
    await Promise.race([connect(ends, media.stream, recorder, options), refused]);
    options.onStep('calling');
    await Promise.race([pause(CALL_MS), refused]);
  } finally {
    for (const end of ends) end.close();
    media.stop();
    void recorder.end();
  }
  options.onStep('finishing');
  await recorder.closed;
  return await sessionOf(conference);
}

async function addressOf(conference: string, given: string | undefined): Promise<string> {
  const { port, token } = await api.tryIt(conference);
  // A page cannot be allowed to connect to an IPv6 address by name; on this machine there is another name.
  const host = window.location.hostname.startsWith('[') ? 'localhost' : window.location.hostname;
  const url = new URL(`ws://${host}:${port}/try-it`);
  url.searchParams.set('conferenceId', conference);
  const used = given ?? token;
  if (used !== null && used !== undefined) url.searchParams.set('rtcstats-token', used);
  return url.href;
}

function describeBrowser(recorder: Recorder): void {
  const { userAgentData } = navigator as { userAgentData?: { toJSON(): unknown } };
  const { width, height } = window.screen;
  recorder.record('create', null, {
    hardwareConcurrency: navigator.hardwareConcurrency,
    userAgentData: userAgentData?.toJSON() ?? null,
    screen: { width, height, devicePixelRatio: window.devicePixelRatio },
    window: { width: window.innerWidth, height: window.innerHeight },
  });
}

type Ends = readonly [RTCPeerConnection, RTCPeerConnection];

/** Resolves when media flows. */
async function connect(
  [caller, callee]: Ends,
  stream: MediaStream,
  recorder: Recorder,
  options: CallOptions,
): Promise<void> {
  recorder.watch(caller, 'PC_0', {});
  recorder.watch(callee, 'PC_1', {});
  passCandidates(caller, callee);
  passCandidates(callee, caller);
  const received = new Promise<void>((resolve) => {
    callee.addEventListener('track', ({ streams }) => {
      if (streams[0]) options.onRemote(streams[0]);
      resolve();
    });
  });
  const connected = new Promise<void>((resolve, reject) => {
    caller.addEventListener('connectionstatechange', () => {
      if (caller.connectionState === 'connected') resolve();
      if (caller.connectionState === 'failed')
        reject(new Error('The two connections of this page did not find each other'));
    });
  });
  for (const track of stream.getTracks()) {
    caller.addTrack(track, stream);
    callee.addTrack(track, stream);
  }
  await caller.setLocalDescription(await caller.createOffer());
  await callee.setRemoteDescription(caller.localDescription!);
  await callee.setLocalDescription(await callee.createAnswer());
  await caller.setRemoteDescription(callee.localDescription!);
  const late = pause(CONNECT_MS).then(() => {
    throw new Error('The two connections of this page did not find each other in time');
  });
  await Promise.race([Promise.all([received, connected]), late]);
}

/** Candidates that come before the other side's description are kept until it is there. */
function passCandidates(from: RTCPeerConnection, to: RTCPeerConnection): void {
  const early: RTCIceCandidate[] = [];
  const pass = (candidate: RTCIceCandidate): void => void to.addIceCandidate(candidate).catch(() => {});
  from.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate === null) return;
    if (to.remoteDescription === null) early.push(candidate);
    else pass(candidate);
  });
  to.addEventListener('signalingstatechange', () => {
    if (to.remoteDescription !== null) for (const candidate of early.splice(0)) pass(candidate);
  });
}

async function sessionOf(conference: string): Promise<string> {
  for (const end = Date.now() + FINISH_MS; Date.now() < end; await pause(POLL_MS)) {
    const { sessions } = await api.sessions({ conference, limit: 1 });
    const session = sessions[0];
    if (session !== undefined && (session.state === 'stored' || session.state === 'quarantined')) return session.id;
  }
  throw new Error('The gateway has not finished the session yet. It appears under Sessions when it has.');
}

/** RFC 6455, 7.4, and what the gateway means by them. */
function explain(code: number): string {
  const origin = window.location.origin;
  const reasons: Readonly<Record<number, string>> = {
    1000: 'The recording ended before the call did.',
    1001: 'The gateway is stopping.',
    1006: 'The public listener cannot be reached from this page.',
    1008: `The gateway refused the recording: it needs a valid token, or ${origin} is not in server.allowedOrigins.`,
    1013: 'The gateway has as many connections as it may have.',
  };
  return reasons[code] ?? `The gateway ended the recording with ${code}.`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
