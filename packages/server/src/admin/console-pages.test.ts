import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sendNotFoundPage, serveConsole, wantsPage } from './console-pages.ts';
import { publicHost } from './public-url.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

const GZIP = { 'accept-encoding': 'gzip, br' };
let directory: string;
let publicPort: number | undefined;
let app: FastifyInstance;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-console-'));
  publicPort = 8080;
  app = Fastify();
  app.register(helmet, SECURITY_HEADERS);
  app.after(() => serveConsole(app, { directory: join(directory, 'dist'), publicPort: () => publicPort }));
});
afterEach(async () => {
  await app.close();
  await rm(directory, { recursive: true, force: true });
});

/**
 * As the build writes it, with one asset that has no compressed copy. All files have the time that `npm pack` gives
 * them.
 */
async function build(index = '<!doctype html>page'): Promise<void> {
  await mkdir(join(directory, 'dist/assets'), { recursive: true });
  const files = {
    'dist/index.html': index,
    'dist/index.html.gz': gzipSync(index),
    'dist/assets/index-1.js': 'script',
    'dist/assets/index-1.js.gz': gzipSync('script'),
    'dist/assets/icon-1.svg': '<svg/>',
    'secret.js': 'secret',
  };
  const packed = new Date('1985-10-26T08:15:00Z');
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content);
    await utimes(join(directory, name), packed, packed);
  }
}

it('serves the same document for every page, and lets browsers ask for it each time', async () => {
  await build();
  for (const url of [
    '/',
    '/sessions',
    '/sessions/abc/plots',
    '/conferences/weekly',
    '/try-it',
    '/playground',
    '/privacy',
  ]) {
    const response = await app.inject(url);
    expect(response.payload).toBe('<!doctype html>page');
    expect(response.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    const packed = await app.inject({ url, headers: GZIP });
    expect(packed.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' });
    expect(gunzipSync(packed.rawPayload).toString()).toBe('<!doctype html>page');
  }
});

it('serves the document of the next version, even if its size and time are the same', async () => {
  await build('<!doctype html>old!');
  const { headers } = await app.inject('/');
  await build('<!doctype html>new!');
  const validators = { 'if-none-match': headers.etag ?? '"none"', 'if-modified-since': new Date().toUTCString() };
  const response = await app.inject({ url: '/', headers: validators });
  expect([response.statusCode, response.payload]).toEqual([200, '<!doctype html>new!']);
});

it.each([
  ['/assets/index-1.js', 'text/javascript; charset=utf-8', 'script', 'gzip'],
  ['/assets/icon-1.svg', 'image/svg+xml', '<svg/>', undefined],
])(
  'lets browsers cache %s without asking again, and sends the compressed copy if there is one',
  async (url, type, content, encoding) => {
    await build();
    const common = {
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    };
    const plain = await app.inject(url);
    expect(plain.payload).toBe(content);
    expect(plain.headers).toMatchObject(common);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const packed = await app.inject({ url, headers: GZIP });
    expect(packed.headers).toMatchObject(common);
    expect(packed.headers['content-encoding']).toBe(encoding);
    expect((encoding ? gunzipSync(packed.rawPayload) : packed.rawPayload).toString()).toBe(content);
  },
);

it('answers 304 for an asset that the browser has', async () => {
  await build();
  const { headers } = await app.inject('/assets/index-1.js');
  const again = await app.inject({ url: '/assets/index-1.js', headers: { 'if-none-match': headers.etag } });
  expect([again.statusCode, again.payload]).toEqual([304, '']);
});

it.each([
  '/assets/none.js',
  '/assets/../../secret.js',
  '/assets/..%2f..%2fsecret.js',
  '/assets/..%5c..%5csecret.js',
  '/assets/%2e%2e/index.html',
  '/assets/index-1.js%00',
  '/assets/index-1.js.gz',
  '/assets/',
  '/assets',
  '/index.html',
  '/secret.js',
])('has nothing at %s', async (url) => {
  await build();
  expect((await app.inject(url)).statusCode).toBe(404);
});

it.each([
  ['127.0.0.1:8081', 8080, "connect-src 'self' ws://127.0.0.1:8080"],
  ['127.0.0.1:8081', undefined, "connect-src 'self'"],
  ["evil; script-src 'unsafe-inline'", 8080, "connect-src 'self'"],
])('lets a page of %s load and call nothing but this gateway', async (host, port, connect) => {
  await build();
  publicPort = port;
  for (const url of ['/', '/assets/index-1.js']) {
    const { headers } = await app.inject({ url, headers: { host } });
    expect(String(headers['content-security-policy']).split(/; ?/)).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "media-src 'self' blob:",
      connect,
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(self), microphone=(self), geolocation=()',
    });
  }
});

it('leaves it to the proxy whether a host name is reached by HTTPS only', async () => {
  await build();
  expect((await app.inject('/')).headers).not.toHaveProperty('strict-transport-security');
});

it('says how to build the pages, and serves them as soon as they are built', async () => {
  const missing = await app.inject('/');
  expect(missing.payload).toContain('npm run build -w packages/console');
  expect(missing.headers).toHaveProperty('content-security-policy');
  await build();
  expect((await app.inject('/')).payload).toBe('<!doctype html>page');
});

it.each([
  ['localhost:8081', 'localhost'],
  ['stats.example', 'stats.example'],
  ['[::1]:8081', 'localhost'],
  ['[2001:db8::1]:8081', undefined],
  ["evil; script-src 'unsafe-inline'", undefined],
  ['', undefined],
  [undefined, undefined],
])('reaches the public listener of %j under %j', (host, expected) => {
  expect(publicHost(host)).toBe(expected);
});

it('has a document for browsers where there is no page, and none for programs and the API', async () => {
  await build();
  const options = { directory: join(directory, 'dist'), publicPort: () => publicPort };
  app.setNotFoundHandler(async (request, reply) =>
    wantsPage(request) ? await sendNotFoundPage(reply, options) : reply.code(404).send('other'),
  );
  const headers = { accept: 'text/html,application/xhtml+xml' };
  const page = await app.inject({ url: '/nothing', headers });
  expect([page.statusCode, page.payload]).toEqual([404, '<!doctype html>page']);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect((await app.inject('/nothing')).payload).toBe('other');
  expect((await app.inject({ url: '/api/nothing', headers })).payload).toBe('other');
});
