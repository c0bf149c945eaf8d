import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { FRAME_START, ReadingSocket, type ReceiverFields, receiverOf } from './reading-socket.ts';
import { shareReads, socketProblem } from './shared-reads.ts';
import { readBuffer } from './text-frames.ts';

/** Far longer than the check takes on a busy machine, in milliseconds. */
const TIMEOUT_MS = 5000;
const MAX_MESSAGE_BYTES = 1024;

const IDLE: ReceiverFields = { _state: FRAME_START, _bufferedBytes: 0, _messageLength: 0, _fragmented: 0 };

/**
 * Which private field of ws's receiver does not have the value that it must have between two messages; `null`: all
 * have.
 */
export function receiverProblem(webSocket: WebSocket, expected: Partial<ReceiverFields> = IDLE): string | null {
  const receiver = receiverOf(webSocket) as unknown;
  if (typeof receiver !== 'object' || receiver === null) return `WebSocket._receiver of ws is ${typeof receiver}`;
  for (const [name, value] of Object.entries(expected)) {
    const actual = (receiver as Readonly<Record<string, unknown>>)[name];
    // Only numbers are named: anything else could be what a client sent.
    const shown = typeof actual === 'number' ? actual : typeof actual;
    if (actual !== value) return `Receiver.${name} of ws is ${shown} where ${value} is expected`;
  }
  return null;
}

/**
 * Checks all that the fast path relies upon: feeds known frames to ws and looks at its receiver after each, reads the
 * same frames on the fast path and compares, and moves one end of a real TCP connection. Returns what is not as
 * expected, or `null`. Never rejects.
 */
export async function fastPathProblem(): Promise<string | null> {
  try {
    return receiverStepsProblem() ?? readingProblem() ?? (await socketPairProblem());
  } catch (error) {
    return `the self-check failed: ${error instanceof Error ? String((error as NodeJS.ErrnoException).code ?? error.name) : typeof error}`;
  }
}

class ProbeSocket extends ReadingSocket {
  readonly messages: string[] = [];

  received(data: Buffer): void {
    this.messages.push(data.toString());
  }
}

interface Probe {
  readonly connection: ProbeSocket;
  readonly socket: Duplex;
}

/** The server's end of a WebSocket without a network. */
function openProbe(): Probe {
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  request.url = '/';
  request.headers = {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  const options = { noServer: true, WebSocket: ProbeSocket, clientTracking: false, maxPayload: MAX_MESSAGE_BYTES };
  let connection: ProbeSocket | undefined;
  new WebSocketServer(options).handleUpgrade(request, socket, Buffer.alloc(0), (accepted) => {
    connection = accepted;
  });
  if (connection === undefined) throw new Error('ws did not accept a WebSocket');
  connection.on('message', (data) => connection?.received(data as Buffer));
  connection.on('error', () => {});
  return { connection, socket };
}

interface Step {
  readonly bytes: readonly number[];
  /** The expected state of the receiver afterwards; fields that are left out have their value between two messages. */
  readonly fields?: Partial<ReceiverFields>;
  readonly isWithinFrame?: boolean;
}

const [A, B, C] = [0x61, 0x62, 0x63];
const NO_MASK = [0, 0, 0, 0];
const MASK = [1, 2, 3, 4];
/** Frames as clients send them (RFC 6455, 5.2), in pieces. */
const STEPS: readonly Step[] = [
  { bytes: [] },
  // A text message of two bytes, in three pieces.
  { bytes: [0x81], fields: { _bufferedBytes: 1 } },
  { bytes: [0x82, ...NO_MASK, A], fields: { _bufferedBytes: 1 }, isWithinFrame: true },
  { bytes: [B] },
  // The same masked, in one piece.
  { bytes: [0x81, 0x82, ...MASK, A ^ 1, B ^ 2] },
  // A text message in two frames, with a ping in between.
  { bytes: [0x01, 0x83, ...NO_MASK, A, B, C], fields: { _fragmented: 1, _messageLength: 3 } },
  { bytes: [0x89, 0x80, ...NO_MASK], fields: { _fragmented: 1, _messageLength: 3 } },
  { bytes: [0x80, 0x81, ...NO_MASK, A] },
];
const MESSAGES = ['ab', 'ab', 'abca'];

/** The state of ws after each step if it reads alone. */
function receiverStepsProblem(): string | null {
  const { connection, socket } = openProbe();
  try {
    for (const { bytes, fields, isWithinFrame } of STEPS) {
      if (bytes.length > 0) socket.emit('data', Buffer.from(bytes));
      const { _state, ...others } = { ...IDLE, ...fields };
      const problem = receiverProblem(connection, isWithinFrame ? others : { ...others, _state });
      if (problem !== null) return problem;
      if (isWithinFrame && receiverOf(connection)._state === FRAME_START) {
        return `Receiver._state of ws is ${FRAME_START} within a frame`;
      }
    }
    return messagesProblem(connection, 'ws');
  } finally {
    connection.terminate();
  }
}

/** Whether the same frames come through the fast path as the same messages. */
function readingProblem(): string | null {
  const { connection, socket } = openProbe();
  try {
    connection.startFastPath(socket, MAX_MESSAGE_BYTES);
    const buffer = readBuffer(MAX_MESSAGE_BYTES);
    for (const { bytes } of STEPS) {
      buffer.bytes.set(bytes);
      connection.read(buffer, bytes.length);
    }
    if (connection.bufferedBytes !== 0) return 'the fast path counts buffered bytes where there are none';
    return messagesProblem(connection, 'the fast path');
  } finally {
    connection.terminate();
  }
}

function messagesProblem({ messages }: ProbeSocket, reader: string): string | null {
  const isSame = messages.length === MESSAGES.length && messages.every((text, i) => text === MESSAGES[i]);
  return isSame ? null : `${reader} does not read known frames as known messages`;
}

/**
 * Whether a real connection can be moved to the shared buffer, is read and written there, and is given up by its
 * server.
 */
async function socketPairProblem(): Promise<string | null> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const server = createServer().listen(0, '127.0.0.1');
  const sockets: Duplex[] = [];
  try {
    await once(server, 'listening', { signal });
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(client.on('error', () => {}));
    const [accepted] = (await once(server, 'connection', { signal })) as [Socket];
    sockets.push(accepted);
    return socketProblem(accepted) ?? (await movedProblem(accepted, client, server, signal));
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

async function movedProblem(
  accepted: Socket,
  client: Socket,
  server: Server,
  signal: AbortSignal,
): Promise<string | null> {
  const reads = shareReads(accepted);
  const { socket } = reads;
  try {
    let read = '';
    reads.reader = {
      read: (buffer, count) => {
        read += buffer.bytes.toString('latin1', 0, count);
        socket.write('answer');
      },
    };
    // Reading starts with the first `data` listener, as it does with ws.
    socket.on('error', () => {}).on('data', () => {});
    client.write('question');
    const [answer] = (await once(client, 'data', { signal })) as [Buffer];
    if (read !== 'question' || answer.toString() !== 'answer')
      return 'a moved socket of Node.js does not read and write';
  } finally {
    socket.destroy();
  }
  server.close();
  await once(server, 'close', { signal });
  return null;
}
