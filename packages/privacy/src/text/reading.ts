/**
 * Another reading of a text. A value can be hidden by escapes inside a string (nested JSON text, percent-encoding in a
 * URL, HTML references) or by look-alike characters. A view is the text with these undone; it maps each of its
 * positions to the original, so that a match in the view can be replaced in the original.
 */
export interface View {
  readonly text: string;
  /** For each position of `text`, and for its end: the position in the original. */
  readonly origin: Uint32Array;
}
