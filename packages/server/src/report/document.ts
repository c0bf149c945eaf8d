/** A report without its format: what Markdown and HTML are made from. Texts are plain; the formats escape them. */

/** A part of a text. `blank`: something that only the operator knows, which is marked in the report. */
export type Inline = string | { readonly code: string } | { readonly strong: string } | { readonly blank: string };

export type Text = string | readonly Inline[];

export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: Text }
  /** A remark that a reader must not miss. */
  | { readonly kind: 'note'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Text[]; readonly ordered: boolean }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Text[])[] };

export interface ReportDocument {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export function heading(text: string): Block {
  return { kind: 'heading', level: 2, text };
}

export function subheading(text: string): Block {
  return { kind: 'heading', level: 3, text };
}

export function paragraph(...text: Inline[]): Block {
  return { kind: 'paragraph', text };
}

export function note(...text: Inline[]): Block {
  return { kind: 'note', text };
}

export function list(...items: Text[]): Block {
  return { kind: 'list', items, ordered: false };
}

export function numbered(...items: Text[]): Block {
  return { kind: 'list', items, ordered: true };
}

export function table(head: readonly string[], rows: readonly (readonly Text[])[]): Block {
  return { kind: 'table', head, rows };
}

/** Something that only the operator can fill in. */
export function blank(what: string): Inline {
  return { blank: what };
}

export function code(text: string): Inline {
  return { code: text };
}

/** How a blank is marked, in every format. */
export function blankText(what: string): string {
  return `[TO BE FILLED IN: ${what}]`;
}

export function partsOf(text: Text): readonly Inline[] {
  return typeof text === 'string' ? [text] : text;
}
