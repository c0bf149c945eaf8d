/**
 * Every way in which a file can turn out not to be readable, and the sentence that says so. A sentence never holds
 * content of the file: errors end up in logs, and what is in a dump may be personal.
 */
export const DUMP_ERRORS = {
  DUMP_NOT_A_DUMP: 'This is not an rtcstats dump',
  DUMP_LEGACY: 'This dump has an old file format (1 or 2), which is not supported; only format 3 can be read',
  DUMP_TRUNCATED: 'This dump is cut short',
  DUMP_DAMAGED: 'This dump is damaged: its gzip data cannot be decompressed',
  DUMP_TOO_LARGE: 'This dump is too large to be held in memory, which its format asks for',
  DUMP_BAD_METADATA: 'The metadata of this dump cannot be read',
  DUMP_BAD_LINE: 'A line of this dump is not an event',
} as const;
export type DumpErrorCode = keyof typeof DUMP_ERRORS;

/** A file that is no dump, or not a whole one. Errors of the source (I/O) are passed on as they are instead. */
export class DumpError extends Error {
  override readonly name = 'DumpError';
  readonly code: DumpErrorCode;
  /** The line it was found on, from 1 (the head `RTCStatsDump`); undefined where there are no lines. */
  readonly line: number | undefined;

  /** `detail` says more, in words of this package only. There is no `cause`: JSON.parse quotes the text it fails on. */
  constructor(code: DumpErrorCode, detail?: string, line?: number) {
    const where = line === undefined ? '' : ` (line ${line})`;
    const more = detail === undefined ? '' : `: ${detail}`;
    super(`${DUMP_ERRORS[code]}${more}${where}`);
    this.code = code;
    this.line = line;
  }
}
