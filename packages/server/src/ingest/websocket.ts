import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';
import { type PerMessageDeflateOptions, type ServerOptions, WebSocketServer, type Server as WebSockets } from 'ws';
import { Admission, type AdmissionLimits, type ClientQuota } from '../admission/admission.ts';
import { Refusals } from '../admission/refusals.ts';
import type { Authorization, Authorizer } from '../auth/authorization.ts';
import { requestIdentity } from '../auth/query-identity.ts';
import { urlWithoutToken } from '../auth/request-url.ts';
import { ERRORS } from '../errors/errors.ts';
import { REFUSALS, type RefusalName, type RejectionName } from '../errors/refusals.ts';
import type { ErrorEntry } from '../errors/table/entry.ts';
import type { Log } from '../log/log.ts';
import type { Counts } from '../metrics/counts.ts';
import { clientAddress, isProxy } from '../net/client-address.ts';
import { networkList } from '../net/network.ts';
import { OriginList } from '../net/origin.ts';
import type { SessionContext } from '../session/session.ts';
import { ClientSocket, type ConnectionLimits, type ConnectionOwner } from './client-socket.ts';
import { type ClientOrigin, createSession } from './create-session.ts';
import { FastPath } from './fast-path/fast-path.ts';
import { PendingConnections } from './pending-connections.ts';
import { createPublicServer, refuse } from './public-server.ts';

/** How long a client may take to answer a close frame before its socket is destroyed, in milliseconds. */
const CLOSE_TIMEOUT_MS = 3000;
/** Clients that are being closed with the reason of their rejection; beyond that, sockets are destroyed without one. */
const MAX_REJECTING = 1000;
/** Frames of one message, and reads that ws buffers: bounds the memory that each takes in addition to its bytes. */
const MAX_PIECES = 4096;

/**
 * Compression with bounded costs: a message is inflated to `messageBytes` at most, four at a time (libuv has four
 * threads), and no state is kept from one message to the next.
 */
const COMPRESSION = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  concurrencyLimit: 4,
} as const satisfies PerMessageDeflateOptions;

/** Options of ws that are missing in its types. */
interface UntypedOptions {
  readonly closeTimeout: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
}

type Authorized = Extract<Authorization, { readonly authorized: true }>;

/** The part of `server.limits` that bounds WebSocket clients. Bytes, seconds, or counts per second. */
export interface IngestLimits extends AdmissionLimits, ConnectionLimits {
  readonly handshakes: number;
  readonly handshakesPerAddress: number;
  readonly handshakeSeconds: number;
  readonly messageBytes: number;
  readonly unfinishedBytes: number;
}

/** The part of the configuration that the public listener needs (`server`). */
export interface IngestSettings {
  readonly limits: IngestLimits;
  /** CIDR blocks whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies: readonly string[];
  /** Patterns of `Origin`; empty: any origin is allowed. */
  readonly allowedOrigins: readonly string[];
  readonly compression: boolean;
  /** `off`: messages are read by documented means of Node.js and ws only. See fast-path/README.md. */
  readonly fastPath: 'auto' | 'off';
}

/** Answers uploads, which come to the same listener. */
export interface UploadHandler {
  /** Returns false if the request is not an upload and was not answered. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  everySecond(): void;
}

/**
 * The public listener: WebSocket on any path, `GET /healthcheck`, uploads where they are configured, and nothing else.
 *
 * A client that is refused is accepted and closed at once (RFC 6455, 7.4), because a script in a browser sees the close
 * code but not the HTTP status of a failed upgrade.
 */
export class WebSocketIngest implements ConnectionOwner {
  readonly server: Server;
  readonly counts: Counts;
  readonly refusals: Refusals;
  readonly limits: IngestLimits;
  readonly #authorizer: Authorizer;
  readonly #context: SessionContext;
  readonly #trustedProxies: BlockList;
  readonly #origins: OriginList;
  readonly #admission: Admission;
  readonly #handshakes: PendingConnections;
  readonly #webSockets: WebSockets<typeof ClientSocket>;
  readonly #fastPath: FastPath;
  /** Admitted and not closed yet. */
  readonly connections = new Set<ClientSocket>();
  #rejecting = 0;
  #stopped: PromiseWithResolvers<void> | undefined;

