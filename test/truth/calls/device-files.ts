import { Random } from '../../fuzz/random.ts';
import type { Side } from '../network/proxy.ts';
import type { Devices } from './browser.ts';
import type { CallPlan, ParticipantPlan } from './contract.ts';
import { type CameraPicture, type MicrophoneSound, writeCamera, writeMicrophone } from './media-files.ts';

/**
 * The files for the fake devices. Making one takes a while in which no packet would be forwarded, so all are made before
 * the first call, one for each kind and side.
 */
export class DeviceFiles {
  readonly #folder: string;
  readonly #seed: number;
  readonly #paths = new Map<string, string>();

  constructor(folder: string, seed: number) {
    this.#folder = folder;
    this.#seed = seed;
  }

  prepare(plans: readonly CallPlan[]): void {
    for (const { a = {}, b } of plans) {
      this.of('a', a);
      if (b !== null) this.of('b', b ?? {});
    }
  }

  of(side: Side, { microphone = 'speech', camera = 'moving' }: ParticipantPlan): Devices {
    const picture = camera === 'black' || camera === 'frozen' ? camera : 'moving';
    return { microphone: this.#microphone(side, microphone), camera: this.#camera(side, picture) };
  }

  #microphone(side: Side, sound: MicrophoneSound): string {
    const name = `${side}-${typeof sound === 'string' ? sound : `quieter-${sound.quieterBy}`}`;
    return this.#once(name, (random) => writeMicrophone(this.#folder, name, sound, random));
  }

  #camera(side: Side, picture: CameraPicture): string {
    const name = `${side}-${picture}`;
    return this.#once(name, (random) => writeCamera(this.#folder, name, picture, random));
  }

  #once(name: string, write: (random: Random) => string): string {
    const path = this.#paths.get(name) ?? write(new Random(this.#seed + this.#paths.size));
    this.#paths.set(name, path);
    return path;
  }
}
