import { DumpError } from './errors.ts';
import { DUMP_HEAD } from './metadata.ts';

/** How much of a file `explainForeign` wants to see, in bytes. */
export const FOREIGN_START_BYTES = 64 * 1024;

/**
 * Says what a file that does not start as a dump is instead, from its beginning. Formats 1 and 2 had no head: they
 * start with their metadata (`fileFormat` came with 2), with an event, or are one object by peer connection.
 */
export function explainForeign(start: string): DumpError {
  if (start.trim() === '') return new DumpError('DUMP_NOT_A_DUMP', 'it is empty');
  if (DUMP_HEAD.startsWith(start)) return new DumpError('DUMP_TRUNCATED', 'it ends within its head');
  const json = parse(start.split('\n', 1)[0] ?? '');
  if (Array.isArray(json) && typeof json[0] === 'string') return new DumpError('DUMP_LEGACY');
  const has = (key: string) => keysOf(json, start).includes(key);
  if (has('PeerConnections') || has('getUserMedia')) {
    return new DumpError('DUMP_NOT_A_DUMP', 'it looks like a webrtc-internals dump');
  }
  if (has('peerConnections') || (has('userAgent') && has('path')) || isOldFormat(json)) {
    return new DumpError('DUMP_LEGACY');
  }
  return new DumpError('DUMP_NOT_A_DUMP', `its first line is not ${DUMP_HEAD}`);
}

function isOldFormat(json: unknown): boolean {
  const format = (json as { fileFormat?: unknown } | null | undefined)?.fileFormat;
  return format === 1 || format === 2;
}

/**
 * The keys of the object on the first line; of one that goes on, whatever stands like a key in the part that is
 * known.
 */
function keysOf(json: unknown, start: string): readonly string[] {
  if (typeof json === 'object' && json !== null) return Object.keys(json);
  if (!start.trimStart().startsWith('{')) return [];
  return Array.from(start.matchAll(/"(\w{1,32})"\s*:/g), (match) => match[1] ?? '');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
