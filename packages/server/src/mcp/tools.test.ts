import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AdminApi } from './admin-api.ts';
import { safeJson } from './safe-json.ts';
import { TOOLS } from './tools.ts';

const signal = new AbortController().signal;

/** A server that answers like a gateway of another version, or like something else. */
async function startStub(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway`);
}

const json =
  (status: number, value: unknown): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

async function run(name: string, input: Record<string, unknown>, url: URL): Promise<string> {
  return await TOOLS.find((tool) => tool.name === name)!.run(input, new AdminApi(url, 'a-token-of-the-admins'), signal);
}

const range = { from: '2026-11-01', to: '2026-11-08' };

describe('query_overview', () => {
  it('asks for the range and the dimension, with the token', async () => {
    let asked = '';
    const url = await startStub((request, response) => {
      asked = `${request.method} ${request.url} ${request.headers.authorization}`;
      response.end('{"groups":[]}');
    });
    expect(await run('query_overview', { ...range, by: 'browser' }, url)).toBe('{"groups":[]}');
    expect(asked).toBe(
      'GET /gateway/api/insights/overview?from=2026-11-01&to=2026-11-08&by=browser Bearer a-token-of-the-admins',
    );
  });

  it('says that a gateway without the overview has none', async () => {
    const url = await startStub(json(404, { error: 'There is nothing at this path', code: 'NOT_FOUND' }));
    await expect(run('query_overview', range, url)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'This gateway has no overview (GET /api/insights/overview)',
    });
  });

  it('refuses an answer that is too long for an assistant', async () => {
    const url = await startStub(
      json(
        200,
        Array.from({ length: 10_000 }, () => ({ name: 'other', calls: 7 })),
      ),
    );
    await expect(run('query_overview', range, url)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('get_analysis', () => {
  const scores = { experience: 90, audio: 4, video: null, connectivity: 5, reasons: [] };
  const features = { client: {}, connections: [], tracks: [] };
  const analysis = { analysisVersion: 1, scores, observations: [], features, setup: [], notJudged: [] };

  it.each([
    ['is refused', json(403, { error: 'Not allowed', code: 'ADMIN_UNAUTHORIZED' })],
    ['is no dump', json(200, [])],
    ['breaks off', (_, response) => void response.write('RTCStatsDump\n', () => response.destroy())],
  ] satisfies [string, RequestListener][])('gives a digest without the course if the dump %s', async (_, dump) => {
    const url = await startStub((request, response) =>
      (request.url?.endsWith('/analysis') ? json(200, analysis) : dump)(request, response),
    );
    const digest = await run('get_analysis', { id: 'a' }, url);
    expect(digest).toContain('experience: 90 of 100');
    expect(digest).toContain('Not in this digest, which was made from an analysis without the dump.');
  });
});

it('docs/assistants.md describes every tool', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/assistants.md'), 'utf8');
  expect([...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(TOOLS.map(({ name }) => name));
});

describe('the admin API', () => {
  it('never takes the token to another host', async () => {
    const seen: unknown[] = [];
    const other = await startStub(({ headers }, response) => {
      seen.push(headers);
      response.end('{}');
    });
    const url = await startStub((_, response) => void response.writeHead(307, { location: other.href }).end());
    await expect(run('query_overview', range, url)).rejects.toMatchObject({ code: 'GATEWAY_UNREACHABLE' });
    expect(seen).toEqual([]);
  });

  it.each([
    [502, '<html>'],
    [200, '<html>'],
    [500, '{"error":"Something","code":"constructor"}'],
    [404, '{"message":"Not Found"}'],
  ])('takes an answer %i %s for that of another server', async (status, body) => {
    const url = await startStub((_, response) => void response.writeHead(status).end(body));
    await expect(run('list_sessions', {}, url)).rejects.toMatchObject({
      code: 'GATEWAY_UNREACHABLE',
      message: expect.stringContaining(`status ${status}`),
    });
  });
});

describe('safeJson', () => {
  it('escapes what people cannot see, and cuts long texts', () => {
    const text = safeJson({ user: 'a\u202eb\u{e0041}\ufe0f\u200b\u001b[2J', name: 'x'.repeat(1000), city: 'Köln' });
    expect(text).toBe(
      `{"user":"a\\u202eb\\udb40\\udc41\\ufe0f\\u200b\\u001b[2J","name":"${'x'.repeat(200)}...","city":"Köln"}`,
    );
    expect(JSON.parse(text!)).toMatchObject({ user: 'a\u202eb\u{e0041}\ufe0f\u200b\u001b[2J' });
  });
});