  constructor(
    settings: IngestSettings,
    authorizer: Authorizer,
    context: SessionContext,
    log: Log,
    uploads?: UploadHandler,
  ) {
    const { limits } = settings;
    this.counts = context.counts;
    this.refusals = new Refusals(context.counts, log);
    this.limits = limits;
    this.#authorizer = authorizer;
    this.#context = context;
    this.#trustedProxies = networkList(settings.trustedProxies);
    this.#origins = new OriginList(settings.allowedOrigins);
    this.#admission = new Admission(limits);
    this.#handshakes = new PendingConnections(
      {
        handshakes: limits.handshakes,
        handshakesPerAddress: limits.handshakesPerAddress,
        isProxy: (address) => isProxy(address, this.#trustedProxies),
      },
      this.refusals,
    );
    const { fastPath: mode } = settings;
    this.#fastPath = new FastPath({ mode, messageBytes: limits.messageBytes, counts: this.counts, log });
    const options: ServerOptions<typeof ClientSocket> & UntypedOptions = {
      noServer: true,
      WebSocket: ClientSocket,
      // `clients` would cost a closure per connection; `connections` serves instead.
      clientTracking: false,
      perMessageDeflate: settings.compression && COMPRESSION,
      maxPayload: limits.messageBytes,
      closeTimeout: CLOSE_TIMEOUT_MS,
      maxFragments: MAX_PIECES,
      maxBufferedChunks: MAX_PIECES,
    };
    this.#webSockets = new WebSocketServer(options);
    this.server = createPublicServer({
      handshakeSeconds: limits.handshakeSeconds,
      handshakes: this.#handshakes,
      refusals: this.refusals,
      upgrade: (request, socket, head) => {
        // A client that disconnects during authorization must not crash the process.
        socket.on('error', ignore);
        void this.#upgrade(request, socket, head);
      },
      everySecond: () => {
        this.#everySecond();
        uploads?.everySecond();
      },
      ...(uploads && { upload: (request, response) => uploads.handle(request, response) }),
    });
  }

  /**
   * Closes every connection with 1001; resolves when all sessions are handed over to the finish queue. Safe to call
   * twice.
   */
  stop(): Promise<void> {
    if (!this.#stopped) {
      this.#stopped = Promise.withResolvers();
      for (const connection of this.connections) connection.end('GOING_AWAY');
      if (this.connections.size === 0) this.#stopped.resolve();
    }
    return this.#stopped.promise;
  }

  closed(connection: ClientSocket, quota: ClientQuota | null): void {
    if (quota === null) {
      this.#rejecting--;
      return;
    }
    this.#admission.release(quota);
    this.connections.delete(connection);
    if (this.connections.size === 0) this.#stopped?.resolve();
  }

  #everySecond(): void {
    this.#handshakes.sweep();
    this.#admission.sweep();
    let bufferedBytes = 0;
    for (const connection of this.connections) {
      connection.everySecond();
      bufferedBytes += connection.bufferedBytes;
    }
    if (bufferedBytes > this.limits.unfinishedBytes) this.#freeMemory(bufferedBytes);
  }

