import type { Impairment, PacketKind, Route } from './impairment.ts';

/** What a line did to the packets with media of one direction since its last change. */
export interface LineFigures {
  readonly route: Route;
  readonly impairment: Impairment;
  /** Seconds since the begin of the call. */
  readonly from: number;
  readonly to: number;
  readonly packets: number;
  readonly kbps: number;
  /** Share of lost packets, 0 to 1. */
  readonly loss: number;
  /** Mean time that packets took, in milliseconds. */
  readonly delayMs: number;
  /** Mean difference of that time between two packets of audio, in milliseconds, which is what RFC 3550 estimates. */
  readonly audioJitterMs: number;
}

/** Sums what a line does to packets, as proof that an impairment took effect. */
export class LineCounter {
  #packets = 0;
  #bytes = 0;
  #lost = 0;
  #delays = 0;
  #audioPackets = 0;
  #audioDifferences = 0;
  #audioDelay: number | undefined;

  add(bytes: number, kind: PacketKind, delay: number | undefined): void {
    if (kind !== 'audio' && kind !== 'video') return;
    this.#packets += 1;
    this.#bytes += bytes;
    if (delay === undefined) {
      this.#lost += 1;
      return;
    }
    this.#delays += delay;
    if (kind !== 'audio') return;
    if (this.#audioDelay !== undefined) {
      this.#audioPackets += 1;
      this.#audioDifferences += Math.abs(delay - this.#audioDelay);
    }
    this.#audioDelay = delay;
  }

  /** The figures, rounded; times in seconds. */
  figures(route: Route, impairment: Impairment, from: number, to: number): LineFigures {
    const passed = this.#packets - this.#lost;
    return {
      route,
      impairment,
      from: round(from),
      to: round(to),
      packets: this.#packets,
      kbps: round((this.#bytes * 8) / 1000 / Math.max(to - from, 0.001)),
      loss: round(this.#packets === 0 ? 0 : this.#lost / this.#packets),
      delayMs: round(passed === 0 ? 0 : this.#delays / passed),
      audioJitterMs: round(this.#audioPackets === 0 ? 0 : this.#audioDifferences / this.#audioPackets),
    };
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
