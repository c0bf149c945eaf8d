import { ecb } from '@noble/ciphers/aes.js';

/**
 * Encrypts IP addresses to IP addresses (draft-denis-ipcrypt). Addresses have 16 bytes, with IPv4 as IPv4-mapped IPv6
 * (RFC 4291, section 2.5.5.2).
 */
const BLOCK = 16;
const MAPPED_BITS = 96;

/**
 * `ipcrypt-deterministic`: one block of AES-128. Nothing of the address is preserved; an IPv4 address becomes an IPv6
 * address.
 */
export function encryptDeterministic(key: Uint8Array, address: Uint8Array): Uint8Array {
  return blocks(key.subarray(0, BLOCK), address);
}

/**
 * `ipcrypt-pfx`: preserves common prefixes (and so networks) and the address family. Each bit is flipped or not
 * depending on the encryption of the preceding bits under two keys.
 *
 * @param key 32 bytes, whose halves differ
 */
export function encryptPrefixPreserving(key: Uint8Array, address: Uint8Array): Uint8Array {
  const first = isMapped(address) ? MAPPED_BITS : 0;
  const count = 8 * BLOCK - first;
  const prefixes = paddedPrefixes(address, first);
  const one = blocks(key.subarray(0, BLOCK), prefixes);
  const two = blocks(key.subarray(BLOCK, 2 * BLOCK), prefixes);
  const encrypted = address.slice();
  for (let i = 0; i < count; i++) {
    const last = i * BLOCK + BLOCK - 1;
    const turn = (one[last]! ^ two[last]!) & 1;
    const bit = first + i;
    encrypted[bit >> 3]! ^= turn << (7 - (bit & 7));
  }
  return encrypted;
}

/** One block per bit from `first` on: the bits before it, right-aligned, after a 1 that marks their number. */
function paddedPrefixes(address: Uint8Array, first: number): Uint8Array {
  const count = 8 * BLOCK - first;
  const all = new Uint8Array(count * BLOCK);
  let prefix = new Uint8Array(BLOCK);
  prefix[BLOCK - 1] = 1;
  for (let bit = 0; bit < first + count; bit++) {
    if (bit >= first) all.set(prefix, (bit - first) * BLOCK);
    prefix = shiftedIn(prefix, (address[bit >> 3]! >> (7 - (bit & 7))) & 1);
  }
  return all;
}

/** The block shifted left by one bit, with `bit` at the end. */
function shiftedIn(block: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const shifted = new Uint8Array(BLOCK);
  for (let i = 0; i < BLOCK; i++) {
    const next = i + 1 < BLOCK ? block[i + 1]! >> 7 : bit;
    shifted[i] = (block[i]! << 1) | next;
  }
  return shifted;
}

/** Encrypts each block separately with AES-128 (FIPS 197). */
function blocks(key: Uint8Array, input: Uint8Array): Uint8Array {
  return ecb(key, { disablePadding: true }).encrypt(input);
}

function isMapped(address: Uint8Array): boolean {
  return address.subarray(0, 10).every((byte) => byte === 0) && address[10] === 0xff && address[11] === 0xff;
}
