import type { Random } from '../../fuzz/random.ts';
import type { Impairment, Route } from '../network/impairment.ts';
import type { Side } from '../network/proxy.ts';
import type { CameraPicture, MicrophoneSound } from './media-files.ts';

/** A kind of call, with or without a fault. */
export interface Scenario {
  readonly name: string;
  /** Whether a service has nothing to report about the call. */
  readonly isHealthy: boolean;
  /** Draws the parameters of one call. The same numbers give the same plan. */
  plan(random: Random): CallPlan;
}

/** Everything that happens in one call. All times are in seconds since its begin, which is when A makes its offer. */
export interface CallPlan {
  /** What was drawn, for people. */
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly seconds: number;
  readonly a?: ParticipantPlan;
  /** Null if the call ends before there is a second participant. */
  readonly b?: ParticipantPlan | null;
  readonly signaling?: SignalingPlan;
  /** A TURN server that serves nobody: a code with which it refuses, or silence. */
  readonly turn?: number | 'silent';
  /** In the order of time. */
  readonly steps?: readonly Step[];
  readonly expected?: readonly ExpectedOfSide[];
  /** Labels that may be reported, too. */
  readonly acceptable?: Readonly<Partial<Record<Side, readonly string[]>>>;
  /**
   * Whether frozen pictures and concealed sound are expected where the page measures them (the default), may be reported
   * in any case, or are no fault because somebody paused on purpose.
   */
  readonly symptoms?: 'measured' | 'acceptable' | 'none';
}

export interface ParticipantPlan {
  /** Default: `speech`. */
  readonly microphone?: MicrophoneSound;
  /** Default: `moving`. `canvas` draws black frames on a canvas; null is a call with audio only. */
  readonly camera?: CameraPicture | 'black-canvas' | null;
  /** Constraints of the microphone. Default: all processing on. */
  readonly audio?: Readonly<Record<string, boolean>>;
  /** Constraints of the camera, in place of 320x240 at 15 frames per second. */
  readonly video?: Readonly<Record<string, unknown>>;
  /** Neither camera nor microphone: messages over a data channel. */
  readonly dataOnly?: boolean;
  /** Codecs that it offers or accepts for video. */
  readonly videoCodecs?: readonly string[];
  /** Puts audio and video into streams of their own, so that the browser does not align them. */
  readonly separateStreams?: boolean;
  /** Answers "recvonly" to this kind of media, though it has a track. */
  readonly answersRecvonly?: 'audio' | 'video';
  /** Hands candidates to the connection although there is no description yet. */
  readonly impatient?: boolean;
}

/** What the signaling server does wrong. */
export interface SignalingPlan {
  readonly losesAnswer?: boolean;
  /** The line of the answer that is damaged begins like this. */
  readonly damagesAnswer?: string;
  /** Seconds until the other person picks up. */
  readonly pickUpAfter?: number;
  /** Candidates of A arrive before its offer. */
  readonly candidatesFirst?: boolean;
}

/** Methods of the page that a step may call. */
export type PageAction =
  | 'muteMicrophone'
  | 'turnCameraOff'
  | 'turnCameraOn'
  | 'hold'
  | 'leakConnections'
  | 'delayAudio';

export type Step = { readonly at: number } & (
  | { readonly do: 'network'; readonly route: Route | 'both'; readonly impairment: Impairment }
  | { readonly do: 'page'; readonly side: Side; readonly action: PageAction; readonly argument?: number | boolean }
  /** Stops all processes of the browser, as a computer that sleeps, and wakes them. */
  | { readonly do: 'sleep' | 'wake'; readonly side: Side }
  | { readonly do: 'closeTab'; readonly side: Side }
  /** Ends the call of one side; the recording ends with it. */
  | { readonly do: 'hangUp'; readonly side: Side }
  /** Both sides make an offer at the same moment. */
  | { readonly do: 'glare' }
  /** Ends the process of the browser that captures video, so that the track ends as if the camera was unplugged. */
  | { readonly do: 'unplugCamera'; readonly side: Side }
);

export interface ExpectedOfSide {
  readonly side: Side;
  readonly label: string;
  readonly direction?: 'inbound' | 'outbound';
  readonly from: number;
  readonly to: number;
  /** Until when the effect shows. */
  readonly effectTo?: number;
}
