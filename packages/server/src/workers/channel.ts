import type { Serializable } from 'node:child_process';
import type { ErrorCode } from '../errors/errors.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';

/**
 * The sending half of an IPC connection, as a worker (seen from the primary) and `process` (seen from a worker) have
 * it.
 */
export interface Transport {
  send?(message: Serializable, sent: (error: Error | null) => void): boolean;
}

/**
 * The methods that one side offers to the other: asynchronous, with an argument and a result that can be cloned
 * structurally.
 */
export type Methods<T> = { readonly [K in keyof T]: (argument: never) => Promise<unknown> };

type Message =
  | { readonly call: number; readonly method: string; readonly argument: unknown }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly code: ErrorCode; readonly message: string };

/**
 * Remote procedure calls between the primary and a worker, in both directions over one connection:
 *
 *     caller                                    callee
 *     call('put', row)   { call: 7, method: 'put', argument }  ──▶   put(row)
 *     resolves           ◀──  { answer: 7, value }                   resolves
 *     rejects            ◀──  { answer: 7, code, message }           rejects
 *
 * The owner of the connection passes incoming messages to `receive` and calls `close` when the other process has ended:
 * all calls that wait for an answer then reject with INTERNAL. A `GatewayError` arrives with its code and message. Any
 * other error arrives as INTERNAL without its message, which may quote data.
 */
export class Channel<Theirs extends Methods<Theirs>, Ours extends Methods<Ours>> {
  readonly #transport: Transport;
  readonly #ours: Ours;
  /** Calls without an answer, by number. */
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;
  #closed = false;

  constructor(transport: Transport, ours: Ours) {
    this.#transport = transport;
    this.#ours = ours;
  }

  call<K extends keyof Theirs & string>(
    method: K,
    ...[argument]: Parameters<Theirs[K]>
  ): Promise<Awaited<ReturnType<Theirs[K]>>> {
    const pending = Promise.withResolvers<unknown>();
    const call = ++this.#calls;
    if (this.#closed) pending.reject(ended());
    else {
      this.#pending.set(call, pending);
      this.#send({ call, method, argument }, () => this.#settle(call)?.reject(ended()));
    }
    return pending.promise as Promise<Awaited<ReturnType<Theirs[K]>>>;
  }

  /** Handles a message from the other side. */
  receive(received: unknown): void {
    const message = received as Message;
    if ('call' in message) void this.#answer(message);
    else if ('code' in message) this.#settle(message.answer)?.reject(new GatewayError(message.code, message.message));
    else this.#settle(message.answer)?.resolve(message.value);
  }

  /** The other process has ended: rejects the pending calls and all later ones. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#pending.values()) reject(ended());
    this.#pending.clear();
  }

  async #answer({ call, method, argument }: Extract<Message, { call: number }>): Promise<void> {
    let answer: Message;
    try {
      const methods = this.#ours as unknown as Record<string, (argument: unknown) => Promise<unknown>>;
      answer = { answer: call, value: await methods[method]!(argument) };
    } catch (error) {
      const { code, message } = isGatewayError(error) ? error : new GatewayError('INTERNAL');
      answer = { answer: call, code, message };
    }
    this.#send(answer, () => {});
  }

  #send(message: Message, failed: () => void): void {
    try {
      this.#transport.send?.(message as Serializable, (error) => {
        if (error) failed();
      });
    } catch {
      failed();
    }
  }

  #settle(call: number): PromiseWithResolvers<unknown> | undefined {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    return pending;
  }
}

function ended(): GatewayError {
  return new GatewayError('INTERNAL', 'The other process has ended');
}
