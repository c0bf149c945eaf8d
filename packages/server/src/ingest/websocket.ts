import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, type ServerOptions, WebSocket, WebSocketServer, type Server as WebSockets } from 'ws';
import type { Config } from '../config/config.ts';
import { networkList } from '../config/network.ts';
import { ERRORS } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Counts, RefusalName } from '../metrics/counts.ts';
import { IDENTITY_FIELDS } from '../session/identity.ts';
import { Session, type SessionConnection, type SessionContext } from '../session/session.ts';
import type { Authorization, Authorizer } from './authorization.ts';
import { clientAddress } from './client-address.ts';
import { queryIdentity } from './query-identity.ts';
import { urlWithoutToken } from './request-url.ts';

/** How long a client may take to answer a close frame before its socket is cut, in milliseconds. */
const CLOSE_TIMEOUT_MS = 3000;
/** How long a client may take to send its upgrade request, in milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
const ABNORMAL_CLOSURE = 1006;
const RFC_6455_CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: ERRORS.MESSAGE_TOO_LARGE.closeCode,
  WS_ERR_INVALID_UTF8: 1007,
};
const PROTOCOL_ERROR = 1002;

type Admission = Extract<Authorization, { readonly authorized: true }>;
type Refusal = 'UNAUTHORIZED' | 'TRY_AGAIN_LATER' | 'GOING_AWAY';
const REFUSAL_NAMES: Readonly<Record<Refusal, RefusalName>> = {
  UNAUTHORIZED: 'unauthorized',
  TRY_AGAIN_LATER: 'connections',
  GOING_AWAY: 'draining',
};

/**
 * The public listener: WebSocket on any path, `GET /healthcheck`, and nothing else.
 *
 * A client that is refused is let in and closed at once (RFC 6455, 7.4): a browser shows a script the close code, but not
 * the HTTP status of a failed upgrade.
 */
export class WebSocketIngest {
  readonly server: Server;
  readonly #config: Pick<Config, 'server'>;
  readonly #authorizer: Authorizer;
  readonly #context: SessionContext;
  readonly #log: Log;
  readonly #trustedProxies: BlockList;
  readonly #webSockets: WebSockets<typeof ClientSocket>;
  /** Admitted and not gone yet. */
  readonly connections = new Set<ClientSocket>();
  #stopped: PromiseWithResolvers<void> | undefined;

  constructor(config: Pick<Config, 'server'>, authorizer: Authorizer, context: SessionContext, log: Log) {
    this.#config = config;
    this.#authorizer = authorizer;
    this.#context = context;
    this.#log = log;
    this.#trustedProxies = networkList(config.server.trustedProxies);
    const options: ServerOptions<typeof ClientSocket> & { readonly closeTimeout: number } = {
      noServer: true,
      WebSocket: ClientSocket,
      // `clients` would cost every connection a closure; ClientSocket keeps itself in `connections`.
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: config.server.limits.messageBytes,
      // Not in the types of this version.
      closeTimeout: CLOSE_TIMEOUT_MS,
    };
    this.#webSockets = new WebSocketServer(options);
    this.server = createServer({ headersTimeout: HANDSHAKE_TIMEOUT_MS, requestTimeout: HANDSHAKE_TIMEOUT_MS }, answer);
    this.server.on('upgrade', (request, socket, head) => {
      // Authorization takes a moment, and a client that goes away in it must not take the process along.
      socket.on('error', ignore);
      void this.#upgrade(request, socket, head);
    });
  }

  /** Closes every connection with 1001; resolves when all sessions are handed over. Safe to call twice. */
  stop(): Promise<void> {
    if (!this.#stopped) {
      this.#stopped = Promise.withResolvers();
      for (const connection of this.connections) connection.end('GOING_AWAY');
      if (this.connections.size === 0) this.#stopped.resolve();
    }
    return this.#stopped.promise;
  }

