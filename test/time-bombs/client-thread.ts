import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { BOMBS } from './bombs.ts';

/** The number of a message in `BOMBS`, and its size. */
export interface Order {
  readonly index: number;
  readonly bytes: number;
}

/** Sends the message of this number to the gateway, in a session of its own, and answers when the session is closed. */
async function send({ index, bytes }: Order): Promise<void> {
  const { url } = workerData as { readonly url: string };
  const text = BOMBS[index]!.message(bytes);
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send('["a",null,"before",1]');
  socket.send(text);
  socket.close(1000);
  await once(socket, 'close');
  parentPort!.postMessage(index);
}

parentPort!.on('message', (order: Order) => void send(order));
