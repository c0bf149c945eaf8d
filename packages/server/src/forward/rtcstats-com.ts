import type { ErrorCode } from '../errors/errors.ts';
import { boundedText } from '../net/bounded-text.ts';
import {
  type Delivered,
  type ForwardTarget,
  type TargetEffect,
  TargetError,
  type Transfer,
  type TransferChunk,
} from './target.ts';

export interface RtcstatsComOptions {
  /** The API's base, such as `https://api.rtcstats.com/v1.0`. */
  readonly endpoint: string;
  readonly token: string;
  /** `upload` stores the dump there, `enrich` only analyzes it. */
  readonly mode: 'upload' | 'enrich';
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
/** Longest answer that is read. An analysis of a conference is a few hundred KiB. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const MAX_URL_LENGTH = 2048;
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** rtcstats.com over its HTTP API, version 1.0 (upload, enrich, sessions). */
export class RtcstatsCom implements ForwardTarget {
  readonly name: string;
  readonly stores: boolean;
  readonly #endpoint: string;
  readonly #token: string;
  readonly #mode: 'upload' | 'enrich';
  readonly #timeoutMs: number;

  constructor({ endpoint, token, mode, timeoutMs }: RtcstatsComOptions) {
    this.#endpoint = endpoint.replace(/\/+$/, '');
    this.#token = token;
    this.#mode = mode;
    this.#timeoutMs = timeoutMs ?? TIMEOUT_MS;
    this.stores = mode === 'upload';
    this.name = `${this.#endpoint}/${mode}`;
  }

  async sendChunk({ id, fileName, index, total, bytes }: TransferChunk, signal?: AbortSignal): Promise<void> {
    const form = new FormData();
    form.set('fileId', id);
    form.set('chunkIndex', String(index));
    form.set('totalChunks', String(total));
    form.set('fileName', fileName);
    form.set('chunk', new Blob([bytes as Uint8Array<ArrayBuffer>]), fileName);
    await this.#json('sending a chunk', 'POST', this.#mode, { body: form, signal });
  }

  async assemble({ id, fileName }: Transfer, signal?: AbortSignal): Promise<Delivered> {
    const answer = await this.#json('assembling', 'POST', this.#mode, {
      json: { fileId: id, assemble: true, fileName },
      signal,
    });
    if (this.#mode === 'enrich') return { remoteId: null, url: null, embedUrl: null, analysis: answer };
    const delivered = deliveredOf(answer);
    if (delivered !== undefined) return delivered;
    // The dump was accepted, but its id is unknown; `find` returns it.
    throw notUnderstood('assembling');
  }

  async find(fileName: string, signal?: AbortSignal): Promise<Delivered | undefined> {
    if (this.#mode === 'enrich') return undefined;
    // The title there is the file name without its extension; the filter matches anywhere in a title.
    const title = fileName.replace(/\.gz$/, '');
    const path = `sessions?${new URLSearchParams({ name: title })}`;
    const answer = await this.#json('asking for a dump', 'GET', path, { signal });
    // Only a list without the dump proves that it is not there.
    if (!isObject(answer) || !Array.isArray(answer['data'])) throw notUnderstood('asking for a dump');
    const found = (answer['data'] as unknown[]).find((item) => isObject(item) && String(item['title']).includes(title));
    if (found === undefined) return undefined;
    const delivered = deliveredOf(found);
    if (delivered === undefined) throw notUnderstood('asking for a dump');
    return delivered;
  }

  async read(remoteId: string, signal?: AbortSignal): Promise<string | undefined> {
    return await this.#unlessMissing(() =>
      this.#request('reading a dump', 'GET', `sessions/${encodeURIComponent(remoteId)}`, { signal }),
    );
  }

