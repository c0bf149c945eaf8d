import { presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';

/** The verifier has this in place of each character that it found, and of those that it does not print. */
const HIDDEN = /█/g;
const MAX_ROUNDS = 100;
/** Unlike a letter or a digit, part of nothing that the verifier looks for. */
const FILLER = '-';

/**
 * Overwrites what the verifier takes for personal data, because a random number can look like the number of a phone.
 * The content of a dictionary may be any bytes (RFC 8878, 5), so it stays valid.
 */
export function overwriteFindings(dictionary: Buffer): Buffer {
  // One character per byte, so that nothing moves.
  let lines = dictionary.toString('latin1').split('\n');
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const verifier = new Verifier(presetPolicy('standard'));
    verifier.push(Buffer.from(lines.join('\n')));
    const { clean, findings } = verifier.end();
    if (clean) return Buffer.from(lines.join('\n'), 'latin1');
    const objected = new Map(findings.map(({ line, excerpt }) => [line, excerpt]));
    lines = lines.map((line, index) => {
      const excerpt = objected.get(index + 1);
      return excerpt === undefined ? line : overwritten(line, excerpt);
    });
  }
  throw new Error('The verifier finds something in the dictionary again and again');
}

/**
 * Overwrites the part that an excerpt hides; the whole line if that did not help before, or if the excerpt has escapes
 * of which the line has more.
 */
function overwritten(line: string, excerpt: string): string {
  const pattern = RegExp.escape(excerpt).replace(HIDDEN, '.').replaceAll('\\x20', '[\\s\\S]');
  const start = line.search(new RegExp(pattern, 's'));
  const units = [...line];
  [...excerpt].forEach((unit, index) => {
    if (unit === '█') units[start + index] = FILLER;
  });
  const result = units.join('');
  return start >= 0 && result !== line ? result : line.replace(/[\p{L}\p{N}]/gu, FILLER);
}
