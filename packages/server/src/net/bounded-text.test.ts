import { expect, it } from 'vitest';
import { boundedText } from './bounded-text.ts';

it('reads a body up to the limit, and an empty one', async () => {
  expect(await boundedText(new Response('größer'), 8)).toBe('größer');
  expect(await boundedText(new Response(null), 0)).toBe('');
});

it('stops reading a body that is longer', async () => {
  let canceled = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: () => {
      canceled = true;
    },
  });
  await expect(boundedText(new Response(endless), 5000)).rejects.toThrow('longer than 5000 bytes');
  expect(canceled).toBe(true);
});
