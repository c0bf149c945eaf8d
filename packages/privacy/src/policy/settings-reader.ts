import type { PrivacyErrorCode } from '../errors/errors.ts';
import { kindOf, quote } from './setting-value.ts';

/** A problem with one setting. The message may quote the value, which the operator wrote. */
export interface PolicyProblem {
  /** `ipAddresses.keepNetworks[1]`; '' for the settings as a whole. */
  readonly path: string;
  /** One line, without the path. */
  readonly message: string;
  /** For an unknown key: the known keys in this place. */
  readonly known?: readonly string[];
}

/** Settings that are not a valid policy; has all problems. The message has one line per problem. */
export class PolicyError extends Error {
  readonly code = 'POLICY_INVALID' satisfies PrivacyErrorCode;
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    super(problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n'));
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

const MAX_TEXT_LENGTH = 1000;

/** Reads settings of unknown shape, key by key, and collects all problems instead of stopping at the first. */
export class SettingsReader {
  readonly #problems: PolicyProblem[] = [];

  /** Adds a problem. `known`: the keys that are known in this place. */
  problem(path: string, message: string, known?: readonly string[]): void {
    this.#problems.push({ path, message, ...(known && { known }) });
  }

  /**
   * Call this after reading all settings.
   *
   * @throws {PolicyError} if there was a problem
   */
  end(): void {
    if (this.#problems.length > 0) throw new PolicyError(this.#problems);
  }

  /** Reads a mapping. undefined and null give an empty one. `keys`: the allowed keys. */
  section(value: unknown, path: string, keys?: readonly string[]): Readonly<Record<string, unknown>> {
    if (value === undefined || value === null) return {};
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.problem(path, `expected settings below this key, got ${kindOf(value)}`);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (keys === undefined || keys.includes(key)) continue;
      this.problem(path === '' ? key : `${path}.${key}`, 'no such setting', keys);
    }
    // Null prototype, because `__proto__` is a valid key in JSON.
    return Object.assign(Object.create(null), value) as Record<string, unknown>;
  }

  choice<T extends string | number>(value: unknown, path: string, allowed: readonly T[]): T | undefined {
    if (value === undefined) return undefined;
    const found = allowed.find((one) => one === value);
    if (found === undefined) this.#notAllowed(value, path, oneOf(allowed));
    return found;
  }

  boolean(value: unknown, path: string): boolean | undefined {
    if (value === undefined || typeof value === 'boolean') return value;
    this.#notAllowed(value, path, 'true or false');
    return undefined;
  }

  /** Reads a required text. `fault` describes what is allowed if the text is not. */
  text(value: unknown, path: string, longest: number, fault?: (text: string) => string | undefined): string {
    if (typeof value === 'string' && value !== '' && value.length <= longest) {
      const allowed = fault?.(value);
      if (allowed === undefined) return value;
      this.#notAllowed(value, path, allowed);
    } else this.#notAllowed(value, path, `a text of 1 to ${longest} characters`);
    return '';
  }

  list(value: unknown, path: string, most: number): readonly unknown[] {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length <= most) return value;
    this.#notAllowed(value, path, `a list of at most ${most}`);
    return [];
  }

  texts(
    value: unknown,
    path: string,
    most: number,
    fault?: (text: string) => string | undefined,
  ): readonly string[] | undefined {
    if (value === undefined) return undefined;
    return this.list(value, path, most).map((text, index) =>
      this.text(text, `${path}[${index}]`, MAX_TEXT_LENGTH, fault),
    );
  }

  #notAllowed(value: unknown, path: string, allowed: string): void {
    this.problem(path, `${quote(value)} is not allowed; allowed: ${allowed}`);
  }
}

function oneOf(values: readonly (string | number)[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
