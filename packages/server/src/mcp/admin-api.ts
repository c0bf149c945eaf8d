import { ERRORS, type ErrorCode } from '../errors/errors.ts';
import { GatewayError } from '../errors/gateway-error.ts';

/** An answer of the admin API that is larger than this, in bytes, is not read. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** An analysis waits for those before it, and takes seconds for a long call. */
const TIMEOUT_MS = 150_000;

const MAX_MESSAGE = 500;
const GIVE_TOKEN = 'Start `rtcstats-server mcp` with --token-file FILE, or with the token in RTCSTATS_ADMIN_TOKEN.';

/** A request to the admin API. */
export interface ApiRequest {
  /** Below the address of the listener: `api/sessions/search`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Makes it a `POST`. */
  readonly body?: object;
  /** Ends the request early. */
  readonly signal: AbortSignal;
}

/**
 * Asks the admin API of a running gateway. Tools for assistants use it instead of the catalog, because then the gateway
 * authorizes and logs them like every other client of the API.
 */
export class AdminApi {
  readonly #url: URL;
  readonly #token: string | undefined;

  /** @param url the admin listener; a path is possible, for a reverse proxy */
  constructor(url: URL, token: string | undefined) {
    this.#url = new URL(url);
    if (!this.#url.pathname.endsWith('/')) this.#url.pathname += '/';
    this.#token = token;
  }

  /**
   * The JSON value of the answer.
   *
   * @throws GatewayError that of the answer, or GATEWAY_UNREACHABLE if no admin API answers
   */
  async request(request: ApiRequest): Promise<unknown> {
    let status: number;
    let text: string;
    try {
      const response = await this.#fetch(request);
      status = response.status;
      text = await limitedText(response);
    } catch (cause) {
      throw cause instanceof GatewayError ? cause : this.#unreachable(cause);
    }
    const answer = jsonOf(text);
    if (status === 200 && answer !== undefined) return answer;
    throw errorOf(answer) ?? this.#unreachable(undefined, status);
  }

  /**
   * The bytes of the answer, which the caller has to read to the end or to cancel.
   *
   * @throws GatewayError as `request` does; the stream itself fails with errors of the network
   */
  async download(request: ApiRequest): Promise<ReadableStream<Uint8Array>> {
    let response: Response;
    try {
      response = await this.#fetch(request);
      if (response.status === 200 && response.body !== null) return response.body;
      throw errorOf(jsonOf(await limitedText(response))) ?? this.#unreachable(undefined, response.status);
    } catch (cause) {
      throw cause instanceof GatewayError ? cause : this.#unreachable(cause);
    }
  }

  async #fetch({ path, query = {}, body, signal }: ApiRequest): Promise<Response> {
    const url = new URL(path, this.#url);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (this.#token !== undefined) headers['authorization'] = `Bearer ${this.#token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    return await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The token must not follow a redirect to another host.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  }

  #unreachable(cause: unknown, status?: number): GatewayError {
    // `fetch` wraps the error of the socket in a TypeError.
    const error = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
    const reason = status === undefined ? code : ` (status ${status} without an error of the API)`;
    return new GatewayError('GATEWAY_UNREACHABLE', `No admin API answers at ${this.#url.origin}${reason}`, {
      todo: 'Check that the gateway runs, and name its admin listener with --url or admin.host and admin.port.',
      cause,
    });
  }
}

async function limitedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES)
      throw new GatewayError('GATEWAY_UNREACHABLE', 'The answer of the gateway is too large');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The error that an answer describes; undefined if it is not an error of the API. */
function errorOf(answer: unknown): GatewayError | undefined {
  const { error, code } = (answer ?? {}) as { error?: unknown; code?: unknown };
  if (typeof error !== 'string' || typeof code !== 'string') return undefined;
  if (!Object.hasOwn(ERRORS, code)) return undefined;
  const known = code as ErrorCode;
  return new GatewayError(
    known,
    error.slice(0, MAX_MESSAGE),
    known === 'ADMIN_UNAUTHORIZED' ? { todo: GIVE_TOKEN } : {},
  );
}
