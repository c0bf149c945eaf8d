/**
 * The E-model of ITU-T G.107, narrowband scale: a rating R from 0 to 100, and the mean opinion score (MOS) that it
 * stands for. The terms for talker and listener echo are left out, because browsers cancel echo and a dump says nothing
 * about the rest; delay itself (Idd) and packet loss (Ie,eff) remain.
 */

/** What impairs a voice. */
export interface Impairments {
  /** One way from mouth to ear, in milliseconds. */
  readonly delay: number;
  /** Lost packets in percent, 0 to 100. */
  readonly loss: number;
  /** Mean length of loss bursts by that of random loss; 1 for random loss. */
  readonly burst?: number;
  readonly codec: CodecImpairment;
}

/** Equipment impairment (Ie) and robustness against loss (Bpl) of a codec (ITU-T G.113). */
export interface CodecImpairment {
  readonly ie: number;
  readonly bpl: number;
}

/** G.711 with concealment: ITU-T G.113, Appendix I. */
const G711: CodecImpairment = { ie: 0, bpl: 25.1 };
/**
 * Opus has no values in G.113. At the bit rates of calls it is wideband or better and not worse than G.711, so it
 * starts without impairment; its robustness is the lower end of Alahmadi, Pocta and Melvin (2021, doi 10.1145/3458751).
 */
const OPUS: CodecImpairment = { ie: 0, bpl: 10 };

/** The impairment of a codec by the name of its payload type. */
export function codecImpairment(name: string | undefined): CodecImpairment {
  if (name === undefined || name === 'opus') return OPUS;
  return /^(pcmu|pcma)$/i.test(name) ? G711 : OPUS;
}

/** The rating factor R. */
export function ratingOf({ delay, loss, burst = 1, codec }: Impairments): number {
  return BASIC_RATING - delayImpairment(delay) - lossImpairment(codec, loss, burst);
}

/** MOS of a rating (G.107, Annex B). Cut to 1, because the polynomial falls below it for R under 6.5. */
export function mosOf(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

/** Ie,eff: the impairment by a codec under loss. */
export function lossImpairment({ ie, bpl }: CodecImpairment, loss: number, burst: number): number {
  return ie + (95 - ie) * (loss / (loss / burst + bpl));
}

/** Idd: the impairment by delay alone, with the default sensitivity (mT = 100 ms, sT = 1). */
export function delayImpairment(delay: number): number {
  if (delay <= 100) return 0;
  const x = Math.log2(delay / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/** R with all parameters of G.107 at their defaults: 93.2. */
export const BASIC_RATING = basicRating();

function basicRating(): number {
  const sendLoudness = 8;
  const receiveLoudness = 2;
  const overallLoudness = sendLoudness + receiveLoudness;
  const noise = noiseSum(sendLoudness, receiveLoudness, overallLoudness);
  const signalToNoise = 15 - 1.5 * (sendLoudness + noise);
  const simultaneous = simultaneousImpairment(signalToNoise, noise, overallLoudness, receiveLoudness);
  return signalToNoise - simultaneous - listenerEcho(signalToNoise);
}

/** Idle: listener echo with the default loss (WEPL 110 dB) and no delay, a tenth of a point. */
function listenerEcho(ro: number): number {
  const echo = 10.5 * (110 + 7);
  return (ro - echo) / 2 + Math.sqrt((ro - echo) ** 2 / 4 + 169);
}

/** No: the power sum of all noise sources, in dBm0p. */
function noiseSum(send: number, receive: number, overall: number): number {
  const [circuit, roomSend, roomReceive, floor, sendFactor, sidetone] = [-70, 35, 35, -64, 3, 18];
  const send2 = roomSend - send - sendFactor - 100 + 0.004 * (roomSend - overall - sendFactor - 14) ** 2;
  const effective = roomReceive + 10 * Math.log10(1 + 10 ** ((10 - sidetone) / 10));
  const receive2 = receive - 121 + effective + 0.008 * (effective - 35) ** 2;
  const powers = [circuit, send2, receive2, floor + receive].map((level) => 10 ** (level / 10));
  return 10 * Math.log10(powers.reduce((sum, power) => sum + power, 0));
}

/** Is: what happens together with speech: loudness, sidetone, quantization. */
function simultaneousImpairment(ro: number, noise: number, overall: number, receive: number): number {
  const [sidetone, echoLoss, delay] = [15, 65, 0];
  const x = overall + 0.2 * (64 + noise - receive);
  const loudness = 20 * ((1 + (x / 8) ** 8) ** (1 / 8) - x / 8);
  const masked = -10 * Math.log10(10 ** (-sidetone / 10) + Math.exp(-delay / 4) * 10 ** (-echoLoss / 10));
  const side =
    12 * (1 + ((masked - 13) / 6) ** 8) ** (1 / 8) -
    28 * (1 + ((masked + 1) / 19.4) ** 35) ** (1 / 35) -
    13 * (1 + ((masked - 3) / 33) ** 13) ** (1 / 13) +
    29;
  // One quantization distortion unit: Q = 37 dB.
  const q = 37;
  const g = 1.07 + 0.258 * q + 0.0602 * q ** 2;
  const y = (ro - 100) / 15 + 46 / 8.4 - g / 9;
  const z = 46 / 30 - g / 40;
  const quantization = 15 * Math.log10(1 + 10 ** y + 10 ** z);
  return loudness + side + quantization;
}
