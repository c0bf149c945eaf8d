/**
 * Receives keys and values during a walk and returns replacements. Paths consist of keys and indexes from the root; the
 * array is reused, so copy it to keep it.
 */
export interface JsonVisitor {
  /** A decoded string value. Returns its replacement; the same string leaves the source unchanged. */
  string(value: string, path: readonly PathPart[]): string;
  /** A decoded key. Returns its replacement; `path` is the path of the object. */
  key(key: string, path: readonly PathPart[]): string;
  /** A number as written. Returns its replacement, which is written as a string, or undefined to keep it. */
  number(source: string, path: readonly PathPart[]): string | undefined;
  /** Called before the value of a member, which begins with the character `first`; `path` is the path of the object. */
  member?(key: string, path: readonly PathPart[], first: number): void;
  /** Called after the value of the member at `path`. Returns source text to insert behind it: `,"name":"value"`. */
  behind?(path: readonly PathPart[]): string;
}

/** A property name or a list index. */
export type PathPart = string | number;

/**
 * Treatment of line breaks between tokens. `remove`: a line of a dump must not contain any. `keep`: in nested JSON text
 * they are part of the value.
 */
export type LineBreaks = 'remove' | 'keep';
