import type { DropReason } from '@rtcstats-server/privacy';

export type JsonObject = Readonly<Record<string, unknown>>;

/** As deep as the anonymizer reads. Beyond a few thousand levels `JSON.stringify` would exhaust the stack. */
const MAX_DEPTH = 100;
/**
 * Bounds the time that parsing and converting takes, because all clients wait for it meanwhile: values in lists and
 * objects, where a list or an object counts as ten. The statistics of 5000 streams are within this limit.
 */
const MAX_WEIGHT = 200_000;
const CONTAINER_WEIGHT = 10;

const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, and `]` and `}`, differ in this bit only. */
const BRACE_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

export type Parsed = { readonly value: unknown; readonly dropped?: never } | { readonly dropped: DropReason };

/** Parses a JSON text of a client: UTF-8 bytes of a message, or a text within one. Never throws. */
export function parseMessage(message: Uint8Array | string): Parsed {
  try {
    const text = typeof message === 'string' ? message : UTF8.decode(message);
    const dropped = problemOf(text);
    return dropped === undefined ? { value: JSON.parse(text) as unknown } : { dropped };
  } catch {
    return { dropped: 'notJson' };
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Runs before the text is parsed, because parsing a million brackets takes longer than counting them. */
function problemOf(text: string): DropReason | undefined {
  let depth = 0;
  let weight = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) inString = !inString;
    else if (inString) {
      if (code === BACKSLASH) i++;
    } else if (code === COMMA) {
      if (++weight > MAX_WEIGHT) return 'tooSlow';
    } else if ((code | BRACE_BIT) === OPENING) {
      weight += CONTAINER_WEIGHT;
      if (++depth > MAX_DEPTH) return 'tooDeep';
    } else if ((code | BRACE_BIT) === CLOSING) depth--;
  }
  return weight > MAX_WEIGHT ? 'tooSlow' : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
