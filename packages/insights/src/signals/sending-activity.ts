import type { OutboundSample, PathSample } from './samples.ts';

/** A browser that ran through a gap sent at least this share of what it usually sends. */
const MIN_SHARE = 0.35;
/** Without anything to compare, a gap of this many milliseconds counts as a standstill. */
const LONG_GAP_MS = 20_000;
const WEIGHT = 0.1;

/**
 * Tells a browser that stood still from a page that was only late: media are sent by threads of the browser that do not
 * wait for the page.
 */
export class SendingActivity {
  #usualPackets: number | undefined;
  #usualBytes: number | undefined;

  isStandstill(
    time: number,
    previous: number | undefined,
    gap: boolean,
    outbound: readonly OutboundSample[],
    path: PathSample | undefined,
  ): boolean {
    if (previous === undefined || time <= previous) return false;
    const seconds = (time - previous) / 1000;
    let sent: number | undefined;
    for (const { packets } of outbound) if (packets !== undefined) sent = (sent ?? 0) + packets;
    const packets = sent === undefined ? undefined : sent / seconds;
    const bytes = path?.bytesSent === undefined ? undefined : path.bytesSent / seconds;
    if (gap) {
      if (this.#usualPackets && packets !== undefined) return packets < this.#usualPackets * MIN_SHARE;
      if (this.#usualBytes && bytes !== undefined) return bytes < this.#usualBytes * MIN_SHARE;
      return time - previous >= LONG_GAP_MS;
    }
    this.#usualPackets = follow(this.#usualPackets, packets);
    this.#usualBytes = follow(this.#usualBytes, bytes);
    return false;
  }
}

function follow(usual: number | undefined, value: number | undefined): number | undefined {
  if (value === undefined) return usual;
  return usual === undefined ? value : usual + (value - usual) * WEIGHT;
}
