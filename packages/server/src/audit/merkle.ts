import { createHash } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962, section 2.1, with SHA-256. A prefix byte tells leaves from inner nodes, so that no
 * content can pass for a part of the tree.
 */
const LEAF_PREFIX = Buffer.of(0x00);
const NODE_PREFIX = Buffer.of(0x01);

export const HASH_BYTES = 32;

/** The hash of a leaf. */
export function leafHash(content: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(LEAF_PREFIX).update(content).digest();
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
}

/**
 * A tree to which leaves are appended. It holds the roots of the complete subtrees only, one per bit of its size, so
 * appending to a tree of a million leaves needs 20 hashes in memory and one more per leaf on average.
 */
export class MerkleTree {
  #size: number;
  /** The largest subtree, which is that of the first leaves, first. */
  readonly #subtrees: Uint8Array[];

  /** @throws RangeError if there are not as many subtrees as a tree of this size has */
  constructor(size = 0, subtrees: readonly Uint8Array[] = []) {
    if (subtrees.length !== bitsIn(size) || subtrees.some(({ length }) => length !== HASH_BYTES)) {
      throw new RangeError(`A tree of ${size} leaves does not have these ${subtrees.length} subtrees`);
    }
    this.#size = size;
    this.#subtrees = [...subtrees];
  }

  get size(): number {
    return this.#size;
  }

  get subtrees(): readonly Uint8Array[] {
    return [...this.#subtrees];
  }

  append(leaf: Uint8Array): void {
    this.#subtrees.push(leaf);
    // Each trailing one bit of the size is a subtree that the new one completes.
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2)) {
      const right = this.#subtrees.pop()!;
      const left = this.#subtrees.pop()!;
      this.#subtrees.push(nodeHash(left, right));
    }
    this.#size++;
  }

  /** The root hash; that of an empty tree is the hash of nothing. */
  root(): Uint8Array {
    const smallest = this.#subtrees.at(-1);
    if (smallest === undefined) return createHash('sha256').digest();
    return this.#subtrees.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), smallest);
  }
}

function bitsIn(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
