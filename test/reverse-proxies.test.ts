import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect as connectTcp, createServer } from 'node:net';
import { join } from 'node:path';
import { hasChromium, launchChromium } from '@rtcstats-server/testing/browser';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import WebSocket from 'ws';

/*
 * Runs the proxies with the files that docs/reverse-proxies.md shows. Only the addresses, the port and the certificate
 * are replaced. The proxy listens on ::1 and the gateway on 127.0.0.1, so the address of the client can be told from
 * that of the proxy.
 */

const ROOT = join(import.meta.dirname, '..');
const TLS = join(ROOT, 'packages/testing/src/tls');
const CLIENT = '::1';
const FORGED = '198.51.100.9';
const NGINX = '/usr/sbin/nginx';
const CADDY = '/usr/bin/caddy';

/** The first code block of a language in the document. */
async function codeBlock(language: string): Promise<string> {
  const text = await readFile(join(ROOT, 'docs/reverse-proxies.md'), 'utf8');
  return text.split(`\n\`\`\`${language}\n`)[1]!.split('\n```')[0]!;
}

/** Replaces all of these texts. Each must be there, so that a change of the document is noticed. */
function replaced(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((result, [from, to]) => {
    expect(result).toContain(from);
    return result.replaceAll(from, to);
  }, text);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, CLIENT);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connectTcp(port, CLIENT);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function run(command: string, args: readonly string[], directory: string, port: number): Promise<void> {
  const environment = { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
  const child: ChildProcess = spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += String(chunk)));
  const closed = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await closed;
  });
  await vi.waitUntil(async () => {
    if (child.exitCode !== null) throw new Error(`${command} ended:\n${output}`);
    return await isListening(port);
  });
}

async function startNginx(gateway: number, port: number): Promise<void> {
  const directory = await scratchDirectory();
  const site = replaced(await codeBlock('nginx'), {
    'listen 443 ssl': `listen [${CLIENT}]:${port} ssl`,
    '/etc/letsencrypt/live/stats.example.com/fullchain.pem': join(TLS, 'server.crt'),
    '/etc/letsencrypt/live/stats.example.com/privkey.pem': join(TLS, 'server.key'),
    '/var/log/nginx/stats.log': join(directory, 'stats.log'),
    'server_name stats.example.com': 'server_name localhost',
    '127.0.0.1:8080': `127.0.0.1:${gateway}`,
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(directory, name)};`,
  );
  const main = ['daemon off;', `pid ${join(directory, 'pid')};`, 'error_log stderr;', 'events {}'];
  const file = join(directory, 'nginx.conf');
  await writeFile(file, [...main, 'http {', ...temporary, site, '}'].join('\n'));
  await run(NGINX, ['-p', directory, '-c', file, '-e', 'stderr'], directory, port);
}

async function startCaddy(gateway: number, port: number): Promise<void> {
  const directory = await scratchDirectory();
  const site = replaced(await codeBlock('caddyfile'), {
    '{\n\tlog {': '{\n\tadmin off\n\tauto_https disable_redirects\n\tlog {',
    'stats.example.com {': `https://localhost:${port} {\n\tbind ${CLIENT}\n\ttls ${TLS}/server.crt ${TLS}/server.key`,
    '127.0.0.1:8080': `127.0.0.1:${gateway}`,
  });
  const file = join(directory, 'Caddyfile');
  await mkdir(join(directory, 'caddy'));
  await writeFile(file, `${site}\n`);
  await run(CADDY, ['run', '--config', file, '--adapter', 'caddyfile'], directory, port);
}

/** Makes a call in Chromium on the page Try it, whose WebSocket goes through the proxy. */
async function callInBrowser(consoleUrl: string, port: number): Promise<void> {
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  // The policy of the page allows connections to this gateway only.
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true, bypassCSP: true })).newPage();
  await page.addInitScript((proxy) => {
    const { WebSocket: Original } = globalThis;
    globalThis.WebSocket = new Proxy(Original, {
      construct(target, [url, ...rest]) {
        const { pathname, search } = new URL(String(url));
        return Reflect.construct(target, [`wss://localhost:${proxy}${pathname}${search}`, ...rest]) as WebSocket;
      },
    });
  }, port);
  await page.goto(`${consoleUrl}/try-it`);
  await page.getByRole('button', { name: 'Start a call' }).click();
  await page.waitForURL(/\/sessions\/[^/]+\/plots$/);
}

/** A client that claims to be somebody else. */
async function sendForged(port: number): Promise<void> {
  const options = {
    servername: 'localhost',
    rejectUnauthorized: false,
    headers: { host: `localhost:${port}`, 'x-forwarded-for': FORGED },
  };
  const socket = new WebSocket(`wss://[${CLIENT}]:${port}/forged`, 'rtcstats#5.0', options);
  await once(socket, 'open');
  socket.send('[":note",null,"hello",1]');
  socket.close(1000);
  await once(socket, 'close');
}

const isComplete = hasChromium && existsSync(NGINX) && existsSync(CADDY);

/** Skipped without the programs (`apt-get install chromium nginx caddy`); .ci/run installs them. */
describe.skipIf(!isComplete)('docs/reverse-proxies.md', () => {
  it.each([
    ['nginx', startNginx],
    ['Caddy', startCaddy],
  ])('a call arrives through %s with the address of its browser', async (_, start) => {
    const data = await scratchDirectory();
    const server = await startServer(
      data,
      { RTCSTATS_SERVER_TRUSTED_PROXIES: '127.0.0.1', RTCSTATS_PRIVACY_IP_ADDRESSES: 'keep' },
      ['--host', '127.0.0.1'],
    );
    const port = await freePort();
    await start(server.port, port);
    await callInBrowser(server.api, port);
    await sendForged(port);
    await server.logged('session finished', 2);
    const dumps = await Promise.all((await storedDumps(data)).map(readDump));
    const addresses = dumps.map((lines) => JSON.parse(lines[1]!).remoteAddresses);
    expect(addresses).toEqual([[CLIENT], [CLIENT]]);
    const lines = dumps.flat();
    expect(lines.some((line) => line.startsWith('["g","PC_0",'))).toBe(true);
    expect(lines.filter((line) => line.includes(FORGED))).toEqual([]);
  });
});
