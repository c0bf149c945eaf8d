import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export type StubRequest = 'chunk' | 'assemble' | 'list' | 'read' | 'delete';

/**
 * What goes wrong with a request: an answer instead of the work; the connection cut before the work or after it (a lost
 * answer); no answer at all.
 */
export type StubFault =
  | { readonly status: number; readonly errorCode?: string; readonly retryAfter?: string }
  | 'cut-before'
  | 'cut-after'
  | 'hang';

export interface StoredDump {
  readonly id: string;
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** A stand-in for rtcstats.com, written from the description of its API: chunks, assemble, sessions, credits. */
export class RtcstatsComStub {
  readonly token = 'stub-token';
  /** What is stored there, by id. */
  readonly stored = new Map<string, StoredDump>();
  /** Every successful assemble, in order: each one cost a credit. */
  readonly assembled: StoredDump[] = [];
  readonly requests: StubRequest[] = [];
  /** Says what goes wrong with this request, if anything. */
  fault: (request: StubRequest) => StubFault | undefined = () => undefined;
  /** Sends every request elsewhere. */
  redirect: string | undefined;
  readonly #chunks = new Map<string, Map<number, Buffer>>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  /** Of the next start; a stub that was stopped comes back where it was. */
  #port = 0;

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}/v1.0`;
  }

  async start(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** A dump that arrived without anybody having heard the answer. */
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
        // Much of a session's text shows in its analysis; here all of it does, so that whoever searches it finds what there is.
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
