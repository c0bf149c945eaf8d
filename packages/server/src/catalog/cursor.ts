import { GatewayError } from '../errors/gateway-error.ts';

/** The last session of a page; the next page begins after it. */
export interface Position {
  readonly startedAt: string;
  readonly id: string;
}

/** Encodes a position instead of a row number, so that new rows do not shift the following pages. */
export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.startedAt, position.id])).toString('base64url');
}

/** Rejects what `encodeCursor` did not make with `BAD_REQUEST`. */
export function decodeCursor(cursor: string): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && value.length === 2) {
      const [startedAt, id] = value as unknown[];
      if (typeof startedAt === 'string' && typeof id === 'string') return { startedAt, id };
    }
  } catch {
    // Not JSON: the same answer as for other JSON.
  }
  throw new GatewayError('BAD_REQUEST', 'cursor: not a cursor that this server gave out');
}
