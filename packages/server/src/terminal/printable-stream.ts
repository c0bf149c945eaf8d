import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { printable } from './terminal.ts';

/**
 * Makes a stream of UTF-8 text safe for a terminal, as `printable` does for one text. Line breaks and tabs stay; bytes
 * that are not UTF-8 are replaced.
 */
export function printableStream(): Transform {
  const decoder = new StringDecoder('utf8');
  const clean = (text: string): string =>
    text
      .split(/([\n\t]+)/)
      .map((part, index) => (index % 2 === 0 ? printable(part) : part))
      .join('');
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, clean(decoder.write(chunk)));
    },
    flush(done) {
      done(null, clean(decoder.end()));
    },
  });
}
