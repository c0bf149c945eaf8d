import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leafHash, MerkleTree } from './merkle.ts';

/** Leaves and roots from the tests of Certificate Transparency, which other implementations of RFC 6962 use as well. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

it('has the roots that RFC 6962 gives the leaves of Certificate Transparency', () => {
  const tree = new MerkleTree();
  const roots = [Buffer.from(tree.root()).toString('hex')];
  for (const leaf of LEAVES) {
    tree.append(leafHash(Buffer.from(leaf, 'hex')));
    roots.push(Buffer.from(tree.root()).toString('hex'));
  }
  expect(roots).toEqual(ROOTS);
});

/** The definition of RFC 6962, section 2.1, word by word. */
function rootOf(leaves: readonly string[]): Buffer {
  const hash = (...parts: (Uint8Array | string)[]): Buffer =>
    parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest();
  if (leaves.length === 0) return hash();
  if (leaves.length === 1) return hash(Buffer.of(0), leaves[0]!);
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return hash(Buffer.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

it('has the root of the definition at any size, also when it is continued from its subtrees', () => {
  const leaves = fc.array(fc.string(), { maxLength: 70 });
  fc.assert(
    fc.property(leaves, fc.nat({ max: 70 }), (contents, cut) => {
      const first = new MerkleTree();
      for (const content of contents.slice(0, cut)) first.append(leafHash(content));
      const tree = new MerkleTree(first.size, first.subtrees);
      for (const content of contents.slice(cut)) tree.append(leafHash(content));
      expect(tree.size).toBe(contents.length);
      expect(Buffer.from(tree.root())).toEqual(rootOf(contents));
    }),
  );
});

it('is not made of subtrees that a tree of its size does not have', () => {
  const hash = new Uint8Array(32);
  expect(() => new MerkleTree(3, [hash])).toThrow(RangeError);
  expect(() => new MerkleTree(2, [hash, hash])).toThrow(RangeError);
  expect(() => new MerkleTree(1, [new Uint8Array(31)])).toThrow(RangeError);
});
