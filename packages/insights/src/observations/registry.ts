import { avDesync } from './av-desync.ts';
import { bandwidthLimited } from './bandwidth.ts';
import { captureFailed, captureTrackEnded, echoCancellationOff } from './capture.ts';
import { clientSuspended, connectionLeak, pageReload } from './client-life.ts';
import { dtlsFailed, iceDisconnected, iceFailed, slowConnectionSetup } from './connectivity.ts';
import { bufferbloat, highRtt } from './delay.ts';
import type { Detector } from './detector.ts';
import { mediaInterruption } from './interruption.ts';
import { cpuLimited, decoderOverload } from './load.ts';
import { highJitter, packetLoss } from './loss-and-jitter.ts';
import { microphoneQuiet, microphoneSilent } from './microphone.ts';
import { oneWayAudio, oneWayVideo } from './one-way.ts';
import { audioConcealment, videoFreeze } from './playback.ts';
import { candidateError, negotiationStuck, noCommonCodec, sdpError, signallingGlare } from './signaling.ts';
import { staticVideo } from './static-video.ts';
import { relayedConnection, relayOverTcp, turnAuthFailed, turnMissing, turnUnreachable } from './turn.ts';
import { keyframeStorm, simulcastLayerMissing } from './video-sending.ts';

/** All detectors. Observations are reported, and docs/observations.md is generated, from this list. */
export const DETECTORS: readonly Detector[] = [
  packetLoss,
  highRtt,
  highJitter,
  bandwidthLimited,
  bufferbloat,
  mediaInterruption,
  iceDisconnected,
  relayedConnection,
  relayOverTcp,
  iceFailed,
  turnAuthFailed,
  turnUnreachable,
  turnMissing,
  dtlsFailed,
  slowConnectionSetup,
  sdpError,
  negotiationStuck,
  signallingGlare,
  candidateError,
  noCommonCodec,
  microphoneSilent,
  microphoneQuiet,
  captureTrackEnded,
  captureFailed,
  staticVideo,
  echoCancellationOff,
  oneWayAudio,
  oneWayVideo,
  avDesync,
  videoFreeze,
  audioConcealment,
  keyframeStorm,
  simulcastLayerMissing,
  cpuLimited,
  decoderOverload,
  clientSuspended,
  pageReload,
  connectionLeak,
];
