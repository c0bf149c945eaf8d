import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isGatewayError } from '../errors/gateway-error.ts';
import { uploadedFile } from './upload-form.ts';

const server = createServer();
let client: Socket;
let chunks: AsyncGenerator<Uint8Array>;

/** A form whose file has begun and does not end. */
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  client.write(
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n' +
      '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n',
  );
  const [request] = (await once(server, 'request')) as [IncomingMessage];
  chunks = uploadedFile(request, new AbortController().signal);
});
afterEach(async () => {
  client.destroy();
  server.close();
  await once(server, 'close');
  vi.useRealTimers();
});

/** Reads until this many bytes of the file have arrived. */
async function take(bytes: number): Promise<void> {
  for (let taken = 0; taken < bytes; ) taken += (await chunks.next()).value!.length;
}

it('aborts an upload that arrives byte by byte', async () => {
  client.write('x'.repeat(1000));
  await take(1);
  const next = (async () => {
    for (;;) await chunks.next();
  })().catch((error: unknown) => error);
  vi.advanceTimersByTime(30_000);
  expect(isGatewayError(await next, 'UPLOAD_TRUNCATED')).toBe(true);
  // The timeout of the test is shorter than the 30 real seconds after which a silent socket is closed.
});

it('accepts an upload that is slow but above the minimum rate', async () => {
  for (let half = 1; half <= 4; half++) {
    client.write('x'.repeat(70_000));
    await take(65_000);
    vi.advanceTimersByTime(30_000);
  }
});
