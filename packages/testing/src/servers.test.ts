import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TestPostgres } from './postgres.ts';
import { TcpProxy } from './proxy.ts';
import { TestS3 } from './s3.ts';

describe('the PostgreSQL server of tests', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });

  it('keeps its databases apart, and what is in them over a restart', async () => {
    const [first, second] = [await postgres.createDatabase(), await postgres.createDatabase()];
    await postgres.query(first, 'create table numbers (n integer); insert into numbers values (1)');
    await postgres.stop();
    await expect(postgres.query(first, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await postgres.restart();
    expect(await postgres.query(first, 'select n from numbers')).toEqual([{ n: 1 }]);
    await expect(postgres.query(second, 'select n from numbers')).rejects.toMatchObject({ code: '42P01' });
  });
});

describe('the S3 server of tests', () => {
  let s3: TestS3;
  beforeAll(async () => {
    s3 = await TestS3.start();
  });

  it('has buckets, can go and come back', async () => {
    const bucket = await s3.createBucket();
    await s3.stop();
    await expect(s3.keys(bucket)).rejects.toThrow();
    await s3.restart();
    expect(await s3.keys(bucket)).toEqual([]);
    expect(s3.requests.length).toBeGreaterThan(0);
  });
});

/** Answers what it is sent. */
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

describe('the TCP proxy', () => {
  it('lets everything through, and the end too', async () => {
    const proxy = await TcpProxy.start(await startEcho());
    const socket = await open(proxy);
    const sent = Buffer.alloc(1_000_000, 'x');
    socket.end(sent);
    expect((await buffer(socket)).equals(sent)).toBe(true);
  });

  it('refuses, and resets who is there; then passes again on the same port', async () => {
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

  it('hangs, and hands on later what it held back', async () => {
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

  it('cuts in the middle of an answer', async () => {
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

  it('is slow', async () => {
    const proxy = await TcpProxy.start(await startEcho());
    await proxy.slow(1_000_000);
    const socket = await open(proxy);
    const begun = performance.now();
    socket.end(Buffer.alloc(200_000));
    expect((await buffer(socket)).length).toBe(200_000);
    // Never faster than it should be; how much slower depends on the machine.
    expect(performance.now() - begun).toBeGreaterThan(190);
  });
});
