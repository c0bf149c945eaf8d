import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chunksOf } from './chunks.ts';

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

it('cuts any stream into full pieces and a rest, and loses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 40 })),
      fc.integer({ min: 1, max: 17 }),
      async (chunks, size) => {
        const pieces: Buffer[] = [];
        for await (const piece of chunksOf(streamOf(chunks), size)) pieces.push(Buffer.from(piece));
        expect(Buffer.concat(pieces)).toEqual(Buffer.concat(chunks));
        expect(pieces.slice(0, -1).every(({ length }) => length === size)).toBe(true);
        expect(pieces.at(-1)?.length ?? 1).toBeGreaterThan(0);
      },
    ),
  );
});
