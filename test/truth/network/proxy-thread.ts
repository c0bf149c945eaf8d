import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Impairment, Route } from './impairment.ts';
import type { LineFigures } from './line-figures.ts';
import type { Side } from './proxy.ts';

/** What a call asks of the thread; every request is answered by a `ProxyAnswer` with its number. */
export type ProxyRequest = { readonly id: number } & (
  | { readonly do: 'rewrite'; readonly side: Side; readonly candidate: string }
  | { readonly do: 'begin' }
  | { readonly do: 'set'; readonly route: Route; readonly impairment: Impairment }
  | { readonly do: 'stop' }
);

export interface ProxyAnswer {
  readonly id: number;
  readonly value: unknown;
}

/** What `stop` of the thread returns. */
export interface ProxyResult {
  readonly figures: readonly LineFigures[];
  /** 99th percentile of how late the thread was for its timers, in milliseconds. */
  readonly lateMs: number;
}

type Asked = ProxyRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

/**
 * An `ImpairmentProxy` in a thread of its own, so that packets do not wait while this one talks to browsers. See there
 * for what the methods do.
 */
export class ProxyThread {
  readonly #worker: Worker;
  readonly #open = new Map<number, (value: unknown) => void>();
  /** Rejects when the thread ends. */
  readonly #ended: Promise<never>;
  #requests = 0;

  constructor(seed: number) {
    this.#worker = new Worker(new URL('proxy-worker.ts', import.meta.url), { workerData: seed });
    this.#ended = once(this.#worker, 'exit').then(() => {
      throw new Error('The thread of the proxy ended');
    });
    // Nothing may be waiting for it.
    this.#ended.catch(() => {});
    this.#worker.on('message', ({ id, value }: ProxyAnswer) => {
      this.#open.get(id)?.(value);
      this.#open.delete(id);
    });
  }

  async begin(): Promise<void> {
    await this.#ask({ do: 'begin' });
  }

  async rewrite(side: Side, candidate: string): Promise<string | undefined> {
    return (await this.#ask({ do: 'rewrite', side, candidate })) as string | undefined;
  }

  async set(route: Route, impairment: Impairment): Promise<void> {
    await this.#ask({ do: 'set', route, impairment });
  }

  /** Ends proxy and thread. */
  async stop(): Promise<ProxyResult> {
    const result = (await this.#ask({ do: 'stop' })) as ProxyResult;
    await this.terminate();
    return result;
  }

  /** Ends the thread at once. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(request: Asked): Promise<unknown> {
    const id = ++this.#requests;
    const answer = new Promise((resolve) => this.#open.set(id, resolve));
    this.#worker.postMessage({ ...request, id });
    return await Promise.race([answer, this.#ended]);
  }
}
