/** A WebSocket frame (RFC 6455, 5.2). */
export interface Frame {
  /** The first byte: FIN, the reserved bits and the opcode. */
  readonly first: number;
  /** The payload before masking. */
  readonly payload: Uint8Array;
  /** Masking key of 4 bytes; `null` for an unmasked frame, which clients must not send. */
  readonly mask: Uint8Array | null;
}

/** Encodes a frame as a client sends it: header, masking key, masked payload. */
export function encodedFrame({ first, payload, mask }: Frame): Buffer {
  const { length } = payload;
  const masked = mask === null ? 0 : 0x80;
  const header =
    length < 126
      ? [first, masked | length]
      : length < 65_536
        ? [first, masked | 126, length >> 8, length & 0xff]
        : [first, masked | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff];
  const key = mask ?? new Uint8Array(4);
  return Buffer.concat([Buffer.from(header), mask ?? Buffer.alloc(0), payload.map((byte, i) => byte ^ key[i % 4]!)]);
}
