import { type Block, blankText, type Inline, partsOf, type ReportDocument, type Text } from './document.ts';

/** Readable on a screen and in print; black on white, because it is filed. */
const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #111; background: #fff; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; }
h2 { font-size: 1.25rem; margin-top: 2rem; border-bottom: 1px solid #999; }
h3 { font-size: 1.05rem; margin-top: 1.5rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { border: 1px solid #999; padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eee; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
.note { border-left: 4px solid #333; padding: 0.5rem 1rem; background: #f4f4f4; }
mark { background: #ffe58a; }
@page { margin: 2cm; }
@media print {
  body { font-size: 10.5pt; max-width: none; margin: 0; padding: 0; }
  h2, h3 { break-after: avoid; }
  tr, li, .note { break-inside: avoid; }
  thead { display: table-header-group; }
  mark { border: 1px solid #111; background: none; }
}`.trim();

/** A report as an HTML page that needs nothing else: no scripts, no other files. */
export function toHtml({ title, blocks }: ReportDocument): string {
  return `<!doctype html>
<html lang="en-US">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>
${STYLE}
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${blocks.map(blockHtml).join('\n')}
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escaped(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${textHtml(block.text)}</p>`;
    case 'note':
      return `<p class="note">${textHtml(block.text)}</p>`;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return `<${tag}>\n${block.items.map((item) => `<li>${textHtml(item)}</li>`).join('\n')}\n</${tag}>`;
    }
    case 'table': {
      const head = block.head.map((text) => `<th scope="col">${escaped(text)}</th>`).join('');
      const rows = block.rows.map((row) => `<tr>${row.map((text) => `<td>${textHtml(text)}</td>`).join('')}</tr>`);
      return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`;
    }
  }
}

function textHtml(text: Text): string {
  return partsOf(text).map(inlineHtml).join('');
}

function inlineHtml(inline: Inline): string {
  if (typeof inline === 'string') return escaped(inline);
  if ('code' in inline) return `<code>${escaped(inline.code)}</code>`;
  if ('strong' in inline) return `<strong>${escaped(inline.strong)}</strong>`;
  return `<mark>${escaped(blankText(inline.blank))}</mark>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
