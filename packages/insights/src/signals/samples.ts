/**
 * The normalized time series of a connection. A sample is made from each getStats event. Units are the same for all
 * browsers: bit/s, milliseconds, shares from 0 to 1, dBFS. Counts are changes since the previous sample. A value is
 * undefined if the browser does not report it, at the first sample, and after a counter was reset: undefined means "not
 * measurable", never 0.
 */
export interface ConnectionSample {
  /** Milliseconds since the epoch, by the client's clock. */
  readonly time: number;
  /** Time of the previous sample of this connection; undefined at the first one. */
  readonly previous: number | undefined;
  /**
   * The time that the browser's own timestamps say has passed since the previous sample, in milliseconds. Differs from
   * `time - previous` when the client's clock was set.
   */
  readonly elapsed: number | undefined;
  /** The sample covers much more time than usual. Rates over it mean little, but changes of counters do. */
  readonly gap: boolean;
  /**
   * In a gap: whether the browser itself stood still (sleep, frozen process), because it sent hardly anything. False if
   * only the page was late, for instance on a busy machine.
   */
  readonly standstill: boolean;
  readonly path: PathSample | undefined;
  readonly inbound: readonly InboundSample[];
  readonly outbound: readonly OutboundSample[];
}

/** The network path in use: the selected candidate pair. */
export interface PathSample {
  /** Round-trip time of connectivity checks; only in samples in which a new one was measured. */
  readonly rtt: number | undefined;
  readonly bytesReceived: number | undefined;
  readonly bytesSent: number | undefined;
  /** Answers to connectivity checks. */
  readonly responsesReceived: number | undefined;
  /** The estimated bandwidth for sending, in bit/s. */
  readonly availableOutgoing: number | undefined;
  /** `host`, `srflx`, `prflx` or `relay`. */
  readonly localType: string | undefined;
  readonly remoteType: string | undefined;
  /** `udp` or `tcp`. */
  readonly protocol: string | undefined;
  /** Transport between the client and its TURN server: `udp`, `tcp` or `tls`; only for local relay candidates. */
  readonly relayProtocol: string | undefined;
  readonly dtlsState: string | undefined;
}

export type MediaKind = 'audio' | 'video';

/** Identifies a stream (one SSRC) and the track that it belongs to. */
interface StreamSample {
  /** Id of the report; unique in the connection. */
  readonly stream: string;
  /** Id of the media track; of the transceiver (`mid`) or the report if the browser does not say. */
  readonly track: string;
  readonly kind: MediaKind;
  readonly mid: string | undefined;
  /** RTP payload in bit/s, without headers. */
  readonly bitrate: number | undefined;
  readonly packets: number | undefined;
  /** Nominal payload type name such as `opus` or `VP8`. */
  readonly codec: string | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** PLI and FIR messages: sent for inbound, received for outbound streams. */
  readonly keyFrameRequests: number | undefined;
  readonly keyFrames: number | undefined;
}

/** A received RTP stream. */
export interface InboundSample extends StreamSample {
  /** Negative when packets that were counted as lost arrived late. */
  readonly lost: number | undefined;
  /** RFC 3550 interarrival jitter. */
  readonly jitter: number | undefined;
  /** Mean time that media spent in the jitter buffer. */
  readonly buffer: number | undefined;
  /** Packets that the sender says it sent; only in samples in which a sender report arrived. */
  readonly sentByRemote: number | undefined;
  readonly audio: InboundAudio | undefined;
  readonly video: InboundVideo | undefined;
}

export interface InboundAudio {
  /** Audio samples played, concealed ones included. */
  readonly samples: number | undefined;
  /** Concealed samples, without those in silence, where concealment cannot be heard. */
  readonly concealed: number | undefined;
  /** Samples inserted or removed by time stretching. */
  readonly stretched: number | undefined;
  /** RMS level in dBFS. */
  readonly level: number | undefined;
}

export interface InboundVideo {
  readonly framesReceived: number | undefined;
  readonly framesDecoded: number | undefined;
  readonly framesDropped: number | undefined;
  /** Frames per second, from decoded frames. */
  readonly frameRate: number | undefined;
  /** Duration of freezes that ended since the previous sample. */
  readonly frozen: number | undefined;
  /** Mean decode time per frame. */
  readonly decodeTime: number | undefined;
}

/** A sent RTP stream; each simulcast layer is one. */
export interface OutboundSample extends StreamSample {
  /** `rid` or index of the simulcast layer. */
  readonly layer: string | undefined;
  /** False if the application switched the layer off. */
  readonly active: boolean | undefined;
  readonly retransmitted: number | undefined;
  /** From receiver reports; undefined in samples in which none arrived. */
  readonly remote: RemoteReception | undefined;
  /** RMS level of the microphone in dBFS. */
  readonly sourceLevel: number | undefined;
  /** Frames per second that the camera or screen delivers. */
  readonly sourceFrameRate: number | undefined;
  readonly video: OutboundVideo | undefined;
}

/** What the remote peer reports about a sent stream. */
export interface RemoteReception {
  /** Undefined if the report came before a packet was sent. */
  readonly lost: number | undefined;
  /** Packets sent since the previous report. */
  readonly expected: number | undefined;
  readonly jitter: number | undefined;
  readonly rtt: number | undefined;
}

export interface OutboundVideo {
  readonly framesEncoded: number | undefined;
  readonly frameRate: number | undefined;
  /** Mean encode time per frame. */
  readonly encodeTime: number | undefined;
  readonly limitation: 'none' | 'cpu' | 'bandwidth' | 'other' | undefined;
  /** Mean quantizer; its scale depends on the codec. */
  readonly qp: number | undefined;
}
