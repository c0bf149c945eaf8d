import { HASH_BYTES } from './merkle.ts';
import type { NoteKey } from './signed-note.ts';
import { openNote } from './signed-note.ts';

/** What a checkpoint states: that the log had this root when it had this size. */
export interface Checkpoint {
  /** The name of the log. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text of a checkpoint (https://c2sp.org/tlog-checkpoint): three lines with origin, size and root. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** The same from its text; undefined for anything else. Lines after the third one are ignored. */
export function parseCheckpointText(text: string): Checkpoint | undefined {
  const [, origin, digits, encoded] =
    /^([^\n]+)\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/.exec(text) ?? [];
  if (origin === undefined || encoded === undefined) return undefined;
  const root = Buffer.from(encoded, 'base64');
  if (root.length !== HASH_BYTES || root.toString('base64') !== encoded) return undefined;
  return { origin, size: Number(digits), root };
}

/** A checkpoint and the keys that signed it. */
export interface SignedCheckpoint extends Checkpoint {
  readonly signed: 'verified' | 'unknownKey';
}

/** @returns undefined if it is not a checkpoint, or if the signature of a known key is wrong */
export function openCheckpoint(note: string, keys: readonly NoteKey[]): SignedCheckpoint | undefined {
  const opened = openNote(note, keys);
  const checkpoint = opened && parseCheckpointText(opened.text);
  return checkpoint && { ...checkpoint, signed: opened.verifiedBy.length > 0 ? 'verified' : 'unknownKey' };
}
