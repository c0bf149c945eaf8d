import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders, restrictFeatures } from './security-headers.ts';

const PUBLISHED_CONSOLE = join(import.meta.dirname, '../../console');
const CHECKOUT_CONSOLE = join(import.meta.dirname, '../../../console/dist');

/** The built pages: part of the published package; in a checkout, `npm ci` builds them in packages/console. */
const CONSOLE_DIRECTORY = existsSync(PUBLISHED_CONSOLE) ? PUBLISHED_CONSOLE : CHECKOUT_CONSOLE;

/** Paths that the console's own router turns into pages. All of them are the same document. */
const PAGES = [
  '/',
  '/sessions',
  '/sessions/*',
  '/conferences/*',
  '/try-it',
  '/playground',
  '/privacy',
  '/people',
  '/audit',
] as const;
const ASSETS = '/assets/*';

/** Routes without data. They need no authorization, because the page that asks for the token is one of them. */
export const CONSOLE_ROUTES: ReadonlySet<string> = new Set([...PAGES, ASSETS]);

/** Names as Vite makes them. The precompressed copies beside the assets are not served under their own names. */
const ASSET_NAME = /^\w[\w.-]*\.(?:js|css|svg)$/;

export interface ConsoleOptions {
  /** Default: `CONSOLE_DIRECTORY`. */
  readonly directory?: string;
  /** The port of the public listener, once it is known. */
  publicPort(): number | undefined;
}

/** Whether a browser asks for a page, so that it should see the console's "page not found" and not JSON. */
export function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && !url.startsWith('/api/') && (headers.accept ?? '').includes('text/html');
}

/** Answers with the document of the console, whose router then says that there is no such page. */
export async function sendNotFoundPage(
  reply: FastifyReply,
  { directory, publicPort }: ConsoleOptions,
): Promise<FastifyReply> {
  await reply.helmet(pageHeaders(publicPort));
  return await sendDocument(reply.code(404), directory);
}

async function sendDocument(reply: FastifyReply, directory = CONSOLE_DIRECTORY): Promise<FastifyReply> {
  restrictFeatures(reply);
  reply.header('cache-control', 'no-cache');
  if (!(await exists(join(directory, 'index.html')))) return reply.type('text/html; charset=utf-8').send(NOT_BUILT);
  // No ETag or Last-Modified: they derive from the size and the time of the file, and both may be the same in the
  // next version, because all files of an npm package have the same time. A browser would then keep a document that
  // names assets of the old version.
  return reply.sendFile('index.html', directory, { cacheControl: false, etag: false, lastModified: false });
}

/** Serves the pages of the console. Needs `@fastify/helmet`, registered before. */
export function serveConsole(app: FastifyInstance, options: ConsoleOptions): void {
  const { directory = CONSOLE_DIRECTORY, publicPort } = options;
  const route = { helmet: pageHeaders(publicPort) };
  app.register(fastifyStatic, { serve: false, preCompressed: true });

  const page = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    await sendDocument(reply, directory);
  for (const path of PAGES) app.get(path, route, page);
  app.get<{ Params: { readonly '*': string } }>(
    ASSETS,
    { ...route, onSend: correctScriptType },
    async ({ params }, reply) => {
      const name = params['*'];
      if (!ASSET_NAME.test(name)) return reply.callNotFound();
      restrictFeatures(reply);
      // The name changes with the content, so a browser does not have to ask again.
      return reply.sendFile(name, join(directory, 'assets'), { maxAge: '365d', immutable: true });
    },
  );
}

/** @fastify/static sends `application/javascript`, which RFC 9239 (section 6) made obsolete. */
async function correctScriptType(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const type = String(reply.getHeader('content-type'));
  if (type.startsWith('application/javascript')) reply.type('text/javascript; charset=utf-8');
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>rtcstats-server</title>
<h1>The console is not built</h1>
<p>The gateway is running. Build its pages with <code>npm ci</code>, or in the checkout with
<code>npm run build -w packages/console</code>; then load this page again.</p></html>
`;
