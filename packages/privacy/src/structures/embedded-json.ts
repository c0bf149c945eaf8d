import { JsonRewriter } from '../json/rewrite.ts';
import type { JsonVisitor } from '../json/visitor.ts';

/** Where an object or a list of strings, objects or lists may begin. */
const BEGINNING = /\{\s{0,8}"|\[\s{0,8}["{[]/g;
/** What to do around the values in a text. */
export interface Surroundings {
  /** Returns the replacement of the text before, between or after the values. */
  between(text: string): string;
  /**
   * Called before an attempt to read a value. Returns false to leave the rest of the text as it is: an attempt that
   * fails may have read all of it, so their number has to be limited to keep the time linear.
   */
  attempt(): boolean;
  /** Called when the last attempt failed, and its replacements were discarded. */
  failed(): void;
}

/**
 * Rewrites every JSON value inside a text that is not JSON as a whole: `Received: {…}`, the frames of socket.io
 * (`42["join",{…}]`), one JSON text per line. Undefined if there is none.
 *
 * @param visitor receives keys and values; paths begin at the value
 */
export function rewriteEmbeddedJson(text: string, visitor: JsonVisitor, around: Surroundings): string | undefined {
  BEGINNING.lastIndex = 0;
  if (!BEGINNING.test(text)) return undefined;
  const rewriter = new JsonRewriter(text, visitor, 'keep');
  let done = 0;
  let found = false;
  const fill = (to: number): void => {
    const part = text.slice(done, to);
    const clean = around.between(part);
    if (clean !== part) rewriter.replaceText(done, to, clean);
  };
  for (let from = 0; ; ) {
    BEGINNING.lastIndex = from;
    const match = BEGINNING.exec(text);
    if (match === null || !around.attempt()) break;
    // The text before the value comes first, because replacements are made in order; it is taken back with the value.
    if (rewriter.tryValueAt(match.index, () => fill(match.index))) {
      found = true;
      done = rewriter.position;
      from = done;
    } else {
      around.failed();
      from = match.index + 1;
    }
  }
  if (!found) return undefined;
  fill(text.length);
  return rewriter.endAnywhere();
}
