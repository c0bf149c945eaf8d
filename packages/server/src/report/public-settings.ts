/**
 * The configuration as reports see it: by path, and without secrets, which are replaced before (config/print.ts), so
 * that no report can contain one.
 */
export class PublicSettings {
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param values the result of `publicConfig` */
  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** The value of a setting such as `storage.s3.bucket`; undefined if it is not set, or not known in this version. */
  get(path: string): unknown {
    return path.split('.').reduce<unknown>((value, key) => {
      return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined;
    }, this.#values);
  }

  /** The value as a text; empty if it is not set. Of a list, its entries. */
  text(path: string): string {
    const value = this.get(path);
    if (value === undefined || value === null) return '';
    if (Array.isArray(value)) return value.map(String).join(', ');
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }

  /** Whether it has a value other than an empty list. A secret that is set has one. */
  isSet(path: string): boolean {
    return this.text(path) !== '';
  }

  is(path: string, value: unknown): boolean {
    return this.get(path) === value;
  }
}
