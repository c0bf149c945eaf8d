import type { AudioSample, Measured } from './interface.ts';

/** Chromium's way to read the frames of a track (W3C mediacapture-transform). */
declare class MediaStreamTrackProcessor {
  constructor(options: { track: MediaStreamTrack });
  readonly readable: ReadableStream<{ close(): void }>;
}

const SAMPLE_MS = 500;

/**
 * What a participant sees and hears, measured by the page itself, as the truth about symptoms: the times at which frames
 * leave the decoder, and counts of concealed samples. Also how late timers are, which shows a machine that is too busy.
 */
export class Measurements {
  readonly #frames: number[] = [];
  readonly #audio: AudioSample[] = [];
  readonly #lateness: number[] = [];

  constructor() {
    let due = performance.now() + SAMPLE_MS;
    setInterval(() => {
      this.#lateness.push(Math.round(performance.now() - due));
      due = performance.now() + SAMPLE_MS;
    }, SAMPLE_MS);
  }

  /** Plays a received track and measures it. */
  watch(connection: RTCPeerConnection, track: MediaStreamTrack): void {
    const player = document.createElement(track.kind === 'video' ? 'video' : 'audio');
    player.srcObject = new MediaStream([track]);
    player.autoplay = true;
    document.body.append(player);
    if (track.kind === 'video') void this.#readFrames(track.clone());
    else setInterval(() => void this.#readSamples(connection, track), SAMPLE_MS);
  }

  result(): Measured {
    return { frames: this.#frames, audio: this.#audio, lateness: this.#lateness };
  }

  async #readFrames(track: MediaStreamTrack): Promise<void> {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      next.value.close();
      this.#frames.push(Math.round(performance.timeOrigin + performance.now()));
    }
  }

  async #readSamples(connection: RTCPeerConnection, track: MediaStreamTrack): Promise<void> {
    if (connection.connectionState === 'closed') return;
    for (const report of (await connection.getStats(track)).values()) {
      if (report.type !== 'inbound-rtp') continue;
      const { totalSamplesReceived = 0, concealedSamples = 0, silentConcealedSamples = 0 } = report;
      this.#audio.push({
        time: Math.round(performance.timeOrigin + performance.now()),
        total: totalSamplesReceived,
        concealed: concealedSamples - silentConcealedSamples,
      });
    }
  }
}