  /** A connection is gone. Called by it. */
  closed(connection: ClientSocket): void {
    this.connections.delete(connection);
    if (this.connections.size === 0) this.#stopped?.resolve();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const peer = request.socket.remoteAddress;
    const admission = await this.#admit(request);
    const { counts } = this.#context;
    socket.removeListener('error', ignore);
    this.#webSockets.handleUpgrade(request, socket, head, (connection) => {
      if (typeof admission === 'string') {
        counts.refusals[REFUSAL_NAMES[admission]]++;
        connection.turnAway(admission);
      } else {
        counts.accepted++;
        connection.begin(this, counts, this.#session(connection, request, admission, peer));
      }
    });
  }

  async #admit(request: IncomingMessage): Promise<Admission | Refusal> {
    const authorization = await this.#authorizer.authorize(urlOf(request));
    if (!authorization.authorized) {
      this.#log.warn({ reason: authorization.reason }, 'client refused: not authorised');
      // What a token could not be checked for may pass: the client should try again.
      return authorization.reason === 'keysUnavailable' ? 'TRY_AGAIN_LATER' : 'UNAUTHORIZED';
    }
    if (this.#stopped) return 'GOING_AWAY';
    if (this.connections.size >= this.#config.server.limits.connections) {
      this.#log.warn('client refused: server.limits.connections is reached');
      return 'TRY_AGAIN_LATER';
    }
    return authorization;
  }

  #session(
    connection: ClientSocket,
    request: IncomingMessage,
    admission: Admission,
    peer: string | undefined,
  ): Session {
    const { headers } = request;
    const { identity, preset, forward } = admission;
    const claimed = queryIdentity(urlOf(request));
    const forwardedFor = headers['x-forwarded-for'];
    const address = clientAddress(peer, forwardedFor?.toString(), this.#trustedProxies);
    return new Session(this.#context, connection, {
      url: urlWithoutToken(request.url ?? '/'),
      origin: headers.origin ?? null,
      userAgent: headers['user-agent'] ?? null,
      remoteAddresses: address === undefined ? [] : [address],
      clientProtocol: connection.protocol || null,
      user: identity.user ?? claimed.user,
      conference: identity.conference ?? claimed.conference,
      session: identity.session ?? claimed.session,
      signed: IDENTITY_FIELDS.filter((field) => identity[field] !== null),
      preset: preset ?? null,
      forward: forward ?? null,
    });
  }
}

/**
 * The server's end of one WebSocket. Its listeners are shared functions and its state is fields: with thousands of idle
 * connections, what one of them costs is the product's memory.
 */
class ClientSocket extends WebSocket implements SessionConnection {
  #ingest: WebSocketIngest | null = null;
  #counts: Counts | null = null;
  #session: Session | null = null;
  /** The code this side closed with; what the peer answers does not change why it ended. */
  #closeCode = 0;

  begin(ingest: WebSocketIngest, counts: Counts, session: Session): void {
    this.#ingest = ingest;
    this.#counts = counts;
    this.#session = session;
    ingest.connections.add(this);
    this.on('message', onMessage);
    this.on('close', onClose);
    this.on('error', onError);
  }

  turnAway(refusal: Refusal): void {
    this.on('error', ignore);
    this.close(ERRORS[refusal].closeCode);
  }

  end(reason: 'DUMP_TOO_LARGE' | 'INTERNAL' | 'GOING_AWAY'): void {
    const { closeCode } = ERRORS[reason];
    if (reason === 'DUMP_TOO_LARGE') this.#counts!.refusals.dumpBytes++;
    if (this.#closeCode === 0) this.#closeCode = closeCode;
    this.close(closeCode);
  }

  received(data: Buffer, isBinary: boolean): void {
    const counts = this.#counts!;
    counts.messages++;
    counts.messageBytes += data.length;
    if (isBinary) this.#session?.binary();
    else this.#session?.message(data);
  }

  gone(code: number): void {
    const session = this.#session;
    this.#session = null;
    session?.close(this.#closeCode || code);
    this.#ingest?.closed(this);
  }

  failed(error: Error): void {
    const code = 'code' in error ? String(error.code) : '';
    // Anything else (ECONNRESET, EPIPE) is the network's, and the socket's own close says 1006.
    if (this.#closeCode !== 0 || !code.startsWith('WS_ERR_')) return;
    this.#closeCode = RFC_6455_CODES[code] ?? PROTOCOL_ERROR;
    this.#counts!.refusals[this.#closeCode === ERRORS.MESSAGE_TOO_LARGE.closeCode ? 'messageBytes' : 'protocol']++;
  }
}

// `binaryType` stays at its default, so that a message is always one Buffer.
function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  (this as ClientSocket).received(data as Buffer, isBinary);
}

function onClose(this: WebSocket, code: number): void {
  (this as ClientSocket).gone(code || ABNORMAL_CLOSURE);
}

function onError(this: WebSocket, error: Error): void {
  (this as ClientSocket).failed(error);
}

function ignore(): void {}

/** Only the query matters; what cannot be read as a URL has no token in it. */
function urlOf(request: IncomingMessage): URL | string {
  const { url = '/' } = request;
  return URL.parse(`ws://gateway${url.startsWith('/') ? url : `/${url}`}`) ?? '';
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?', 1)[0];
  const healthcheck = path === '/healthcheck' && (request.method === 'GET' || request.method === 'HEAD');
  // 426 (RFC 9110, 15.5.22) tells whoever opens a WebSocket's URL in a browser what is missing.
  const status = healthcheck ? 200 : request.method === 'GET' ? 426 : 404;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    ...(status === 426 ? { upgrade: 'websocket', connection: 'upgrade, close' } : { connection: 'close' }),
  });
  response.end(healthcheck ? 'ok\n' : status === 426 ? 'This is a WebSocket endpoint.\n' : 'Not found.\n');
}
