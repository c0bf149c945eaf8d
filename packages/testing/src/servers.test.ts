import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TestPostgres } from './postgres.ts';
import { TcpProxy } from './proxy.ts';
import { TestS3 } from './s3.ts';

describe('TestPostgres', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });

  it('separates its databases and keeps their data across a restart', async () => {
    const [first, second] = [await postgres.createDatabase(), await postgres.createDatabase()];
    await postgres.query(first, 'create table numbers (n integer); insert into numbers values (1)');
    await postgres.stop();
    await expect(postgres.query(first, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await postgres.restart();
    expect(await postgres.query(first, 'select n from numbers')).toEqual([{ n: 1 }]);
    await expect(postgres.query(second, 'select n from numbers')).rejects.toMatchObject({ code: '42P01' });
  });
});

describe('TestS3', () => {
  let s3: TestS3;
  beforeAll(async () => {
    s3 = await TestS3.start();
  });

  it('keeps its buckets across a restart', async () => {
    const bucket = await s3.createBucket();
    await s3.stop();
    await expect(s3.keys(bucket)).rejects.toThrow();
    await s3.restart();
    expect(await s3.keys(bucket)).toEqual([]);
    expect(s3.requests.length).toBeGreaterThan(0);
  });
});

/** Starts a server that sends back what it receives. @returns its port */
async function startEcho(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

async function open(proxy: TcpProxy): Promise<Socket> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

describe('TcpProxy', () => {
  it('passes all bytes and the end of the stream', async () => {
    const proxy = await TcpProxy.start(await startEcho());
    const socket = await open(proxy);
    const sent = Buffer.alloc(1_000_000, 'x');
    socket.end(sent);
    expect((await buffer(socket)).equals(sent)).toBe(true);
  });

  it('refuses new connections and resets open ones, then passes again on the same port', async () => {
    const proxy = await TcpProxy.start(await startEcho());
    const socket = await open(proxy);
    const reset = once(socket, 'error');
    await proxy.refuse();
    expect((await reset)[0]).toMatchObject({ code: 'ECONNRESET' });
    await expect(open(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.pass();
    const again = await open(proxy);
    again.end('x');
    expect((await buffer(again)).toString()).toBe('x');
  });

  it('holds bytes back while it hangs, and passes them on afterwards', async () => {
    const proxy = await TcpProxy.start(await startEcho());
    await proxy.hang();
    const socket = await open(proxy);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.write('x');
    await vi.waitUntil(() => proxy.heldBytes === 1);
    expect(received).toBe('');
    const answered = once(socket, 'data');
    await proxy.pass();
    await answered;
    expect(received).toBe('x');
    expect(proxy.heldBytes).toBe(0);
  });

  it('resets a connection in the middle of a response', async () => {
    const proxy = await TcpProxy.start(await startEcho());
    await proxy.cutAfter(10);
    const socket = await open(proxy);
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    const reset = once(socket, 'error');
    socket.write(Buffer.alloc(100_000));
    expect((await reset)[0]).toMatchObject({ code: 'ECONNRESET' });
    expect(received).toBe(10);
  });

  it('limits the rate', async () => {
    const proxy = await TcpProxy.start(await startEcho());
    await proxy.slow(1_000_000);
    const socket = await open(proxy);
    const begun = performance.now();
    socket.end(Buffer.alloc(200_000));
    expect((await buffer(socket)).length).toBe(200_000);
    // Only a lower bound: how much slower it is depends on the machine.
    expect(performance.now() - begun).toBeGreaterThan(190);
  });
});
