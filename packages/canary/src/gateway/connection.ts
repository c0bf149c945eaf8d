import { WebSocket } from 'ws';
import { CanaryError } from '../errors/canary-error.ts';
import type { CanaryPlan } from '../plan/plan.ts';
import { unreachable } from './requests.ts';

/** Close codes (RFC 6455, section 7.4.1). */
const NORMAL_CLOSURE = 1000;
const POLICY_VIOLATION = 1008;
/** The query parameter of the upgrade request in which clients send their token. */
const TOKEN_PARAMETER = 'rtcstats-token';

export interface ConnectionOptions {
  /** Where clients connect to. Its path is put in front of that of the plan. */
  readonly url: URL;
  readonly token: string | null;
  /** Milliseconds for the handshake, and for the answer to the close frame. */
  readonly timeout: number;
  /** The rate that the gateway accepts per client. Without it, messages are sent as fast as the gateway reads. */
  readonly messagesPerSecond?: number | undefined;
  /** Called after each message with the number of messages sent so far. */
  onSent?(count: number): void;
}

/**
 * The canary's WebSocket connection: that of an ordinary client, but with planted values wherever a client sends text.
 */
export class CanaryConnection {
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  readonly #closed: Promise<number>;
  #sent = 0;

  private constructor(socket: WebSocket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** @throws CanaryError GATEWAY_UNREACHABLE */
  static async open(plan: CanaryPlan, options: ConnectionOptions): Promise<CanaryConnection> {
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

  /** Sends all messages of the plan. @throws CanaryError UNAUTHORIZED, CANARY_CUT_OFF */
  async sendAll(plan: CanaryPlan): Promise<void> {
    const { messagesPerSecond } = this.#options;
    const begin = performance.now();
    for (const { data } of plan.messages) {
      if (!this.isOpen) throw this.#closedByGateway(await this.#closed);
      await new Promise<void>((resolve) => this.#socket.send(data, () => resolve()));
      this.#options.onSent?.(++this.#sent);
      if (messagesPerSecond === undefined) continue;
      const early = begin + (this.#sent * 1000) / messagesPerSecond - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    }
  }

  /**
   * Closes the connection normally.
   *
   * @throws CanaryError UNAUTHORIZED, CANARY_CUT_OFF if the gateway closed it before
   */
  async close(reason: string): Promise<void> {
    if (!this.isOpen) throw this.#closedByGateway(await this.#closed);
    this.#socket.close(NORMAL_CLOSURE, reason);
    const timer = setTimeout(() => this.#socket.terminate(), this.#options.timeout);
    const code = await this.#closed;
    clearTimeout(timer);
    if (code !== NORMAL_CLOSURE) throw this.#closedByGateway(code);
  }

  /** Destroys the socket in whatever state it is. */
  terminate(): void {
    this.#socket.terminate();
  }

  #closedByGateway(code: number): CanaryError {
    if (code === POLICY_VIOLATION) {
      return new CanaryError(
        'UNAUTHORIZED',
        'The gateway rejected the canary (1008): its token is missing or not accepted, its origin is not allowed, or messages came too fast',
        {
          todo: 'Give the configuration of the gateway with --config, or what it asks for with --token, --origin or --rate.',
        },
      );
    }
    const sent = `after ${this.#sent} messages`;
    return new CanaryError('CANARY_CUT_OFF', `The gateway closed the canary's connection with ${code} ${sent}`);
  }
}

function socketUrl(plan: CanaryPlan, { url, token }: ConnectionOptions): URL {
  const prefix = url.pathname.replace(/\/$/, '');
  const authorization = token === null ? '' : `&${TOKEN_PARAMETER}=${token}`;
  return new URL(url.origin + prefix + plan.request.path + authorization);
}
