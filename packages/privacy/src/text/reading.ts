/**
 * Other readings of a text. A value can be written with escapes inside a string (JSON text in JSON text, percent-encoding in
 * a URL, references in HTML) or in characters that only look the usual way, and would pass unseen. A view is such a reading, and knows for each
 * of its characters where in the original it came from, so that what is found in the view is replaced in the original.
 */
export interface View {
  readonly text: string;
  /** For each position of `text`, and its end: the position in the original. */
  readonly origin: Uint32Array;
}
