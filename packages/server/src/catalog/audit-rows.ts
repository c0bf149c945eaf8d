import type { AuditHead, AuditRow, CheckpointRow, TreeState } from './audit.ts';
import type { AuditCheckpointsTable, AuditEntriesTable, AuditLogTable } from './audit-tables.ts';

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** The text of a tree in the tables. */
export function toTreeText(tree: TreeState): string {
  return JSON.stringify(tree.map(toBase64));
}

/** A text that somebody has damaged is read as no tree, which then does not fit the size. */
function treeFromText(text: string): TreeState {
  let hashes: unknown;
  try {
    hashes = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(hashes) ? hashes.map((hash) => Buffer.from(String(hash), 'base64')) : [];
}

export function headFromTable({ origin, size, tree, first, first_tree }: AuditLogTable): AuditHead {
  return {
    origin,
    size: Number(size),
    tree: treeFromText(tree),
    first: Number(first),
    firstTree: treeFromText(first_tree),
  };
}

export function entryFromTable({ position, time, action, body, leaf }: AuditEntriesTable): AuditRow {
  return { position: Number(position), time, action, body, leaf: Buffer.from(leaf, 'base64') };
}

export function checkpointFromTable(row: AuditCheckpointsTable): CheckpointRow {
  const { key_id: keyId, tree, note, created_at: createdAt } = row;
  return { size: Number(row.size), keyId, tree: treeFromText(tree), note, createdAt };
}
