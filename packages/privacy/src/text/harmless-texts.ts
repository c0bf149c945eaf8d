import type { Role } from '../model/roles.ts';

const MAX_COUNT = 2048;
const MAX_LENGTH = 128;

/**
 * Cache, shared by all sessions, of texts in which the classes found nothing: error messages, addresses of a service's
 * own servers, names of states. Every session sends the same ones. They appear in dumps unchanged, so keeping them in
 * memory reveals nothing; the cache is still small, and its texts short.
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
    // A copy, because a substring keeps the whole message in memory.
    texts.add([...text].join(''));
    this.#size++;
  }
}
