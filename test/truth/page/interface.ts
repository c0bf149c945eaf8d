/** What bench and page agree on. No type of the DOM, because the bench runs in Node.js. */

/** How the bench tells the page what to do. */
export interface ParticipantOptions {
  /** Where the recording goes: WebSocket URL. */
  readonly gateway: string;
  /** Constraints for getUserMedia. */
  readonly audio: boolean | Readonly<Record<string, boolean>>;
  readonly video: false | Readonly<Record<string, unknown>>;
  /** Draws black frames in place of the camera. */
  readonly blackCanvas: boolean;
  readonly separateStreams: boolean;
  readonly impatient: boolean;
  readonly answersRecvonly: 'audio' | 'video' | null;
  /** MIME types. */
  readonly videoCodecs: readonly string[] | null;
  readonly iceServers: readonly IceServer[];
}

export interface IceServer {
  readonly urls: string;
  readonly username: string;
  readonly credential: string;
}

/** A message to or from the signaling server. */
export type Signal =
  | { readonly type: 'description'; readonly description: { readonly type: 'offer' | 'answer'; readonly sdp: string } }
  | { readonly type: 'candidate'; readonly candidate: { readonly candidate: string } };

/** Concealment of received audio up to a moment. */
export interface AudioSample {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Samples played. */
  readonly total: number;
  /** Concealed samples without silent ones. */
  readonly concealed: number;
}

/** What a participant saw and heard, measured by its page. */
export interface Measured {
  /** When frames left the decoder, in milliseconds since the epoch. */
  readonly frames: readonly number[];
  readonly audio: readonly AudioSample[];
  /** How late timers of the page were, in milliseconds. */
  readonly lateness: readonly number[];
}

/** The methods of a participant that the bench calls. */
export interface ParticipantPage {
  /** Opens camera and microphone. @returns the name of the error if there are none */
  openDevices(): Promise<string | null>;
  /** Adds the tracks, or a data channel if there are none. */
  addMedia(): void;
  offer(): Promise<void>;
  /** A message from the other side. */
  receive(signal: Signal): Promise<void>;
  muteMicrophone(muted: boolean): void;
  /** Stops the camera, as applications do it so that its lamp goes out. */
  turnCameraOff(): Promise<void>;
  turnCameraOn(): Promise<void>;
  /** Puts the call on hold or resumes it, by an offer. */
  hold(held: boolean): Promise<void>;
  /** Makes connections, offers on each, and never closes them. */
  leakConnections(count: number): Promise<void>;
  /** Plays received sound later than the picture. @param milliseconds of the jitter buffer */
  delayAudio(milliseconds: number): void;
  /** What the page saw itself, apart from the recording. */
  measured(): Measured;
  /** Ends the call and the recording. @returns the close code of the gateway */
  hangUp(): Promise<number>;
}
