import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { constants, deflateRawSync } from 'node:zlib';
import { closeCode, connect } from '@rtcstats-server/testing/client';
import {
  readDump,
  type ServerProcess,
  scratchDirectory,
  startServer,
  storedDumps,
} from '@rtcstats-server/testing/server';
import { expect, it, onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';

const MIB = 1024 * 1024;
/**
 * Limit for the peak memory of the gateway under all attacks together (proc(5), VmHWM), with two threads that verify and
 * analyze, one that anonymizes, and two for the disk and the catalog: each has a heap of its own, of 9 to 90 MiB. Seen:
 * 540 to 661 MiB.
 */
const MEMORY_MIB = 750;

const TEXT = 0x81;
const COMPRESSED_TEXT = 0xc1;

/**
 * A client frame (RFC 6455, 5.2) whose masking key is zero, so that the payload stays as it is.
 *
 * @param head first byte of the frame
 * @param length announced payload length, in bytes
 */
function frame(head: number, payload: Uint8Array, length = payload.length): Buffer {
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + size + 4);
  header[0] = head;
  header[1] = 0x80 | (size === 0 ? length : size === 2 ? 126 : 127);
  if (size === 2) header.writeUInt16BE(length, 2);
  if (size === 8) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

async function openTcp(server: ServerProcess): Promise<Socket> {
  const socket = connectTcp(server.port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Opens a WebSocket without a client library, so that a test can write any bytes as frames. */
async function openRaw(server: ServerProcess, extensions = ''): Promise<Socket> {
  const socket = await openTcp(server);
  const lines = [
    'GET /room HTTP/1.1',
    'Host: gateway',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...(extensions === '' ? [] : [`Sec-WebSocket-Extensions: ${extensions}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

/**
 * Waits for the close frame of the server. The socket stays open, because destroying it would fail the writes that are
 * under way.
 *
 * @returns its code; 1006 if the connection ends without one
 */
async function codeFrom(socket: Socket): Promise<number> {
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    // A ping may stand before the close frame in the same chunk. Frames of the server are short and not masked.
    for (let at = 0; at < bytes.length; at += 2 + bytes[at + 1]!)
      if (bytes[at] === 0x88) return bytes.readUInt16BE(at + 2);
  }
  return 1006;
}

/** A well-behaved client whose session must be complete in spite of the attacks. */
class Bystander {
  readonly #socket: WebSocket;
  readonly #sending: NodeJS.Timeout;
  sent = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#sending = setInterval(() => socket.send(`[":bystander",null,${this.sent++},1]`), 20);
  }

  async leave(): Promise<void> {
    clearInterval(this.#sending);
    this.#socket.close(1000);
    expect(await closeCode(this.#socket)).toBe(1000);
  }
}

/** Numbers of the bystander's messages in its stored dump. */
async function dumpOfBystander(data: string): Promise<number[]> {
  for (const path of await storedDumps(data)) {
    const lines = await readDump(path);
    if (lines[2]?.startsWith('[":bystander"')) return lines.slice(2, -1).map((line) => JSON.parse(line)[2] as number);
  }
  throw new Error('The bystander has no dump');
}

/**
 * Runs the attacks at the same time, beside a bystander. Expects its session to be complete and memory to be limited.
 */
async function runAttacks(
  environment: Readonly<Record<string, string>>,
  attacks: readonly ((server: ServerProcess) => Promise<void>)[],
): Promise<void> {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, environment);
  const bystander = new Bystander(await connect(`${server.url}/room`));
  await Promise.all(attacks.map((attack) => attack(server)));
  // The gateway still accepts new connections.
  const late = await connect(`${server.url}/room`);
  late.terminate();
  await bystander.leave();
  if (process.platform === 'linux') expect(await peakMemory(server)).toBeLessThan(MEMORY_MIB * MIB);
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(await dumpOfBystander(data)).toEqual(Array.from({ length: bystander.sent }, (_, n) => n));
}

async function peakMemory({ pid }: ServerProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) * 1024;
}

/** Sends tiny messages as fast as possible until the gateway closes the connection. */
async function tinyMessages(server: ServerProcess): Promise<void> {
  const socket = await openRaw(server);
  const code = codeFrom(socket);
  let isClosed = false;
  void code.then(() => {
    isClosed = true;
  });
  const batch = Buffer.concat(Array.from({ length: 5000 }, () => frame(TEXT, Buffer.from('[":f",null,0,1]'))));
  let written = 0;
  while (!isClosed) {
    written += 5000;
    if (!socket.write(batch)) await Promise.race([once(socket, 'drain'), code]);
  }
  expect(written).toBeGreaterThan(10_000);
  expect(await code).toBe(1008);
}

/** Sends messages just below the size limit, then one above it. */
async function largeMessages(server: ServerProcess): Promise<void> {
  const message = `[":large",null,"${'large '.repeat(166_000)}",1]`;
  const socket = await connect(`${server.url}/room`);
  for (let i = 0; i < 5; i++) socket.send(message);
  socket.send(message.repeat(2));
  expect(await closeCode(socket)).toBe(1009);
}

/** Starts a large message and never completes it. */
async function incompleteMessage(server: ServerProcess): Promise<void> {
  const socket = await openRaw(server);
  socket.write(frame(TEXT, Buffer.alloc(900_000, 0x20), 1_000_000));
  await once(socket.resume(), 'close');
}

/** Opens sockets that send nothing or an incomplete request. The gateway must close all of them after its timeout. */
async function idleSockets(server: ServerProcess): Promise<void> {
  const sockets: Socket[] = [];
  while (sockets.length < 2000)
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => openTcp(server)))));
  for (const [index, socket] of sockets.entries()) if (index % 2 === 0) socket.write('GET /room HTTP/1.1\r\nHost: ');
  await Promise.all(sockets.map((socket) => socket.closed || once(socket.resume(), 'close')));
}

/** Decompression bombs: one frame of 64 KiB that expands to 64 MiB, or fragments of which each is below the limit. */
async function bombs(server: ServerProcess): Promise<void> {
  const options = { finishFlush: constants.Z_SYNC_FLUSH };
  const bomb = deflateRawSync(Buffer.alloc(64 * MIB, 0x20), options).subarray(0, -4);
  const part = deflateRawSync(Buffer.alloc(MIB / 2, 0x20), options);
  const explode = async (frames: readonly Buffer[]): Promise<void> => {
    const socket = await openRaw(server, 'permessage-deflate');
    for (const bytes of frames) socket.write(bytes);
    expect(await codeFrom(socket)).toBe(1009);
  };
  const fragments = [frame(COMPRESSED_TEXT & 0x7f, part), ...Array.from({ length: 100 }, () => frame(0x00, part))];
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => explode(i % 2 === 0 ? [frame(COMPRESSED_TEXT, bomb)] : fragments)),
  );
}

function times(count: number, attack: (server: ServerProcess) => Promise<void>): typeof attack {
  return async (server) => {
    await Promise.all(Array.from({ length: count }, () => attack(server)));
  };
}

it('survives floods, decompression bombs and idle sockets at the same time', async () => {
  const environment = {
    RTCSTATS_SERVER_COMPRESSION: 'true',
    // With messages of 2 MiB, or with less than 128 MiB of them unfinished, these attacks together reach
    // `unfinishedBytes`, which cuts off the largest first: that may be a bomb, before its close code is sent.
    RTCSTATS_SERVER_LIMITS_MESSAGE_BYTES: String(MIB),
    RTCSTATS_SERVER_LIMITS_UNFINISHED_BYTES: String(128 * MIB),
    RTCSTATS_SERVER_LIMITS_HANDSHAKE_SECONDS: '5',
    RTCSTATS_SERVER_LIMITS_IDLE_SECONDS: '4',
  };
  await runAttacks(environment, [
    tinyMessages,
    times(4, largeMessages),
    times(100, incompleteMessage),
    idleSockets,
    bombs,
  ]);
});

it('closes connections that violate the protocol with the right code, and no others', async () => {
  const text = Buffer.from('[":a",null,0,1]');
  const unmasked = Buffer.concat([Buffer.from([TEXT, text.length]), text]);
  const broken: readonly (readonly [string, readonly Buffer[], number])[] = [
    ['invalid UTF-8', [frame(TEXT, Buffer.from([0x5b, 0xff, 0xfe, 0x5d]))], 1007],
    ['truncated UTF-8', [frame(TEXT, Buffer.from([0xe2, 0x82]))], 1007],
    ['a surrogate in UTF-8', [frame(TEXT, Buffer.from([0xed, 0xa0, 0x80]))], 1007],
    ['a continuation frame without a message', [frame(0x80, text)], 1002],
    ['a new message inside a fragmented one', [frame(0x01, text), frame(TEXT, text)], 1002],
    ['a fragmented ping', [frame(0x09, text)], 1002],
    ['a ping that is too long', [frame(0x89, Buffer.alloc(126))], 1002],
    ['a reserved data frame', [frame(0x83, text)], 1002],
    ['a reserved control frame', [frame(0x8b, text)], 1002],
    ['a reserved bit', [frame(TEXT | 0x20, text)], 1002],
    ['compression that was not negotiated', [frame(COMPRESSED_TEXT, text)], 1002],
    ['an unmasked frame', [unmasked], 1002],
    ['a close frame of one byte', [frame(0x88, Buffer.from([3]))], 1002],
    ['a close code that must not be sent', [frame(0x88, Buffer.from([3, 0xee]))], 1002],
    ['a length above 2^53', [frame(TEXT, text, 2 ** 60)], 1009],
    ['a length of a terabyte', [frame(TEXT, text, 2 ** 40)], 1009],
    ['too many fragments', Array.from({ length: 5000 }, (_, i) => frame(i === 0 ? 0x01 : 0x00, Buffer.alloc(1))), 1008],
  ];
  const attack =
    ([name, frames, expected]: (typeof broken)[number]) =>
    async (server: ServerProcess): Promise<void> => {
      const socket = await openRaw(server);
      socket.write(frame(TEXT, text));
      socket.write(Buffer.concat(frames));
      expect([name, await codeFrom(socket)]).toEqual([name, expected]);
    };
  await runAttacks({}, [...broken.map(attack), () => delay(100)]);
});
