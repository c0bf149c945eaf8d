import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';
import { type PerMessageDeflateOptions, type ServerOptions, WebSocketServer, type Server as WebSockets } from 'ws';
import { Admission, type AdmissionLimits, type Caller } from '../admission/admission.ts';
import { Refusals } from '../admission/refusals.ts';
import type { Authorization, Authorizer } from '../auth/authorization.ts';
import { requestIdentity } from '../auth/query-identity.ts';
import { urlWithoutToken } from '../auth/request-url.ts';
import { ERRORS } from '../errors/errors.ts';
import { REFUSALS, type RefusalName, type RejectionName } from '../errors/refusals.ts';
import type { ErrorEntry } from '../errors/table/entry.ts';
import type { Log } from '../log/log.ts';
import type { Counts } from '../metrics/counts.ts';
import { clientAddress } from '../net/client-address.ts';
import { networkList } from '../net/network.ts';
import { OriginList } from '../net/origin.ts';
import { Session, type SessionContext } from '../session/session.ts';
import { ClientSocket, type ConnectionLimits, type ConnectionOwner } from './client-socket.ts';
import { shareReads } from './fast-path/shared-reads.ts';
import { PendingConnections } from './pending-connections.ts';
import { createPublicServer, refuse } from './public-server.ts';

/** How long a client may take to answer a close frame before its socket is cut, in milliseconds. */
const CLOSE_TIMEOUT_MS = 3000;
/** Clients that are being told why they are turned away; of more the socket is cut. */
const MAX_REJECTING = 1000;
/** Pieces of one message, in frames and in reads: what each costs beside its bytes must stay small. */
const MAX_PIECES = 4096;

/**
 * Bounded: a message is inflated to `messageBytes` at most, four at a time (as many as there are threads for it), and nothing
 * is remembered from one message to the next.
 */
const COMPRESSION = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  concurrencyLimit: 4,
} as const satisfies PerMessageDeflateOptions;

/** Options of ws that its types lack. */
interface UntypedOptions {
  readonly closeTimeout: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
}

type Authorized = Extract<Authorization, { readonly authorized: true }>;

/** The part of `server.limits` that bounds WebSocket clients. Bytes, seconds, or counts per second. */
export interface IngestLimits extends AdmissionLimits, ConnectionLimits {
  readonly handshakes: number;
  readonly handshakeSeconds: number;
  readonly messageBytes: number;
  readonly unfinishedBytes: number;
}

/** The part of the configuration that the public listener needs (`server`). */
export interface IngestSettings {
  readonly limits: IngestLimits;
  /** CIDR blocks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Patterns of `Origin`; empty: any. */
  readonly allowedOrigins: readonly string[];
  readonly compression: boolean;
}

/** Answers the uploads among the requests that come to the public listener. */
export interface UploadHandler {
  /** False: the request is not an upload, and was not answered. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  everySecond(): void;
}

/**
 * The public listener: WebSocket on any path, `GET /healthcheck`, uploads where they are configured, and nothing else.
 *
 * A client that is refused is let in and closed at once (RFC 6455, 7.4): a browser shows a script the close code, but not
 * the HTTP status of a failed upgrade.
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
  /** Admitted and not gone yet. */
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
    this.#handshakes = new PendingConnections(limits.handshakes, this.refusals);
    const options: ServerOptions<typeof ClientSocket> & UntypedOptions = {
      noServer: true,
      WebSocket: ClientSocket,
      // `clients` would cost every connection a closure; ClientSocket keeps itself in `connections`.
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
        // Authorization takes a moment, and a client that goes away in it must not take the process along.
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

  /** Closes every connection with 1001; resolves when all sessions are handed over. Safe to call twice. */
  stop(): Promise<void> {
    if (!this.#stopped) {
      this.#stopped = Promise.withResolvers();
      for (const connection of this.connections) connection.end('GOING_AWAY');
      if (this.connections.size === 0) this.#stopped.resolve();
    }
    return this.#stopped.promise;
  }

  closed(connection: ClientSocket, caller: Caller | null): void {
    if (caller === null) {
      this.#rejecting--;
      return;
    }
    this.#admission.leave(caller);
    this.connections.delete(connection);
    if (this.connections.size === 0) this.#stopped?.resolve();
  }

  #everySecond(): void {
    this.#handshakes.sweep();
    this.#admission.sweep();
    let unfinished = 0;
    for (const connection of this.connections) {
      connection.everySecond();
      unfinished += connection.unfinished;
    }
    if (unfinished > this.limits.unfinishedBytes) this.#makeRoom(unfinished);
  }

