/** A frame of a WebSocket (RFC 6455, 5.2). */
export interface Frame {
  /** FIN, the reserved bits and the opcode. */
  readonly first: number;
  readonly payload: Uint8Array;
  /** `null`: not masked, as no client may send it. */
  readonly mask: Uint8Array | null;
}

/** The frame as it is sent. */
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
