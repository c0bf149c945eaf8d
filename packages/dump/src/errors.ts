/**
 * Why a file cannot be read, with the message for each reason. Messages never contain content of the file: they end up
 * in logs, and the content of a dump may be personal.
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

/** The file is not a dump, or is incomplete or damaged. Errors of the source (I/O) are passed on unchanged instead. */
export class DumpError extends Error {
  override readonly name = 'DumpError';
  readonly code: DumpErrorCode;
  /**
   * Number of the line with the error, starting with 1 (the head `RTCStatsDump`); undefined for formats without lines.
   */
  readonly line: number | undefined;

  /**
   * @param detail appended to the message; must not quote the file. For the same reason there is no `cause`: errors of
   *   JSON.parse quote the text.
   */
  constructor(code: DumpErrorCode, detail?: string, line?: number) {
    const where = line === undefined ? '' : ` (line ${line})`;
    const more = detail === undefined ? '' : `: ${detail}`;
    super(`${DUMP_ERRORS[code]}${more}${where}`);
    this.code = code;
    this.line = line;
  }
}
