import type { Role } from '../model/roles.ts';

const MAX_COUNT = 2048;
const MAX_LENGTH = 128;

/**
 * Texts in which the classes found nothing: error messages, addresses of a service's own servers, names of states. All sessions send the same ones, and
 * looking once is enough. They are in the dumps as they came, so remembering them tells nobody anything; still there are few, and they are short.
 */
export class HarmlessTexts {
  #byRole = new Map<Role, Set<string>>();
  #size = 0;

  has(text: string, role: Role): boolean {
    return text.length <= MAX_LENGTH && this.#byRole.get(role)?.has(text) === true;
  }

  add(text: string, role: Role): void {
    if (text.length > MAX_LENGTH) return;
    if (this.#size >= MAX_COUNT) {
      this.#byRole.clear();
      this.#size = 0;
    }
    const texts = this.#byRole.get(role) ?? new Set();
    this.#byRole.set(role, texts);
    // A copy: engines keep the whole message in memory for a part of it.
    texts.add([...text].join(''));
    this.#size++;
  }
}
