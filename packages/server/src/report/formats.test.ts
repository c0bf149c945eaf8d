import { describe, expect, it } from 'vitest';
import { blank, code, heading, list, note, numbered, paragraph, type ReportDocument, table } from './document.ts';
import { toHtml } from './html.ts';
import { toMarkdown } from './markdown.ts';

const document: ReportDocument = {
  title: 'A & B',
  blocks: [
    heading('First <b>'),
    paragraph('Call ', { strong: 'me' }, ' at ', code('a|b'), ': ', blank('phone'), '.'),
    note('- not a list'),
    list('1. one', ['# two ', code('`tick`')]),
    numbered('x', 'y'),
    table(['Name', 'a|b'], [[[code('x|y')], 'line\nbreak | bar']]),
  ],
};

it('is written as Markdown', () => {
  expect(toMarkdown(document)).toBe(
    [
      '# A \\& B',
      '## First \\<b\\>',
      'Call **me** at `a|b`: [TO BE FILLED IN: phone].',
      '> \\- not a list',
      '- 1\\. one\n- \\# two `` `tick` ``',
      '1. x\n2. y',
      '| Name | a\\|b |\n| --- | --- |\n| `x\\|y` | line break \\| bar |\n',
    ].join('\n\n'),
  );
});

it('is written as HTML that needs no scripts and no other files', () => {
  const html = toHtml(document);
  expect(html).toMatch(/^<!doctype html>\n<html lang="en-US">/);
  expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; `);
  expect(html).toContain('<title>A &amp; B</title>');
  expect(html).toContain('<h2>First &lt;b&gt;</h2>');
  expect(html).toContain('<mark>[TO BE FILLED IN: phone]</mark>');
  expect(html).toContain('<ol>\n<li>x</li>\n<li>y</li>\n</ol>');
  expect(html).toContain('<td><code>x|y</code></td>');
  expect(html).toContain('@media print');
  expect(html).not.toMatch(/<script|<link|<img|src=|url\(/);
});

describe('values from the configuration and the catalog', () => {
  const hostile = '<script>alert(1)</script> [x](javascript:y) **z** `t` | &amp; "q" \'';
  it.each(['text', 'code', 'strong', 'blank'] as const)('are not interpreted as %s', (kind) => {
    const inline = kind === 'text' ? hostile : ({ [kind]: hostile } as { code: string });
    const blocks = [paragraph(inline), list([inline]), table(['a'], [[[inline]]]), note(inline)];
    const html = toHtml({ title: hostile, blocks });
    expect(html).not.toContain('<script');
    expect(html.match(/&lt;script&gt;alert\(1\)/g)).toHaveLength(6);
    const [, ...lines] = toMarkdown({ title: hostile, blocks }).split('\n\n');
    for (const line of kind === 'code' ? [] : lines) {
      expect(line).not.toMatch(/(?<!\\)<script|(?<!\\)\[x\]|(?<!\\)`/);
    }
    // A cell ends at each bar that is not escaped.
    expect(
      lines
        .find((line) => line.startsWith('| a |'))!
        .split('\n')
        .at(-1)!
        .match(/(?<!\\)\|/g),
    ).toHaveLength(2);
  });
});
