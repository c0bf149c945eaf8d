import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** STUN (RFC 8489). */
const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const ERROR_RESPONSE = 0x0110;
const CLASS_BITS = 0x0110;
const BINDING_METHOD = 0x0001;
const ERROR_CODE = 0x0009;
const REALM = 0x0014;
const NONCE = 0x0015;
const USERNAME = 0x0006;

/**
 * A TURN server that serves nobody: `refuse` asks for credentials (401) and answers those with a code, `silent` does not
 * answer at all.
 */
export class TurnStub {
  readonly #socket: Socket;
  readonly port: number;
  /** Requests so far. */
  requests = 0;

  private constructor(socket: Socket, code: number | 'silent') {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on('message', (request, { port, address }) => {
      this.requests += 1;
      if (code === 'silent') return;
      const answer = refusal(request, code);
      if (answer !== undefined) socket.send(answer, port, address);
    });
  }

  /** Starts a server on a free port of the loopback interface. */
  static async start(code: number | 'silent'): Promise<TurnStub> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new TurnStub(socket, code);
  }

  async stop(): Promise<void> {
    await new Promise<void>((done) => this.#socket.close(done));
  }
}

/** The answer to a request: 401 with realm and nonce if it has no credentials, else the code. */
export function refusal(request: Buffer, code: number): Buffer | undefined {
  if (request.length < HEADER_BYTES || request.readUInt32BE(4) !== MAGIC_COOKIE) return undefined;
  const type = request.readUInt16BE(0);
  if ((type & CLASS_BITS) !== 0 || (type & ~CLASS_BITS) === BINDING_METHOD) return undefined;
  const attributes = [
    errorCode(hasAttribute(request, USERNAME) ? code : 401),
    attribute(REALM, Buffer.from('truth.example')),
    attribute(NONCE, Buffer.from('0123456789abcdef')),
  ];
  const body = Buffer.concat(attributes);
  const head = Buffer.from(request.subarray(0, HEADER_BYTES));
  head.writeUInt16BE(type | ERROR_RESPONSE, 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function hasAttribute(message: Buffer, wanted: number): boolean {
  for (let at = HEADER_BYTES; at + 4 <= message.length; ) {
    if (message.readUInt16BE(at) === wanted) return true;
    at += 4 + padded(message.readUInt16BE(at + 2));
  }
  return false;
}

function errorCode(code: number): Buffer {
  return attribute(
    ERROR_CODE,
    Buffer.concat([Buffer.from([0, 0, Math.floor(code / 100), code % 100]), Buffer.from('Refused')]),
  );
}

function attribute(type: number, value: Buffer): Buffer {
  const all = Buffer.alloc(4 + padded(value.length));
  all.writeUInt16BE(type, 0);
  all.writeUInt16BE(value.length, 2);
  value.copy(all, 4);
  return all;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
