import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Options of a connection. */
export interface ClientOptions {
  /** More headers of the upgrade request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** WebSocket subprotocol to offer; by default that of rtcstats-js 5. */
  readonly protocol?: string;
}

/** Connects to a gateway as rtcstats-js does. Resolves when the socket is open. */
export async function connect(url: string, options: ClientOptions = {}): Promise<WebSocket> {
  const { headers = {}, protocol = 'rtcstats#5.0' } = options;
  const socket = new WebSocket(url, protocol, { headers: { ...headers }, perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

/** Waits until the socket closes. @returns the close code (RFC 6455, 7.4) */
export async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

/** Records a complete session: connects, sends the messages, closes with 1000 and waits for the close of the server. */
export async function sendSession(url: string, messages: readonly string[], options?: ClientOptions): Promise<void> {
  const socket = await connect(url, options);
  for (const message of messages) socket.send(message);
  socket.close(1000);
  await closeCode(socket);
}
