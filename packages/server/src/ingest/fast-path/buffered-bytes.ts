const FIN = 0x80;
/** Set on the first frame of a compressed message (RFC 7692, 6). */
const RSV1 = 0x40;
const OPCODE = 0x0f;
/** The opcodes from here on are those of control frames, which may come between the frames of a message. */
const FIRST_CONTROL_OPCODE = 0x8;
const MASKED = 0x80;
const MASK_BYTES = 4;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** DEFLATE cannot expand its input by more than this factor (zlib, Technical Details). */
const MAX_INFLATION = 1032;

/**
 * Counts what ws holds of the messages of one connection, from the bytes of its socket and its `message` events alone,
 * so that `server.limits.unfinishedBytes` does not depend on any private field. It reads the headers of frames (RFC
 * 6455, 5.2) and skips their content.
 *
 * The count is exact for messages that are not compressed, except that it includes headers. For compressed ones it is
 * an upper bound: a complete frame of an incomplete message counts as the most that it can be inflated to.
 */
export class BufferedBytes {
  readonly #messageBytes: number;
  /** Bytes of the current frame, with its header. */
  #frame = 0;
  /** Bytes of its header so far; 0 while its content is read. */
  #header = 0;
  #first = 0;
  #extraLengthBytes = 0;
  #maskBytes = 0;
  #length = 0;
  /** Bytes of mask and content that are missing. */
  #missing = 0;
  /** Bytes of the complete frames of a message whose last frame is missing. */
  #frames = 0;
  #isCompressed = false;
  /** Bytes of complete messages that ws has not delivered yet, because it is inflating. */
  #undelivered = 0;
  #completeMessages = 0;
  #deliveredMessages = 0;

  /** @param messageBytes the limit that ws enforces, after inflation */
  constructor(messageBytes: number) {
    this.#messageBytes = messageBytes;
  }

  get value(): number {
    const frames = this.#isCompressed ? Math.min(this.#frames * MAX_INFLATION, this.#messageBytes) : this.#frames;
    return this.#frame + frames + this.#undelivered;
  }

  /** To be called with everything that the socket reads. */
  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#missing === 0) {
        this.#addToHeader(chunk[at]!);
        at++;
      } else {
        const count = Math.min(this.#missing, chunk.length - at);
        at += count;
        this.#frame += count;
        this.#missing -= count;
        if (this.#missing === 0) this.#endFrame();
      }
    }
  }

  /** To be called with every message that ws delivers, which may be before or after `add` has seen its end. */
  delivered(): void {
    this.#deliveredMessages++;
    this.#settle();
  }

  #addToHeader(byte: number): void {
    this.#frame++;
    this.#header++;
    if (this.#header === 1) {
      this.#first = byte;
      return;
    }
    if (this.#header === 2) {
      const length = byte & ~MASKED;
      this.#maskBytes = byte & MASKED ? MASK_BYTES : 0;
      this.#extraLengthBytes = length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0;
      this.#length = this.#extraLengthBytes === 0 ? length : 0;
    } else {
      this.#length = this.#length * 256 + byte;
      this.#extraLengthBytes--;
    }
    if (this.#extraLengthBytes > 0) return;
    this.#header = 0;
    this.#missing = this.#maskBytes + this.#length;
    if (this.#missing === 0) this.#endFrame();
  }

  #endFrame(): void {
    const opcode = this.#first & OPCODE;
    const frame = this.#frame;
    this.#frame = 0;
    if (opcode >= FIRST_CONTROL_OPCODE) return;
    // Continuation frames have opcode 0 and do not repeat the bit.
    if (opcode !== 0) this.#isCompressed = (this.#first & RSV1) !== 0;
    this.#frames += frame;
    if ((this.#first & FIN) === 0) return;
    this.#undelivered += this.#frames;
    this.#frames = 0;
    this.#isCompressed = false;
    this.#completeMessages++;
    this.#settle();
  }

  #settle(): void {
    if (this.#deliveredMessages >= this.#completeMessages) this.#undelivered = 0;
  }
}
