import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../fuzz/random.ts';

const SAMPLE_RATE = 48_000;
const AUDIO_SECONDS = 12;
const WIDTH = 320;
const HEIGHT = 240;
export const FRAME_RATE = 15;
const VIDEO_SECONDS = 4;
/** Peak of the louder syllables; the RMS level of active speech is then about -26 dBov (ITU-T P.56). */
const SPEECH_PEAK = 0.25;
/** A real microphone is never exactly silent. */
const NOISE = 0.0005;

/** What the fake devices of a browser deliver. */
export type MicrophoneSound = 'speech' | 'silence' | { readonly quieterBy: number };
export type CameraPicture = 'moving' | 'frozen' | 'black';

/** For this share of the time somebody speaks; for the rest the other does. */
const SPEAKING_SHARE = 0.6;

/** Writes the file for a microphone: phrases, and silence while the other speaks, 12 s in a loop. @returns its path */
export function writeMicrophone(folder: string, name: string, sound: MicrophoneSound, random: Random): string {
  const gain = sound === 'speech' ? 1 : sound === 'silence' ? 0 : 10 ** (-sound.quieterBy / 20);
  const samples = syllables(random, gain);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write('WAVE', 8);
  head.write('fmt ', 12);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(SAMPLE_RATE, 24);
  head.writeUInt32LE(SAMPLE_RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.byteLength, 40);
  const path = join(folder, `${name}.wav`);
  writeFileSync(path, Buffer.concat([head, new Uint8Array(samples.buffer)]));
  return path;
}

/** Harmonics of a voice with an envelope of four to six syllables per second, in phrases of 1 to 3 s. */
function syllables(random: Random, gain: number): Int16Array {
  const samples = new Int16Array(SAMPLE_RATE * AUDIO_SECONDS);
  const pitch = 95 + 110 * random.next();
  let at = 0;
  const turnEnd = Math.round(samples.length * SPEAKING_SHARE);
  while (at < samples.length) {
    const phraseEnd = Math.min(turnEnd, at + SAMPLE_RATE * (1 + 2 * random.next()));
    while (at < phraseEnd) {
      const length = Math.round(SAMPLE_RATE / (4 + 2 * random.next()));
      const [tone, formant, loudness] = [
        pitch * (0.85 + 0.4 * random.next()),
        400 + 1200 * random.next(),
        random.next(),
      ];
      for (let i = 0; i < length && at < samples.length; i++, at++) {
        const time = i / SAMPLE_RATE;
        let value = 0;
        for (let harmonic = 1; harmonic <= 12; harmonic++) {
          const distance = (tone * harmonic - formant) / 500;
          value += Math.sin(2 * Math.PI * tone * harmonic * time) * (0.1 + Math.exp(-distance * distance));
        }
        const envelope = Math.sin((Math.PI * i) / length) * (0.4 + 0.6 * loudness);
        samples[at] = Math.round(
          gain * 32_767 * (SPEECH_PEAK * 0.4 * value * envelope + NOISE * (random.next() - 0.5)),
        );
      }
    }
    const pauseEnd = at >= turnEnd ? samples.length : at + SAMPLE_RATE * (0.4 + 0.8 * random.next());
    for (; at < pauseEnd && at < samples.length; at++) {
      samples[at] = Math.round(gain * 32_767 * NOISE * (random.next() - 0.5));
    }
  }
  return samples;
}

/** Writes the file for a camera: 320x240 at 15 frames per second, in a loop of 4 s. @returns its path */
export function writeCamera(folder: string, name: string, picture: CameraPicture, random: Random): string {
  const parts: Uint8Array[] = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAME_RATE}:1 Ip A1:1 C420jpeg\n`)];
  const frames = FRAME_RATE * VIDEO_SECONDS;
  const texture = new Uint8Array(WIDTH * HEIGHT * 4).map(() => random.below(256));
  const path = join(folder, `${name}.y4m`);
  const still = frame(texture, 0, frames, random);
  for (let index = 0; index < frames; index++) {
    const content = picture === 'moving' ? frame(texture, index, frames, random) : still;
    parts.push(Buffer.from('FRAME\n'), picture === 'black' ? black() : content);
  }
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

function black(): Buffer {
  return Buffer.concat([Buffer.alloc(WIDTH * HEIGHT, 16), Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
}

/** A coarse texture that moves in a circle behind a moving shape, with the noise of a sensor. */
function frame(texture: Uint8Array, index: number, frames: number, random: Random): Buffer {
  const content = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 128);
  const angle = (2 * Math.PI * index) / frames;
  const [shiftX, shiftY] = [Math.round(24 + 24 * Math.cos(angle)), Math.round(24 + 24 * Math.sin(angle))];
  const [shapeX, shapeY] = [WIDTH / 2 + 90 * Math.cos(angle), HEIGHT / 2 + 60 * Math.sin(2 * angle)];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [dx, dy] = [x - shapeX, y - shapeY];
      const cell = ((y + shiftY) >> 3) * WIDTH + ((x + shiftX) >> 3);
      const base = dx * dx + dy * dy < 1800 ? 200 : 60 + (texture[cell]! >> 2);
      content[y * WIDTH + x] = base + ((random.next() * 7) | 0);
    }
  }
  return content;
}
