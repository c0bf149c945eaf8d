import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface ClientOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: string;
}

/** A client as rtcstats-js is one: it offers its subprotocol and sends. */
export async function connect(url: string, options: ClientOptions = {}): Promise<WebSocket> {
  const { headers = {}, protocol = 'rtcstats#5.0' } = options;
  const socket = new WebSocket(url, protocol, { headers: { ...headers }, perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

export async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

/** Connects, sends every message, closes with 1000 and waits for the answer. */
export async function sendSession(url: string, messages: readonly string[], options?: ClientOptions): Promise<void> {
  const socket = await connect(url, options);
  for (const message of messages) socket.send(message);
  socket.close(1000);
  await closeCode(socket);
}
