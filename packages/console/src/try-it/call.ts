import { api } from '../api/client.ts';
import { publicListenerUrl } from '../api/public-listener.ts';
import { type Media, openMedia } from './media.ts';
import { Recorder } from './recorder.ts';

/** Length of the call in milliseconds. */
export const CALL_MS = 6000;
const CONNECT_TIMEOUT_MS = 8000;
const FINISH_TIMEOUT_MS = 10_000;
const POLL_MS = 250;

/** The steps of a test call, in order. */
export const STEPS = ['media', 'connecting', 'calling', 'finishing'] as const;
/** A step of a test call. */
export type Step = (typeof STEPS)[number];

/** Options of `makeCall`, with callbacks for progress and media. */
export interface CallOptions {
  /** Camera and microphone, or a generated picture and tone. */
  readonly media: 'devices' | 'generated';
  /** Token for the connection, needed if the gateway requires one and cannot sign it itself. */
  readonly token: string | undefined;
  onStep(step: Step): void;
  onLocal(media: Media): void;
  onRemote(stream: MediaStream): void;
}

/**
 * Makes a call between two peer connections of this page, recorded by the gateway.
 *
 * @returns id of the session
 * @throws Error with a message for the user if the call or its recording fails
 */
export async function makeCall(options: CallOptions): Promise<string> {
  options.onStep('media');
  const conference = `try-it-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
  const recorder = new Recorder(await addressOf(conference, options.token));
  const refused = recorder.closed.then((code) => {
    throw new Error(explain(code));
  });
  // Avoid an unhandled rejection after the call, when nothing awaits this promise any more.
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

async function addressOf(conference: string, enteredToken: string | undefined): Promise<string> {
  const { port, token } = await api.tryIt(conference);
  const url = publicListenerUrl(port, '/try-it');
  url.searchParams.set('conferenceId', conference);
  const usedToken = enteredToken ?? token;
  if (usedToken !== null && usedToken !== undefined) url.searchParams.set('rtcstats-token', usedToken);
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

/** Connects the two ends. Resolves when the connection is established and a remote track has arrived. */
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
        reject(new Error('The two peer connections of this page could not connect'));
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
  const late = pause(CONNECT_TIMEOUT_MS).then(() => {
    throw new Error('The two peer connections of this page did not connect in time');
  });
  await Promise.race([Promise.all([received, connected]), late]);
}

/** Passes ICE candidates from one end to the other; buffers them until the other end has a remote description. */
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
  for (const end = Date.now() + FINISH_TIMEOUT_MS; Date.now() < end; await pause(POLL_MS)) {
    const { sessions } = await api.sessions({ conference, limit: 1 });
    const session = sessions[0];
    if (session !== undefined && (session.state === 'stored' || session.state === 'quarantined')) return session.id;
  }
  throw new Error('The gateway has not finished the session yet. It will appear under Sessions.');
}

/** Explains the close codes (RFC 6455, 7.4) with which the gateway ends a recording. */
function explain(code: number): string {
  const origin = window.location.origin;
  const reasons: Readonly<Record<number, string>> = {
    1000: 'The recording ended before the call did.',
    1001: 'The gateway is stopping.',
    1006: 'This page cannot reach the public listener.',
    1008: `The gateway refused the recording. It needs a valid token, and server.allowedOrigins must allow ${origin}.`,
    1013: 'The gateway has reached its connection limit. Try again later.',
  };
  return reasons[code] ?? `The gateway closed the recording with code ${code}.`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
