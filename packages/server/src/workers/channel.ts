import type { Serializable } from 'node:child_process';
import type { ErrorCode } from '../errors/errors.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';

/** What calls go through: a worker, seen from the primary, or the process itself, seen from a worker. */
export interface Line {
  send?(message: Serializable, sent: (error: Error | null) => void): boolean;
}

/** What one side does for the other: asynchronous, with arguments and results that a structured clone can hold. */
export type Methods<T> = { readonly [K in keyof T]: (argument: never) => Promise<unknown> };

type Message =
  | { readonly call: number; readonly method: string; readonly argument: unknown }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly code: ErrorCode; readonly message: string };

/**
 * Calls between the primary and a worker, both ways. A call whose other side ends rejects with INTERNAL. Errors of ours keep code
 * and message on the way; of others nothing is told, as everywhere.
 */
export class Channel<Theirs extends Methods<Theirs>, Ours extends Methods<Ours>> {
  readonly #line: Line;
  readonly #ours: Ours;
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;
  #closed = false;

  constructor(line: Line, ours: Ours) {
    this.#line = line;
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
      this.#open.set(call, pending);
      this.#send({ call, method, argument }, () => this.#settle(call)?.reject(ended()));
    }
    return pending.promise as Promise<Awaited<ReturnType<Theirs[K]>>>;
  }

  /** A message came. */
  receive(received: unknown): void {
    const message = received as Message;
    if ('call' in message) void this.#answer(message);
    else if ('code' in message) this.#settle(message.answer)?.reject(new GatewayError(message.code, message.message));
    else this.#settle(message.answer)?.resolve(message.value);
  }

  /** The other side has ended. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#open.values()) reject(ended());
    this.#open.clear();
  }

  async #answer({ call, method, argument }: Extract<Message, { call: number }>): Promise<void> {
    let answer: Message;
    try {
      const own = this.#ours as unknown as Record<string, (argument: unknown) => Promise<unknown>>;
      answer = { answer: call, value: await own[method]!(argument) };
    } catch (error) {
      const { code, message } = isGatewayError(error) ? error : new GatewayError('INTERNAL');
      answer = { answer: call, code, message };
    }
    this.#send(answer, () => {});
  }

  #send(message: Message, failed: () => void): void {
    try {
      this.#line.send?.(message as Serializable, (error) => {
        if (error) failed();
      });
    } catch {
      failed();
    }
  }

  #settle(call: number): PromiseWithResolvers<unknown> | undefined {
    const pending = this.#open.get(call);
    this.#open.delete(call);
    return pending;
  }
}

function ended(): GatewayError {
  return new GatewayError('INTERNAL', 'The other process has ended');
}
