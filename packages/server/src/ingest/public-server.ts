import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusals } from '../admission/refusals.ts';
import type { PendingConnections } from './pending-connections.ts';

const SECOND_MS = 1000;

export interface PublicServerOptions {
  /** How long a client may take to send its request, in seconds. */
  readonly handshakeSeconds: number;
  readonly handshakes: PendingConnections;
  readonly refusals: Refusals;
  /** Takes over the socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Answers the request if it is an upload, otherwise returns false. */
  upload?(request: IncomingMessage, response: ServerResponse): boolean;
  /** Called once per second while the server listens or has sockets. */
  everySecond(): void;
}

/**
 * HTTP on the public listener: passes upgrades and uploads on, answers `GET /healthcheck`, and refuses everything else.
 */
export function createPublicServer(options: PublicServerOptions): Server {
  const { handshakes, refusals } = options;
  const timeout = options.handshakeSeconds * SECOND_MS;
  const server = createServer(
    // No limit for whole requests, because uploads take long; everything else is answered as soon as its headers have
    // come.
    { headersTimeout: timeout, requestTimeout: 0, connectionsCheckingInterval: SECOND_MS },
    (request, response) => {
      handshakes.ended(request.socket);
      if (!options.upload?.(request, response)) answer(request, response);
    },
  );
  // Each connection has one request. Waiting for a second one, a socket would be in no limit.
  server.maxRequestsPerSocket = 1;
  server.on('connection', (socket) => handshakes.began(socket));
  server.on('upgrade', options.upgrade);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    // Other codes come from the network.
    if (late || error.code?.startsWith('HPE_')) refusals.add(late ? 'handshakeSeconds' : 'badRequest');
    refuse(socket, late ? 408 : 400);
  });
  // One timer serves all connections.
  let timer: NodeJS.Timeout | undefined;
  server.on('listening', () => {
    timer = setInterval(options.everySecond, SECOND_MS);
  });
  server.on('close', () => clearInterval(timer));
  return server;
}

/** Answers with a status only and destroys the socket once that is sent. */
export function refuse(socket: Duplex, status: number): void {
  socket.on('error', ignore);
  socket.once('finish', socket.destroy);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function ignore(): void {}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?', 1)[0];
  const healthcheck = path === '/healthcheck' && (request.method === 'GET' || request.method === 'HEAD');
  // 426 (RFC 9110, 15.5.22) explains what is missing when a WebSocket's URL is opened in a browser.
  const status = healthcheck ? 200 : request.method === 'GET' ? 426 : 404;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    ...(status === 426 ? { upgrade: 'websocket', connection: 'upgrade, close' } : { connection: 'close' }),
  });
  response.end(healthcheck ? 'ok\n' : status === 426 ? 'This is a WebSocket endpoint.\n' : 'Not found.\n');
}
