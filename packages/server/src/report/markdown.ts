import { type Block, blankText, type Inline, partsOf, type ReportDocument, type Text } from './document.ts';

/** A report as Markdown (GitHub Flavored, for its tables). */
export function toMarkdown({ title, blocks }: ReportDocument): string {
  return `${[`# ${escaped(title)}`, ...blocks.map(blockText)].join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escaped(block.text)}`;
    case 'paragraph':
      return lineOf(block.text);
    case 'note':
      return `> ${lineOf(block.text)}`;
    case 'list':
      return block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${lineOf(item)}`).join('\n');
    case 'table':
      return [block.head.map(escaped), block.head.map(() => '---'), ...block.rows.map((row) => row.map(cellText))]
        .map((cells) => `| ${cells.join(' | ')} |`)
        .join('\n');
  }
}

/** A text that begins a line, where some characters would begin a list, a heading or a quotation. */
function lineOf(text: Text): string {
  return textOf(text).replace(/^(\d+)([.)])(?=\s|$)|^([-+#>~=])/, (_, number, dot, sign) =>
    number === undefined ? `\\${sign}` : `${number}\\${dot}`,
  );
}

/** Bars would end the cell, in code as well. */
function cellText(text: Text): string {
  return partsOf(text)
    .map((inline) =>
      typeof inline === 'object' && 'code' in inline ? inlineText(inline).replaceAll('|', '\\|') : inlineText(inline),
    )
    .join('');
}

function textOf(text: Text): string {
  return partsOf(text).map(inlineText).join('');
}

function inlineText(inline: Inline): string {
  if (typeof inline === 'string') return escaped(inline);
  if ('code' in inline) return codeSpan(inline.code);
  if ('strong' in inline) return `**${escaped(inline.strong)}**`;
  return blankText(escaped(inline.blank));
}

/** A code span with more backticks around it than are in it (CommonMark, 6.1). */
function codeSpan(code: string): string {
  const text = code.replace(/\s+/g, ' ');
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  const pad = longest > 0 || text.trim() !== text ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}

/** Characters that Markdown or HTML would interpret anywhere in a line. */
function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|~&]/g, '\\$&');
}