  /** Cuts off the connections with most buffered bytes until the limit holds. */
  #freeMemory(bufferedBytes: number): void {
    let left = bufferedBytes;
    for (const connection of [...this.connections].sort((a, b) => b.bufferedBytes - a.bufferedBytes)) {
      if (left <= this.limits.unfinishedBytes) return;
      left -= connection.bufferedBytes;
      connection.cutOff('unfinishedBytes');
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { headers } = request;
    const forwardedFor = headers['x-forwarded-for']?.toString();
    const address = clientAddress(request.socket.remoteAddress, forwardedFor, this.#trustedProxies);
    // From here on, the limits of connections apply instead.
    this.#handshakes.ended(request.socket);
    const quota = this.#admit(headers, address);
    const authorized = typeof quota === 'string' ? quota : await this.#authorize(request);
    socket.removeListener('error', ignore);
    let begun = false;
    if (typeof authorized === 'string') this.#reject(authorized, request, socket, head);
    else if (typeof quota !== 'string') {
      const upgraded = this.#fastPath.prepare(socket);
      this.#webSockets.handleUpgrade(request, upgraded.socket, head, (connection) => {
        begun = true;
        this.counts.accepted++;
        this.connections.add(connection);
        const origin = this.#origin(request, authorized, address);
        connection.begin(this, createSession(this.#context, connection, origin, this.refusals), quota);
        this.#fastPath.begin(connection, upgraded);
      });
    }
    if (!begun && typeof quota !== 'string') this.#admission.release(quota);
  }

  /** Runs the checks from the cheapest to the most expensive. */
  #admit(headers: IncomingHttpHeaders, address: string | undefined): ClientQuota | RejectionName {
    if (this.#stopped) return this.#refused('draining');
    if (this.#context.budget.shortage !== null) return this.#refused('spool');
    if (!this.#origins.allows(headers.origin)) return this.#refused('origin');
    const quota = this.#admission.acquire(address ?? '');
    return typeof quota === 'string' ? this.#refused(quota, hintFor(quota, headers)) : quota;
  }

  async #authorize(request: IncomingMessage): Promise<Authorized | RejectionName> {
    const authorization = await this.#authorizer.authorize(urlOf(request));
    // Pending for the first milliseconds of the process only.
    await this.#fastPath.checked;
    if (!authorization.authorized) {
      const { reason } = authorization;
      this.counts.tokenRefusals[reason]++;
      // Without the keys the token could not be checked, so it may be valid: the client should try again.
      return this.#refused(reason === 'keysUnavailable' ? 'keysUnavailable' : 'unauthorized', { reason });
    }
    return this.#stopped ? this.#refused('draining') : authorization;
  }

  #refused<Name extends RefusalName>(name: Name, details?: Readonly<Record<string, string>>): Name {
    this.refusals.add(name, details);
    return name;
  }

  #reject(refusal: RejectionName, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { closeCode, httpStatus }: Required<ErrorEntry> = ERRORS[REFUSALS[refusal].error];
    if (this.#rejecting >= MAX_REJECTING) {
      refuse(socket, httpStatus);
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (connection) => {
      this.#rejecting++;
      connection.reject(this, closeCode);
    });
  }

  #origin(request: IncomingMessage, authorized: Authorized, address: string | undefined): ClientOrigin {
    const { headers } = request;
    return {
      url: urlWithoutToken(request.url ?? '/'),
      origin: headers.origin ?? null,
      userAgent: headers['user-agent'] ?? null,
      remoteAddresses: address === undefined ? [] : [address],
      network: address === undefined ? null : this.#context.networks.nameOf(address),
      ...requestIdentity(authorized, urlOf(request), this.#authorizer.trustsQueryIdentity),
    };
  }
}

/** Clients that share an address and send X-Forwarded-For are most likely behind a proxy that is not configured. */
function hintFor(refusal: RefusalName, headers: IncomingHttpHeaders): Readonly<Record<string, string>> | undefined {
  if (!refusal.endsWith('PerAddress') || headers['x-forwarded-for'] === undefined) return undefined;
  return { hint: 'if the clients are behind a proxy, name it in server.trustedProxies' };
}

function ignore(): void {}

/** Only the query matters. A text that is not a URL contains no token. */
function urlOf(request: IncomingMessage): URL | string {
  const { url = '/' } = request;
  return URL.parse(`ws://gateway${url.startsWith('/') ? url : `/${url}`}`) ?? '';
}
