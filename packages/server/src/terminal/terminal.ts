import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Styles text if the stream is a terminal and NO_COLOR is not set (https://no-color.org). */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream, validateStream: true });
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Makes text from clients safe for a terminal: control characters could move the cursor or change colors, and
 * bidirectional formatting characters of Unicode could reorder the text around them.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}
