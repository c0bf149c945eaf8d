import { NotJsonError } from '../json/not-json-error.ts';
import { rewriteJson } from '../json/rewrite.ts';
import type { JsonVisitor } from '../json/visitor.ts';
import type { ReceiptBook } from '../receipt/receipt-book.ts';
import { rewriteEmbeddedJson } from '../structures/embedded-json.ts';

/** JSON text in a string in JSON text …: below this depth it is treated as plain text with escapes. */
const MAX_NESTING = 4;
/**
 * Texts inside of which no JSON value could be read, per event: each may have been read to its end, and those in a text
 * that fails are read again with it.
 */
const MAX_FAILURES = 16;
const LOOKS_LIKE_JSON = /^\s*(?:\{\s*["}]|\[\s*[[{"\]\d-])/;

/** Whether the text may be JSON text as a whole. */
export function looksLikeJson(text: string): boolean {
  return LOOKS_LIKE_JSON.test(text);
}

/** Rewrites strings that hold JSON text as JSON, because its keys tell the roles of its values. */
export class NestedJson {
  readonly #visitor: JsonVisitor;
  readonly #book: ReceiptBook;
  #depth = 0;
  #failures = 0;

  /** `visitor` receives the keys and values; `book` is where it counts its replacements. */
  constructor(visitor: JsonVisitor, book: ReceiptBook) {
    this.#visitor = visitor;
    this.#book = book;
  }

  /** Begins an event. */
  begin(): void {
    this.#failures = 0;
  }

  /** In how many strings the value is that the visitor sees now; 0: in none. */
  get depth(): number {
    return this.#depth;
  }

  /** Rewrites a string that is JSON text as a whole. Undefined when it is not valid JSON. */
  whole(value: string): string | undefined {
    if (!looksLikeJson(value) || this.#depth >= MAX_NESTING) return undefined;
    this.#depth++;
    const { mark } = this.#book;
    try {
      return rewriteJson(value, this.#visitor, 'keep');
    } catch (error) {
      if (!(error instanceof NotJsonError)) throw error;
      // Discard replacements made before the text turned out to be invalid JSON.
      this.#book.undo(mark);
      return undefined;
    } finally {
      this.#depth--;
    }
  }

  /**
   * Rewrites the JSON values inside a text. Undefined if there are none.
   *
   * @param between returns the replacement of the text before, between or after the values
   */
  embedded(value: string, between: (text: string) => string): string | undefined {
    if (this.#depth >= MAX_NESTING) return undefined;
    this.#depth++;
    try {
      let mark = 0;
      return rewriteEmbeddedJson(value, this.#visitor, {
        between,
        attempt: () => {
          mark = this.#book.mark;
          return this.#failures < MAX_FAILURES;
        },
        failed: () => {
          this.#failures++;
          this.#book.undo(mark);
        },
      });
    } finally {
      this.#depth--;
    }
  }
}
