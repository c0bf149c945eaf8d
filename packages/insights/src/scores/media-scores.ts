import type { ConnectionSample, InboundSample } from '../signals/samples.ts';
import { codecImpairment, mosOf, ratingOf } from './e-model.ts';

/** A score with what lowered it: the difference to the score without that impairment. */
export interface Measured {
  readonly score: number;
  readonly costs: Readonly<Record<string, number>>;
}

/** Packet time of Opus plus capture, processing and playout in a browser, in milliseconds. */
const FIXED_DELAY_MS = 60;
const MIN_SAMPLES = 3;
/** Video of less, in bit/s, shows nothing. */
const MIN_BITRATE = 10_000;

/** Weighted means of a score and its costs over time; bounded memory. */
class Mean {
  readonly #names: readonly string[];
  #weight = 0;
  #score = 0;
  #samples = 0;
  readonly #sums: number[];

  /** @param names what lowers the score, in the order of `addCost` */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#sums = names.map(() => 0);
  }

  /** Adds a score; its costs follow. */
  add(score: number, weight: number): void {
    this.#weight += weight;
    this.#samples += 1;
    this.#score += score * weight;
  }

  addCost(index: number, cost: number, weight: number): void {
    this.#sums[index] = this.#sums[index]! + cost * weight;
  }

  result(): Measured | undefined {
    if (this.#samples < MIN_SAMPLES || this.#weight <= 0) return undefined;
    const costs = Object.fromEntries(this.#names.map((name, index) => [name, this.#sums[index]! / this.#weight]));
    return { score: this.#score / this.#weight, costs };
  }
}

/** The highest values of a stream lately. */
interface Usual {
  frameRate: number;
  pixels: number;
}

/**
 * Scores of what the client hears and sees, from samples.
 *
 * Audio is the MOS of the E-model. Its delay is half of the round-trip time, the jitter buffer, and a fixed part; its
 * loss is the share of concealed samples, because that is what is left of network loss after retransmission and error
 * correction.
 *
 * Video is 5 less the costs of frame rate, resolution, delay and freezes. The slopes for frame rate (1.9 per e-fold)
 * and delay (0.002 per ms) are those of rtcscore (MIT), whose authors call them a regression on limited data. Its term
 * for the bit rate is used for the resolution (0.56 per e-fold of pixels) only, because few bits may also mean a simple
 * picture. Frozen time costs 16 points times its share: a quarter of the time frozen is the worst score.
 */
export class MediaScores {
  readonly #audio = new Mean(['audio-concealment', 'delay']);
  readonly #video = new Mean(['frame-rate', 'resolution', 'delay', 'video-freeze']);
  /** By connection and stream. */
  readonly #usual = new Map<string, Map<string, Usual>>();
  readonly #rtt = new Map<string, number>();

  add(connection: string, sample: ConnectionSample, rtt: number | undefined): void {
    const { previous, time, standstill, inbound } = sample;
    if (rtt !== undefined) this.#rtt.set(connection, rtt);
    if (previous === undefined || standstill || time <= previous) return;
    const oneWay = (this.#rtt.get(connection) ?? 0) / 2;
    const weight = time - previous;
    for (const stream of inbound) {
      if (stream.audio) this.#addAudio(stream, oneWay, weight);
      if (stream.video) this.#addVideo(connection, stream, oneWay, weight);
    }
  }

  /** Drops the state of a connection that was closed. */
  forget(connection: string): void {
    this.#rtt.delete(connection);
    this.#usual.delete(connection);
  }

  get audio(): Measured | undefined {
    return this.#audio.result();
  }

  get video(): Measured | undefined {
    return this.#video.result();
  }

  #addAudio({ audio, buffer, codec }: InboundSample, oneWay: number, weight: number): void {
    const { samples, concealed } = audio!;
    if (!samples || concealed === undefined) return;
    const impairment = codecImpairment(codec);
    const loss = Math.min(100, (100 * concealed) / samples);
    const delay = oneWay + (buffer ?? 0) + FIXED_DELAY_MS;
    const score = mosOf(ratingOf({ delay, loss, codec: impairment }));
    const withoutLoss = loss === 0 ? score : mosOf(ratingOf({ delay, loss: 0, codec: impairment }));
    const withoutDelay = mosOf(ratingOf({ delay: 0, loss, codec: impairment }));
    this.#audio.add(score, weight);
    this.#audio.addCost(0, withoutLoss - score, weight);
    this.#audio.addCost(1, withoutDelay - score, weight);
  }

  #addVideo(connection: string, stream: InboundSample, oneWay: number, weight: number): void {
    const { video, width, height, buffer, packets, bitrate, lost } = stream;
    const { frameRate, frozen } = video!;
    // A camera that was turned off sends a black frame now and then.
    if ((bitrate ?? 0) < MIN_BITRATE && (lost ?? 0) <= 0) return;
    // A stream of which nothing comes is judged by observations: it may be paused.
    if (frameRate === undefined || packets === undefined || packets === 0) return;
    const pixels = (width ?? 0) * (height ?? 0);
    const usual = this.#usualOf(connection, stream.stream);
    // The usual values decay, because a sender may change from a camera to a shared screen.
    usual.frameRate = Math.max(frameRate, usual.frameRate * 0.995);
    usual.pixels = Math.max(pixels, usual.pixels * 0.995);
    const slow = cut(1.9 * Math.log(usual.frameRate / Math.max(frameRate, usual.frameRate / 20, 0.1)));
    const small = pixels > 0 ? cut(0.56 * Math.log(usual.pixels / pixels)) : 0;
    const late = cut(0.002 * Math.max(0, (buffer ?? 0) + oneWay - 100));
    const stopped = cut(16 * Math.min(1, (frozen ?? 0) / weight));
    this.#video.add(Math.max(1, 5 - (slow + small + late + stopped)), weight);
    this.#video.addCost(0, slow, weight);
    this.#video.addCost(1, small, weight);
    this.#video.addCost(2, late, weight);
    this.#video.addCost(3, stopped, weight);
  }

  #usualOf(connection: string, stream: string): Usual {
    let streams = this.#usual.get(connection);
    if (streams === undefined) {
      streams = new Map();
      this.#usual.set(connection, streams);
    }
    let usual = streams.get(stream);
    if (usual === undefined) {
      usual = { frameRate: 0, pixels: 0 };
      streams.set(stream, usual);
    }
    return usual;
  }
}

function cut(cost: number): number {
  return Number.isFinite(cost) ? Math.min(4, Math.max(0, cost)) : 0;
}
