import { WebSocket } from 'ws';
import { TOKEN_PARAMETER } from '../auth/authorization.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { CanaryPlan } from './canary.ts';

/** Close codes (RFC 6455, 7.4.1; IANA registry) of a gateway that does not want the canary. */
const POLICY_VIOLATION = 1008;
const NORMAL_CLOSURE = 1000;

export interface SendOptions {
  /** A path in it stays in front of the plan's. */
  readonly url: URL;
  readonly token: string | null;
  /** Milliseconds for the handshake, and for the answer to the close. */
  readonly timeout: number;
  /** Messages a second that the gateway takes of one client; as fast as it reads without. */
  readonly messagesPerSecond?: number | undefined;
  /** Messages sent so far. */
  onSent?(count: number): void;
}

/** The connection of a canary: as a client's, but everything that a client may say of itself is planted. */
export class CanaryConnection {
  readonly #socket: WebSocket;
  readonly #options: SendOptions;
  readonly #closed: Promise<number>;
  #sent = 0;

  private constructor(socket: WebSocket, options: SendOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** @throws GatewayError GATEWAY_UNREACHABLE */
  static async open(plan: CanaryPlan, options: SendOptions): Promise<CanaryConnection> {
    const { protocols, headers } = plan.request;
    const socket = new WebSocket(socketUrl(plan, options), [...protocols], {
      headers: { ...headers },
      handshakeTimeout: options.timeout,
      perMessageDeflate: false,
    });
    const connection = new CanaryConnection(socket, options);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.on('error', (cause) => reject(unreachable(options.url, cause)));
    });
    return connection;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends every message of the plan. @throws GatewayError UNAUTHORIZED or CANARY_CUT_OFF */
  async sendAll(plan: CanaryPlan): Promise<void> {
    const { messagesPerSecond } = this.#options;
    const begin = performance.now();
    for (const { data } of plan.messages) {
      if (!this.isOpen) throw this.#cutOff(await this.#closed);
      await new Promise<void>((resolve) => this.#socket.send(data, () => resolve()));
      this.#options.onSent?.(++this.#sent);
      if (messagesPerSecond === undefined) continue;
      const early = begin + (this.#sent * 1000) / messagesPerSecond - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    }
  }

  /** Closes as a client that is done. @throws GatewayError UNAUTHORIZED or CANARY_CUT_OFF, when the gateway had closed before */
  async close(reason: string): Promise<void> {
    if (!this.isOpen) throw this.#cutOff(await this.#closed);
    this.#socket.close(NORMAL_CLOSURE, reason);
    const timer = setTimeout(() => this.#socket.terminate(), this.#options.timeout);
    const code = await this.#closed;
    clearTimeout(timer);
    if (code !== NORMAL_CLOSURE) throw this.#cutOff(code);
  }

  /** Lets go of the socket, whatever its state. */
  abandon(): void {
    this.#socket.terminate();
  }

  #cutOff(code: number): GatewayError {
    if (code === POLICY_VIOLATION) {
      return new GatewayError(
        'UNAUTHORIZED',
        'The gateway turned the canary away (1008): its token is missing or not accepted, its origin is not allowed, or messages came too fast',
        {
          todo: 'Give the configuration of the gateway with --config, or what it asks for with --token, --origin or --rate.',
        },
      );
    }
    const sent = `after ${this.#sent} messages`;
    return new GatewayError('CANARY_CUT_OFF', `The gateway closed the canary's connection with ${code} ${sent}`);
  }
}

/** A plain request at the gateway's public port, with values in its path: nobody answers it, and nobody may note it down. */
export async function sendPlainRequest(url: URL, path: string, timeout: number): Promise<void> {
  const target = new URL(url.origin.replace(/^ws/, 'http') + path);
  try {
    const response = await fetch(target, { signal: AbortSignal.timeout(timeout), redirect: 'manual' });
    await response.body?.cancel();
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

/** What the gateway counts (Prometheus text). `token`: that of the admin listener. @throws GatewayError GATEWAY_UNREACHABLE */
export async function fetchMetrics(adminUrl: URL, token: string | undefined, timeout: number): Promise<string> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  let response: Response;
  try {
    response = await fetch(new URL('/metrics', adminUrl), { headers, signal: AbortSignal.timeout(timeout) });
    if (response.ok) return await response.text();
  } catch (cause) {
    throw unreachable(adminUrl, cause);
  }
  throw new GatewayError('GATEWAY_UNREACHABLE', `${adminUrl.origin} answers /metrics with ${response.status}`, {
    todo: 'Check that it is the admin listener of the gateway, and that admin.token is in the configuration.',
  });
}

function socketUrl(plan: CanaryPlan, { url, token }: SendOptions): URL {
  const prefix = url.pathname.replace(/\/$/, '');
  const authorization = token === null ? '' : `&${TOKEN_PARAMETER}=${token}`;
  return new URL(url.origin + prefix + plan.request.path + authorization);
}

function unreachable(url: URL, cause: unknown): GatewayError {
  const error = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  const status = error instanceof Error ? /^Unexpected server response: \d{3}$/.exec(error.message)?.[0] : undefined;
  const reason = status === undefined ? code : ` (${status.toLowerCase()})`;
  return new GatewayError('GATEWAY_UNREACHABLE', `There is no gateway at ${url.origin} that answers${reason}`, {
    cause,
  });
}
