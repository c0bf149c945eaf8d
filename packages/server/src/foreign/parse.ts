import type { DropReason } from '@rtcstats-server/privacy';

export type JsonObject = Readonly<Record<string, unknown>>;

/** As deep as the anonymizer reads. Beyond a few thousand levels `JSON.stringify` would exhaust the stack. */
const MAX_DEPTH = 100;

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
    return isTooDeep(text) ? { dropped: 'tooDeep' } : { value: JSON.parse(text) as unknown };
  } catch {
    return { dropped: 'notJson' };
  }
}

/** Not shared with other modules, because a decoder that throws may keep its state. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Runs before the text is parsed, because parsing a million brackets takes longer than counting them. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) inString = !inString;
    else if (inString) {
      if (code === BACKSLASH) i++;
    } else if ((code | BRACE_BIT) === OPENING) {
      if (++depth > MAX_DEPTH) return true;
    } else if ((code | BRACE_BIT) === CLOSING) depth--;
  }
  return false;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
