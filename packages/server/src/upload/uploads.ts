import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import { Admission, type AdmissionLimits } from '../admission/admission.ts';
import { Refusals } from '../admission/refusals.ts';
import { type Authorizer, TOKEN_PARAMETER } from '../auth/authorization.ts';
import { type RequestIdentity, requestIdentity } from '../auth/query-identity.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';
import { clientAddress } from '../net/client-address.ts';
import { networkList } from '../net/network.ts';
import { OriginList } from '../net/origin.ts';
import type { SessionContext } from '../session/session.ts';
import { uploadedFile } from './upload-form.ts';
import { recordUpload } from './upload-recorder.ts';
import { type UploadProgress, UploadSlots } from './upload-slots.ts';

/** Uploads of one address at the same time. */
const MAX_UPLOADS_PER_ADDRESS = 8;
/** Allowance for the parts of the form around the file. */
const FORM_BYTES = 256 * 1024;
/**
 * How long to keep reading from a client that still sends after its answer, in milliseconds, so that it can read it.
 */
const LINGER_MS = 10_000;

/** The part of `server.limits` that bounds uploads, in bytes or counts. */
export interface UploadLimits extends AdmissionLimits {
  readonly messageBytes: number;
  readonly dumpBytes: number;
}

/** The part of the configuration that uploads need (`server`). */
export interface UploadSettings {
  /** Default: uploads are off. */
  readonly uploadPath?: string | undefined;
  readonly limits: UploadLimits;
  readonly trustedProxies: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/**
 * `POST <server.uploadPath>`: accepts dumps that were made elsewhere.
 *
 *     request -> admission, origin, token -> form -> gunzip -> kindOf -> dump, recording:  Session, line by line
 *                (uploads.ts)      (upload-form.ts)  (upload-recorder.ts) webrtc-internals: worker thread, as a whole
 *
 * A dump or recording passes through a `Session`, like the messages of a connected client, so it is anonymized and
 * spooled by the same code. A webrtc-internals dump is one JSON text that has to be parsed as a whole;
 * internals-recorder.ts does that in a worker thread with a limited heap. Both end in the spool and are finished like
 * any other session. The answer `200` means that the whole upload is in the spool.
 */
export class Uploads {
  readonly #limits: UploadLimits;
  readonly #path: string | undefined;
  readonly #authorizer: Authorizer;
  readonly #context: SessionContext;
  readonly #log: Log;
  readonly #refusals: Refusals;
  readonly #origins: OriginList;
  readonly #trustedProxies: BlockList;
  readonly #admission: Admission;
  readonly #slots = new UploadSlots();
  readonly #active = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(settings: UploadSettings, authorizer: Authorizer, context: SessionContext, log: Log) {
    this.#limits = settings.limits;
    this.#path = settings.uploadPath;
    this.#authorizer = authorizer;
    this.#context = context;
    this.#log = log;
    this.#refusals = new Refusals(context.counts, log);
    this.#origins = new OriginList(settings.allowedOrigins);
    this.#trustedProxies = networkList(settings.trustedProxies);
    const { limits } = settings;
    this.#admission = new Admission({
      ...limits,
      // The slots limit them.
      connections: Number.POSITIVE_INFINITY,
      connectionsPerAddress: MAX_UPLOADS_PER_ADDRESS,
    });
  }

  /** Removes the counters of addresses that have been idle. Call every second. */
  everySecond(): void {
    this.#admission.sweep();
  }

  /** Answers the request and returns true if it is an upload. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#path === undefined || request.method !== 'POST') return false;
    if (request.url?.split('?', 1)[0] !== this.#path) return false;
    const work = this.#answer(request, response).finally(() => this.#active.delete(work));
    this.#active.add(work);
    return true;
  }

  /** Rejects new uploads and aborts the current ones; resolves when they have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort(new GatewayError('GOING_AWAY'));
    await Promise.all(this.#active);
  }

  /** Never rejects. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const clientId = await this.#admit(request);
      respond(request, response, 200, { message: 'The dump was received', clientId });
    } catch (error) {
      const known = isGatewayError(error) && error.httpStatus !== undefined ? error : undefined;
      const { httpStatus, message, code } = known ?? new GatewayError('INTERNAL');
      if (code === 'INTERNAL') this.#log.error(errorFields(error), 'an upload failed');
      else this.#refusals.add('upload', { code });
      respond(request, response, httpStatus!, { error: message, code });
    }
  }

  async #admit(request: IncomingMessage): Promise<string> {
    if (this.#stopping.signal.aborted) throw new GatewayError('GOING_AWAY');
    const forwardedFor = request.headers['x-forwarded-for']?.toString();
    const address = clientAddress(request.socket.remoteAddress, forwardedFor, this.#trustedProxies);
    const quota = this.#admission.acquire(address ?? '');
    if (typeof quota === 'string') throw new GatewayError('TRY_AGAIN_LATER');
    const slot = this.#slots.take(quota.name, progressOf(request));
    try {
      if (slot === undefined) throw new GatewayError('TRY_AGAIN_LATER');
      return await this.#receive(request, address, AbortSignal.any([this.#stopping.signal, slot.signal]));
    } finally {
      slot?.release();
      this.#admission.release(quota);
    }
  }

  async #receive(request: IncomingMessage, address: string | undefined, signal: AbortSignal): Promise<string> {
    if (!this.#origins.allows(request.headers.origin)) throw new GatewayError('ORIGIN_NOT_ALLOWED');
    const limits = this.#limits;
    // Fail fast; the real size is enforced while streaming.
    if (Number(request.headers['content-length']) > limits.dumpBytes + FORM_BYTES) {
      throw new GatewayError('DUMP_TOO_LARGE');
    }
    const identity = await this.#authorize(request);
    if (this.#context.budget.shortage !== null) throw new GatewayError('SPOOL_FULL');
    return await recordUpload(
      uploadedFile(request, signal),
      { ...identity, network: address === undefined ? null : this.#context.networks.nameOf(address) },
      this.#context,
      limits.messageBytes,
    );
  }

  async #authorize(request: IncomingMessage): Promise<RequestIdentity> {
    const url = URL.parse(`http://gateway${request.url}`) ?? new URL('http://gateway/');
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) url.searchParams.append(TOKEN_PARAMETER, bearer);
    const authorization = await this.#authorizer.authorize(url);
    if (!authorization.authorized) {
      const { reason } = authorization;
      this.#context.counts.tokenRefusals[reason]++;
      this.#refusals.add(reason === 'keysUnavailable' ? reason : 'unauthorized', { reason });
      throw new GatewayError(reason === 'keysUnavailable' ? 'TRY_AGAIN_LATER' : 'UNAUTHORIZED');
    }
    return requestIdentity(authorization, url, this.#authorizer.trustsQueryIdentity);
  }
}

function progressOf(request: IncomingMessage): UploadProgress {
  const { socket } = request;
  return {
    get receivedBytes() {
      return socket.bytesRead;
    },
    get receiving() {
      return !request.complete;
    },
  };
}

function respond(request: IncomingMessage, response: ServerResponse, status: number, body: object): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
  if (request.complete) return;
  // Closing the socket while the client still sends would reset the connection before the client reads the answer.
  request.on('error', () => {});
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}
