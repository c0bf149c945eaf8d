import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** Kinds of API requests that the stub understands. */
export type StubRequest = 'chunk' | 'assemble' | 'list' | 'read' | 'delete';

/**
 * A fault to simulate: an error response; a connection that is cut before the request is processed or after it (a lost
 * response); or no response at all.
 */
export type StubFault =
  | { readonly status: number; readonly errorCode?: string; readonly retryAfter?: string }
  | 'cut-before'
  | 'cut-after'
  | 'hang';

/** A dump that the stub received. */
export interface StoredDump {
  readonly id: string;
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** A stub of the rtcstats.com API, written from its public description: chunks, assemble, sessions, credits. */
export class RtcstatsComStub {
  readonly token = 'stub-token';
  /** Stored dumps by id. */
  readonly stored = new Map<string, StoredDump>();
  /** Every successful assemble request, in order; each one costs a credit. */
  readonly assembled: StoredDump[] = [];
  /** All requests so far, oldest first. */
  readonly requests: StubRequest[] = [];
  /** Called for each request; returns the fault to simulate, if any. Replace it in a test. */
  fault: (request: StubRequest) => StubFault | undefined = () => undefined;
  /** If set, every request is redirected to this URL. */
  redirect: string | undefined;
  readonly #chunks = new Map<string, Map<number, Buffer>>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  /** Kept for the next start, so that a stub that was stopped returns on the same port. */
  #port = 0;

  /** Base URL of the API. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}/v1.0`;
  }

  /** Starts listening on the loopback interface. */
  async start(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Stops listening and closes all connections; stored dumps stay. Safe to call twice. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Stores a dump as if it had been delivered and the response had been lost. */
  arrived(fileName: string, bytes: Buffer): void {
    const dump = { id: randomUUID(), fileName, bytes };
    this.assembled.push(dump);
    this.stored.set(dump.id, dump);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    try {
      for await (const chunk of request) body.push(chunk as Buffer);
      await this.#handle(request, response, Buffer.concat(body));
    } catch {
      response.destroy();
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const url = new URL(request.url ?? '/', this.endpoint);
    const json = (request.headers['content-type'] ?? '').startsWith('application/json');
    const [, mode] = /^\/v1\.0\/(upload|enrich)$/.exec(url.pathname) ?? [];
    const [, id] = /^\/v1\.0\/sessions\/([\w-]+)$/.exec(url.pathname) ?? [];
    const kind = kindOf(request.method, mode, id, url.pathname, json);
    if (kind === undefined) return answer(response, 404, { error: 'Not found', errorCode: 'not_found' });
    this.requests.push(kind);
    const fault = this.fault(kind);
    if (fault === 'hang') return;
    if (this.redirect !== undefined) return void response.writeHead(307, { location: this.redirect }).end();
    if (fault === 'cut-before') return void response.destroy();
    if (typeof fault === 'object') {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      return answer(response, fault.status, { error: 'Told to fail', errorCode: fault.errorCode ?? 'told_to_fail' });
    }
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      return answer(response, 401, { error: 'Invalid token', errorCode: 'invalid_token' });
    }
    const [status, result] = await this.#work(kind, {
      mode,
      id,
      url,
      body,
      contentType: request.headers['content-type'],
    });
    if (fault === 'cut-after') return void response.destroy();
    answer(response, status, result);
  }

  async #work(kind: StubRequest, request: Work): Promise<readonly [number, unknown]> {
    switch (kind) {
      case 'chunk':
        return await this.#chunk(request);
      case 'assemble':
        return this.#assemble(request);
      case 'list': {
        const names = request.url.searchParams.getAll('name');
        const data = [...this.stored.values()]
          .filter(({ fileName }) => names.length === 0 || names.some((name) => titleOf(fileName).includes(name)))
          .map((dump) => ({ ...this.#urls(dump), title: titleOf(dump.fileName), createdAt: new Date().toISOString() }));
        return [200, { total: data.length, data }];
      }
      case 'read': {
        const dump = this.stored.get(request.id!);
        if (!dump) return [404, { error: 'Not found', errorCode: 'not_found' }];
        // The real analysis contains much of a session's text. Return all of it, so that a search finds every value in
        // it.
        const data = { title: titleOf(dump.fileName), text: gunzipSync(dump.bytes).toString('utf8') };
        return [200, { data, ...this.#urls(dump), processorVersion: '1.0.0' }];
      }
      case 'delete':
        return this.stored.delete(request.id!)
          ? [200, { success: true }]
          : [404, { error: 'Not found', errorCode: 'not_found' }];
    }
  }

  async #chunk({ body, contentType }: Work): Promise<readonly [number, unknown]> {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType ?? '' },
    }).formData();
    const chunk = form.get('chunk');
    const index = Number(form.get('chunkIndex'));
    if (!(chunk instanceof Blob) || !Number.isInteger(index)) return [400, { error: 'Invalid', errorCode: 'invalid' }];
    if (chunk.size > 1024 * 1024) return [413, { error: 'Too large', errorCode: 'too_large' }];
    const id = String(form.get('fileId'));
    const chunks = this.#chunks.get(id) ?? new Map<number, Buffer>();
    chunks.set(index, Buffer.from(await chunk.arrayBuffer()));
    this.#chunks.set(id, chunks);
    return [200, { success: true }];
  }

  #assemble({ body, mode }: Work): readonly [number, unknown] {
    const { fileId, assemble, fileName } = JSON.parse(body.toString()) as Record<string, unknown>;
    const chunks = this.#chunks.get(String(fileId));
    if (assemble !== true || !chunks) return [400, { error: 'No chunks', errorCode: 'no_chunks' }];
    const bytes = Buffer.concat([...chunks].sort(([a], [b]) => a - b).map(([, chunk]) => chunk));
    this.#chunks.delete(String(fileId));
    if (mode === 'enrich') {
      this.assembled.push({ id: randomUUID(), fileName: String(fileName), bytes });
      const scores = {
        experienceScore: 87,
        audioScore: 4.1,
        videoScore: null,
        connectivityScore: 5,
        observationsScore: 30,
      };
      const observationsCount = { critical: 0, high: 1, medium: 0, low: 0, info: 0 };
      const observations = [{ type: 'turnNoConfig', severity: 'high' }];
      const data = { scores, observationsCount, observations, userAgentData: {} };
      return [200, { data, processorVersion: '1.0.0', generatedAt: Date.now() }];
    }
    this.arrived(String(fileName), bytes);
    return [200, { success: true, ...this.#urls(this.assembled.at(-1)!) }];
  }

  #urls({ id }: StoredDump): object {
    return { rtcstatsId: id, rtcstatsUrl: `https://rtcstats.example/dashboard/${id}` };
  }
}

interface Work {
  readonly mode: string | undefined;
  readonly id: string | undefined;
  readonly url: URL;
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

function kindOf(
  method: string | undefined,
  mode: string | undefined,
  id: string | undefined,
  path: string,
  json: boolean,
): StubRequest | undefined {
  if (method === 'POST' && mode !== undefined) return json ? 'assemble' : 'chunk';
  if (method === 'GET' && path === '/v1.0/sessions') return 'list';
  if (id === undefined) return undefined;
  return method === 'GET' ? 'read' : method === 'DELETE' ? 'delete' : undefined;
}

function titleOf(fileName: string): string {
  return fileName.replace(/\.[^.]+$/, '');
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