  async remove(remoteId: string, signal?: AbortSignal): Promise<void> {
    await this.#unlessMissing(() =>
      this.#request('deleting a dump', 'DELETE', `sessions/${encodeURIComponent(remoteId)}`, { signal }),
    );
  }

  async #unlessMissing(request: () => Promise<string>): Promise<string | undefined> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof TargetError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #json(what: string, method: string, path: string, content: Content): Promise<unknown> {
    const text = await this.#request(what, method, path, content);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw notUnderstood(what);
    }
  }

  /** The body of a successful answer. */
  async #request(what: string, method: string, path: string, { body, json, signal }: Content): Promise<string> {
    // Given a form and a signal that has fired, fetch also rejects an internal promise that no caller can handle, which
    // would end the process.
    signal?.throwIfAborted();
    const headers: Record<string, string> = { authorization: `Bearer ${this.#token}`, accept: 'application/json' };
    if (json !== undefined) headers['content-type'] = 'application/json';
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await fetch(`${this.#endpoint}/${path}`, {
        method,
        headers,
        body: json === undefined ? (body ?? null) : JSON.stringify(json),
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        // Never send the token or the dump to another host.
        redirect: 'error',
      });
      const text = await boundedText(response, MAX_ANSWER_BYTES);
      if (response.ok) return text;
      throw answerError(what, response, text);
    } catch (error) {
      if (error instanceof TargetError) throw error;
      signal?.throwIfAborted();
      const code = networkCode(error);
      const unclear = !NEVER_SENT.has(code);
      throw new TargetError(what, { effect: 'retry', status: null, code, unclear }, { cause: error });
    }
  }
}

interface Content {
  readonly body?: FormData;
  readonly json?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** 401, 402, 403: token, credits, plan. A 404 for anything but a session means a wrong endpoint. */
const PAUSE = new Set([401, 402, 403, 404]);
// A 400 for `assemble` means missing chunks, which a new transfer fixes.
const RETRY = new Set([400, 408, 425, 429]);

/** Errors before there was a connection: the request was certainly not sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

function notUnderstood(what: string): TargetError {
  return new TargetError(what, {
    effect: 'retry',
    status: 200,
    code: 'ANSWER_NOT_UNDERSTOOD' satisfies ErrorCode,
    unclear: true,
  });
}

function answerError(what: string, response: Response, text: string): TargetError {
  const { status } = response;
  const effect: TargetEffect = PAUSE.has(status) ? 'pause' : RETRY.has(status) || status >= 500 ? 'retry' : 'refuse';
  return new TargetError(what, {
    effect,
    status,
    code: errorCode(text),
    retryAfterMs: retryAfter(response.headers.get('retry-after')),
    // A proxy may have given up with a 5xx while the server behind it carried the request out.
    unclear: status === 408 || status >= 500,
  });
}

/** `errorCode` of `{error, errorCode}`. The error text is ignored because it may quote what was sent. */
function errorCode(text: string): string | null {
  try {
    const body = JSON.parse(text) as unknown;
    const code = isObject(body) ? body['errorCode'] : undefined;
    return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : null;
  } catch {
    return null;
  }
}

function networkCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (error instanceof Error && error.name === 'TimeoutError') return 'TIMEOUT' satisfies ErrorCode;
  const code = isObject(cause) ? cause['code'] : undefined;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : ('NETWORK' satisfies ErrorCode);
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(milliseconds) ? Math.min(Math.max(0, milliseconds), MAX_RETRY_AFTER_MS) : null;
}

function deliveredOf(answer: unknown): Delivered | undefined {
  if (!isObject(answer)) return undefined;
  const { rtcstatsId, rtcstatsUrl, embedUrl } = answer;
  if (typeof rtcstatsId !== 'string' || !/^[\w-]{1,64}$/.test(rtcstatsId)) return undefined;
  return { remoteId: rtcstatsId, url: webUrl(rtcstatsUrl), embedUrl: webUrl(embedUrl), analysis: null };
}

/** Shown as a link to operators. */
function webUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_URL_LENGTH) return null;
  const url = URL.parse(value);
  // The parsed form, because a database may reject characters of the original.
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
