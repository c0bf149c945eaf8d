import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ConsoleFile, ConsoleFiles } from './console-files.ts';
import { publicHost } from './public-url.ts';

/** What the console's own router makes pages of. Each is the same document. */
const PAGES = ['/', '/sessions/*', '/conferences/*', '/try-it', '/playground', '/privacy'] as const;
const ASSETS = '/assets/*';

/** Routes that hold no data: whoever may reach the listener may have them, to be able to sign in. */
export const CONSOLE_ROUTES: ReadonlySet<string> = new Set([...PAGES, ASSETS]);

export interface ConsoleOptions {
  /** Default: where the console is built. */
  readonly files?: ConsoleFiles;
  /** The public listener's port, once it is known: the only other address a page may connect to (to try it). */
  publicPort(): number | undefined;
}

/** Serves the console's pages, under a policy that lets them load and call nothing but this gateway. */
export function serveConsole(app: FastifyInstance, options: ConsoleOptions): void {
  const files = options.files ?? new ConsoleFiles();
  const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const file = await files.get('index.html');
    protect(request, reply, options.publicPort());
    if (file === undefined) return reply.type('text/html; charset=utf-8').send(NOT_BUILT);
    return answer(request, reply, file);
  };
  for (const path of PAGES) app.get(path, page);
  app.get<{ Params: { readonly '*': string } }>(ASSETS, async (request, reply) => {
    const file = await files.get(`assets/${request.params['*']}`);
    if (file === undefined) return reply.callNotFound();
    protect(request, reply, options.publicPort());
    return answer(request, reply, file);
  });
}

function answer(request: FastifyRequest, reply: FastifyReply, file: ConsoleFile): FastifyReply {
  const cache = file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
  reply.type(file.type).header('cache-control', cache).header('vary', 'accept-encoding');
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(file.bytes);
  return reply.header('content-encoding', 'gzip').send(file.gzipped);
}

function protect(request: FastifyRequest, reply: FastifyReply, publicPort: number | undefined): void {
  const host = publicHost(request.headers.host);
  const ingest = publicPort === undefined || host === undefined ? '' : ` ws://${host}:${publicPort}`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    `connect-src 'self'${ingest}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  reply
    .header('content-security-policy', policy.join('; '))
    .header('referrer-policy', 'no-referrer')
    .header('x-frame-options', 'DENY')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('permissions-policy', 'camera=(self), microphone=(self), geolocation=()');
}

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>rtcstats-server</title>
<h1>The console is not built</h1>
<p>The gateway runs. Its pages are built by <code>npm ci</code>, or in the checkout by
<code>npm run build -w packages/console</code>; then load this page again.</p></html>
`;
