import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { join, normalize } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
/** Folders with the modules of the page. It records with the recorder of the console's page "Try it". */
const SERVED = ['test/truth/page/', 'packages/console/src/try-it/', 'packages/dump/src/'];

const PAGE = `<!doctype html>
<title>truth</title>
<script type="importmap">{"imports": {"@rtcstats-server/dump": "/packages/dump/src/index.ts"}}</script>
<script type="module" src="/test/truth/page/main.ts"></script>`;

/** Serves the page of a participant. Its modules are sources, whose types are removed on the way. */
export class PageServer {
  readonly #server = createServer((request, response) => {
    void this.#answer(new URL(request.url ?? '/', 'http://localhost').pathname).then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });

  /** Starts on a free port of the loopback interface. */
  static async start(): Promise<PageServer> {
    const pages = new PageServer();
    await new Promise<void>((resolve) => pages.#server.listen(0, '127.0.0.1', resolve));
    return pages;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}/`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(path: string): Promise<{ status: number; type: string; body: string }> {
    if (path === '/') return { status: 200, type: 'text/html; charset=utf-8', body: PAGE };
    const file = normalize(path.slice(1));
    if (!SERVED.some((folder) => file.startsWith(folder)) || !file.endsWith('.ts')) {
      return { status: 404, type: 'text/plain', body: '' };
    }
    const body = stripTypeScriptTypes(await readFile(join(ROOT, file), 'utf8'));
    return { status: 200, type: 'text/javascript; charset=utf-8', body };
  }
}
