/**
 * Checks the anonymizer's output independently. The gateway reads every finished dump again with a Verifier before the
 * dump may leave the machine; a finding quarantines the dump. To be a real second check, it shares nothing with the
 * anonymizer except the types of the policy: no table, no expression, no parser. It reads a stream and needs memory for
 * one line at a time:
 *
 *   chunks --> LineSplitter --> isNumericLine? --yes--> nothing to find (most lines)
 *                                    | no
 *                                    v
 *                               TextInspector --> JsonWalk --> detectors --> Findings --> Verdict
 */

import type { Finding, FindingClass, Verdict } from '../model/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { LineSplitter, MAX_TEXT_BYTES, UnreadableInputError } from './line-splitter.ts';
import { isNumericLine } from './numeric-line.ts';
import { TextInspector } from './text-inspector.ts';

export type { Finding, FindingClass, Verdict };
export { UnreadableInputError };

/**
 * Version of the verifying code. Written into receipts, so that dumps verified by an older version can be verified
 * again.
 */
export const VERIFIER = 'rtcstats-verifier/1';

/** The first line of a dump (file format 3). */
const DUMP_HEAD = 'RTCStatsDump';
const OPEN_OBJECT = 123;

/**
 * Verifies one rtcstats dump, recording (messages as lines, without a head) or webrtc-internals dump, and reports what
 * is left of each class that the policy removes. Input is UTF-8 in chunks of any size. A webrtc-internals dump is one
 * JSON text and is held in memory as a whole.
 */
export class Verifier {
  readonly version: string = VERIFIER;
  readonly #inspector: TextInspector;
  readonly #lines: LineSplitter;
  readonly #decoder = new TextDecoder();
  /** The chunks of a file that begins with `{`: one JSON text, unless it turns out to be lines. */
  #whole: Uint8Array[] | undefined;
  #wholeBytes = 0;
  #started = false;
  #line = 0;
  #isDump = false;

  constructor(policy: Policy) {
    this.#inspector = new TextInspector(policy);
    this.#lines = new LineSplitter((bytes, start, end) => this.#readLine(bytes, start, end));
  }

  /**
   * Reads the next bytes. The buffer may be reused afterwards.
   *
   * @throws {UnreadableInputError} if a line or a webrtc-internals dump is too long
   */
  push(chunk: Uint8Array): void {
    let start = 0;
    if (!this.#started) {
      while (start < chunk.length && isBlank(chunk[start]!)) start++;
      if (start < chunk.length) {
        this.#started = true;
        if (chunk[start] === OPEN_OBJECT) this.#whole = [];
      }
      start = 0;
    }
    if (this.#whole !== undefined) {
      this.#wholeBytes += chunk.length - start;
      if (this.#wholeBytes > MAX_TEXT_BYTES) throw new UnreadableInputError();
      this.#whole.push(chunk.slice(start));
    } else this.#lines.push(chunk);
  }

  /** The result. Call this once, after the last chunk. */
  end(): Verdict {
    if (this.#whole !== undefined) this.#readWhole(this.#whole);
    this.#lines.end();
    this.#inspector.end();
    const { total, list, counts } = this.#inspector.findings;
    return { clean: total === 0, total, findings: list, classes: counts, lines: this.#line };
  }

  #readWhole(chunks: readonly Uint8Array[]): void {
    const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.#whole = undefined;
    const text = this.#decoder.decode(bytes);
    if (this.#inspector.inspectDocument(text)) this.#line = countLines(bytes);
    else this.#lines.push(bytes);
  }

  #readLine(bytes: Uint8Array, start: number, end: number): void {
    this.#line++;
    if (!this.#inspector.mustInspectAll && isNumericLine(bytes, start, end)) return;
    const text = this.#decoder.decode(bytes.subarray(start, end));
    if (this.#line === 1 && text.trimEnd() === DUMP_HEAD) {
      this.#isDump = true;
      return;
    }
    const isMetadata = this.#isDump && this.#line === 2;
    this.#inspector.inspectLine(text, this.#line, end - start, isMetadata ? 'metadata' : undefined);
  }
}

/** Verifies a text that is already in memory. */
export function verifyText(text: string, policy: Policy): Verdict {
  const verifier = new Verifier(policy);
  verifier.push(new TextEncoder().encode(text));
  return verifier.end();
}

/** White space before the first byte, or a part of a byte order mark. */
function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13 || byte === 0xef || byte === 0xbb || byte === 0xbf;
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return bytes.length > 0 && bytes.at(-1) !== 10 ? lines + 1 : lines;
}
