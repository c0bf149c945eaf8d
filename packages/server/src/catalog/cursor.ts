import { GatewayError } from '../errors/gateway-error.ts';

/** The last session of a page; the next page begins after it. */
export type Position = StartPosition | ScorePosition;

/** In a list in the order of the start. */
export interface StartPosition {
  readonly startedAt: string;
  readonly id: string;
}

/** In a list in the order of the score. */
export interface ScorePosition {
  readonly experience: number;
  readonly id: string;
}

/** Encodes a position instead of a row number, so that new rows do not shift the following pages. */
export function encodeCursor(position: Position): string {
  const first = 'startedAt' in position ? position.startedAt : position.experience;
  return Buffer.from(JSON.stringify([first, position.id])).toString('base64url');
}

/** @throws GatewayError BAD_REQUEST if `encodeCursor` did not make it of a position of this kind */
export function decodeStartCursor(cursor: string): StartPosition {
  const [startedAt, id] = decode(cursor);
  if (typeof startedAt !== 'string') throw otherOrder();
  return { startedAt, id };
}

/** @throws GatewayError BAD_REQUEST if `encodeCursor` did not make it of a position of this kind */
export function decodeScoreCursor(cursor: string): ScorePosition {
  const [experience, id] = decode(cursor);
  if (typeof experience !== 'number') throw otherOrder();
  return { experience, id };
}

function decode(cursor: string): readonly [string | number, string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && value.length === 2) {
      const [first, id] = value as unknown[];
      if ((typeof first === 'string' || Number.isInteger(first)) && typeof id === 'string') return [first as never, id];
    }
  } catch {
    // Not JSON: the same answer as for other JSON.
  }
  throw new GatewayError('BAD_REQUEST', 'cursor: not a cursor that this server gave out');
}

function otherOrder(): GatewayError {
  return new GatewayError('BAD_REQUEST', 'cursor: it is from a list in another order');
}