  /** Cuts those off that hold most. */
  #makeRoom(unfinished: number): void {
    let left = unfinished;
    for (const connection of [...this.connections].sort((a, b) => b.unfinished - a.unfinished)) {
      if (left <= this.limits.unfinishedBytes) return;
      left -= connection.unfinished;
      connection.cutOff('unfinishedBytes');
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { headers } = request;
    const forwardedFor = headers['x-forwarded-for']?.toString();
    const address = clientAddress(request.socket.remoteAddress, forwardedFor, this.#trustedProxies);
    const caller = this.#admit(headers, address);
    const authorized = typeof caller === 'string' ? caller : await this.#authorize(request);
    this.#handshakes.ended(request.socket);
    socket.removeListener('error', ignore);
    let begun = false;
    if (typeof authorized === 'string') this.#reject(authorized, request, socket, head);
    else if (typeof caller !== 'string') {
      const reads = shareReads(socket);
      this.#webSockets.handleUpgrade(request, reads?.socket ?? socket, head, (connection) => {
        begun = true;
        this.counts.accepted++;
        this.connections.add(connection);
        connection.begin(this, this.#session(connection, request, authorized, address), caller);
        if (reads !== null) reads.reader = connection;
      });
    }
    if (!begun && typeof caller !== 'string') this.#admission.leave(caller);
  }

  /** What costs least is asked first. */
  #admit(headers: IncomingHttpHeaders, address: string | undefined): Caller | RejectionName {
    if (this.#stopped) return this.#refused('draining');
    if (this.#context.budget.shortage !== null) return this.#refused('spool');
    if (!this.#origins.allows(headers.origin)) return this.#refused('origin');
    const caller = this.#admission.enter(address ?? '');
    return typeof caller === 'string' ? this.#refused(caller, hintFor(caller, headers)) : caller;
  }

  async #authorize(request: IncomingMessage): Promise<Authorized | RejectionName> {
    const authorization = await this.#authorizer.authorize(urlOf(request));
    if (!authorization.authorized) {
      const { reason } = authorization;
      this.counts.tokenRefusals[reason]++;
      // What a token could not be checked for may pass: the client should try again.
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

  #session(
    connection: ClientSocket,
    request: IncomingMessage,
    authorized: Authorized,
    address: string | undefined,
  ): Session {
    const { headers } = request;
    return new Session(this.#context, connection, {
      url: urlWithoutToken(request.url ?? '/'),
      origin: headers.origin ?? null,
      userAgent: headers['user-agent'] ?? null,
      remoteAddresses: address === undefined ? [] : [address],
      clientProtocol: connection.protocol || null,
      ...requestIdentity(authorized, urlOf(request)),
    });
  }
}

/** Clients that seem to have one address are most likely behind a proxy that nobody has named. */
function hintFor(refusal: RefusalName, headers: IncomingHttpHeaders): Readonly<Record<string, string>> | undefined {
  if (!refusal.endsWith('PerAddress') || headers['x-forwarded-for'] === undefined) return undefined;
  return { hint: 'if the clients are behind a proxy, name it in server.trustedProxies' };
}

function ignore(): void {}

/** Only the query matters; what cannot be read as a URL has no token in it. */
function urlOf(request: IncomingMessage): URL | string {
  const { url = '/' } = request;
  return URL.parse(`ws://gateway${url.startsWith('/') ? url : `/${url}`}`) ?? '';
}
