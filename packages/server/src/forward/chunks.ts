/**
 * Cuts a stream into pieces of `size` bytes; only the last one may be shorter. One buffer is reused, so a piece is only
 * valid until the next one is requested.
 */
export async function* chunksOf(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void> {
  const piece = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of stream) {
    for (let start = 0; start < chunk.length; ) {
      const part = chunk.subarray(start, start + size - filled);
      piece.set(part, filled);
      filled += part.length;
      start += part.length;
      if (filled < size) continue;
      yield piece;
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
