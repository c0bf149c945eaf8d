import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConsoleFiles } from './console-files.ts';
import { serveConsole } from './console-pages.ts';
import { publicHost } from './public-url.ts';

let directory: string;
let app: FastifyInstance;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-console-'));
  app = Fastify();
  serveConsole(app, { files: new ConsoleFiles(join(directory, 'dist')), publicPort: () => 8080 });
});
afterEach(async () => {
  await app.close();
  await rm(directory, { recursive: true, force: true });
});

async function build(): Promise<void> {
  await mkdir(join(directory, 'dist/assets'), { recursive: true });
  await writeFile(join(directory, 'dist/index.html'), '<!doctype html>page');
  await writeFile(join(directory, 'dist/assets/index-1.js'), 'script');
  await writeFile(join(directory, 'secret.js'), 'secret');
}

it('gives every page the same document, to be asked for again, and assets once', async () => {
  await build();
  for (const url of ['/', '/sessions/abc/plots', '/conferences/weekly', '/try-it', '/playground', '/privacy']) {
    const response = await app.inject(url);
    expect(response.payload).toBe('<!doctype html>page');
    expect(response.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  }
  const asset = await app.inject({ url: '/assets/index-1.js', headers: { 'accept-encoding': 'gzip' } });
  expect(gunzipSync(asset.rawPayload).toString()).toBe('script');
  expect(asset.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
  });
});

it.each(['/assets/none.js', '/assets/../../secret.js', '/assets/..%2f..%2fsecret.js', '/assets/', '/secret.js'])(
  'has nothing at %s',
  async (url) => {
    await build();
    expect((await app.inject(url)).statusCode).toBe(404);
  },
);

it('lets a page load and call nothing but this gateway', async () => {
  await build();
  const { headers } = await app.inject({ url: '/', headers: { host: '127.0.0.1:8081' } });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(policy).toContain("connect-src 'self' ws://127.0.0.1:8080;");
  expect(policy).not.toContain('unsafe');
});

it('says how to build it, and has it as soon as it is built', async () => {
  expect((await app.inject('/')).payload).toContain('npm run build -w packages/console');
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
])('reaches the public listener of %j by %j', (host, expected) => {
  expect(publicHost(host)).toBe(expected);
});
