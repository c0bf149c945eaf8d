import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { encodedFrame, type Frame } from '@rtcstats-server/testing/frames';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { ClientQuota } from '../../admission/admission.ts';
import { Refusals } from '../../admission/refusals.ts';
import { Counts } from '../../metrics/counts.ts';
import type { Session } from '../../session/session.ts';
import { ClientSocket, type ConnectionOwner } from '../client-socket.ts';
import { readBuffer } from './text-frames.ts';

const MAX_BYTES = 600;

const text = fc.string({ unit: 'binary', maxLength: 150 }).map((value) => Uint8Array.from(Buffer.from(value)));
const closeCode = fc
  .constantFrom([], [3, 0xe8], [3], [3, 0xed], [0x0f, 0xa0, 0x61])
  .map((code) => Uint8Array.from(code));
const masks = fc.uint8Array({ minLength: 4, maxLength: 4 });
/** Mostly valid frames, so that much is read before the first invalid one. */
const frames: fc.Arbitrary<Frame> = fc.record({
  first: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0x81) },
    { weight: 3, arbitrary: fc.constantFrom(0x01, 0x00, 0x80, 0x82, 0x89, 0x8a) },
    { weight: 1, arbitrary: fc.constantFrom(0x88, 0x09, 0xc1, 0x91, 0x83, 0x02) },
  ),
  payload: fc.oneof(
    { weight: 12, arbitrary: text },
    { weight: 2, arbitrary: closeCode },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: MAX_BYTES + 50 }) },
  ),
  mask: fc.oneof({ weight: 40, arbitrary: masks }, { weight: 1, arbitrary: fc.constant(null) }),
});

type Send = (connection: ClientSocket, duplex: Duplex, bytes: Buffer) => void;

const shared = readBuffer(64 * 1024);

/** Reads like `shareReads`, and overwrites the bytes afterwards. */
const sharing: Send = (connection, _, bytes) => {
  bytes.copy(shared.bytes);
  connection.read(shared, bytes.length);
  shared.bytes.fill(0xee);
};

const alone: Send = (_, duplex, bytes) => {
  duplex.emit('data', bytes);
};

/**
 * Everything observable of a connection on which the client sends this: what the session gets, what is counted and what
 * is answered.
 */
async function transcript(reads: readonly Buffer[], send: Send, burst: number): Promise<unknown> {
  const told: unknown[] = [];
  const answered: Buffer[] = [];
  const duplex = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _, done) => {
      answered.push(Buffer.from(chunk));
      done();
    },
  });
  const counts = new Counts();
  const { promise, resolve } = Promise.withResolvers<void>();
  const owner: ConnectionOwner = {
    counts,
    refusals: new Refusals(counts, pino({ level: 'silent' })),
    limits: { messagesPerSecond: burst, bytesPerSecond: 1_000_000, idleSeconds: 1000 },
    closed: () => resolve(),
  };
  const session = {
    message: (raw: Buffer) => told.push(raw.toString('latin1')),
    binary: () => told.push(null),
    close: (code: number) => told.push(code),
  } as unknown as Session;
  const headers = {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'MDEyMzQ1Njc4OWFiY2RlZg==',
  };
  const request = { method: 'GET', url: '/', headers } as unknown as IncomingMessage;
  const options = { noServer: true, WebSocket: ClientSocket, maxPayload: MAX_BYTES };
  let connection: ClientSocket | undefined;
  new WebSocketServer(options).handleUpgrade(request, duplex, Buffer.alloc(0), (socket) => {
    connection = socket;
    socket.begin(owner, session, {} as ClientQuota);
    socket.startFastPath(duplex, MAX_BYTES);
  });
  answered.length = 0;
  for (const bytes of reads) {
    if (duplex.destroyed) break;
    send(connection!, duplex, bytes);
    // Errors and what follows from them come in a later turn, as they do between two reads of a socket.
    await new Promise((done) => setImmediate(done));
  }
  duplex.push(null);
  await promise;
  const { messages, messageBytes, pauses, refusals } = counts;
  return { told, answered: Buffer.concat(answered).toString('hex'), messages, messageBytes, pauses, refusals };
}

interface Sent {
  readonly frame: Frame;
  /** Where it is cut, as shares of its length. */
  readonly cuts: readonly number[];
  /** Whether its beginning comes in one read with the end of the frame before. */
  readonly isJoined: boolean;
}

const sent: fc.Arbitrary<Sent> = fc.record({
  frame: frames,
  cuts: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }) },
  ),
  isJoined: fc.boolean(),
});

function readsOf(all: readonly Sent[]): Buffer[] {
  const reads: Buffer[] = [];
  for (const { frame, cuts, isJoined } of all) {
    const bytes = encodedFrame(frame);
    const ends = [...cuts.map((share) => Math.floor(share * bytes.length)), bytes.length].sort((a, b) => a - b);
    let from = 0;
    for (const [index, to] of ends.entries()) {
      const piece = bytes.subarray(from, to);
      if (index === 0 && isJoined && reads.length > 0) reads.push(Buffer.concat([reads.pop()!, piece]));
      else if (to > from) reads.push(Buffer.from(piece));
      from = to;
    }
  }
  return reads;
}

/** Gives each run its own copy, because ws unmasks in place. */
async function expectSame(reads: readonly Buffer[], burst = 1000): Promise<void> {
  const own = (): Buffer[] => reads.map((bytes) => Buffer.from(bytes));
  expect(await transcript(own(), sharing, burst)).toEqual(await transcript(own(), alone, burst));
}

it('reads what ws alone reads, whatever a client sends and however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sent, { maxLength: 12 }),
      fc.constantFrom(1, 1000),
      fc.nat(20),
      async (all, burst, missing) => {
        const reads = readsOf(all);
        // The connection may end in the middle of a message.
        const last = reads.pop();
        if (last !== undefined && last.length > missing) reads.push(last.subarray(0, last.length - missing));
        await expectSame(reads, burst);
      },
    ),
    { numRuns: 3000 },
  );
});

const mask = Uint8Array.from([0, 0, 0, 0]);
const whole = encodedFrame({ first: 0x81, payload: Buffer.from('[":a",null,0,1]'), mask });

it.each([
  ['in a message of several frames', encodedFrame({ first: 0x01, payload: Buffer.from('["'), mask })],
  ['in the content of a frame', encodedFrame({ first: 0x82, payload: whole, mask }).subarray(0, 6)],
  ['in the length of a frame', encodedFrame({ first: 0x82, payload: Buffer.alloc(300), mask }).subarray(0, 2)],
  ['behind the first byte of a frame', Buffer.from([0x82])],
  [
    'in a message that is too long',
    encodedFrame({ first: 0x81, payload: Buffer.alloc(MAX_BYTES + 1, 0x20), mask }).subarray(0, 20),
  ],
  ['behind a close', encodedFrame({ first: 0x88, payload: Buffer.from([3, 0xe8]), mask })],
])('leaves what looks like a message to ws %s', async (_, begun) => {
  await expectSame([begun, whole]);
});
