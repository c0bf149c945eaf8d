import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Changes, Overview } from '@rtcstats-server/api';
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

const counted = {
  calls: 7,
  verdicts: { good: 6, degraded: 0, bad: 1, failed: 0, notJudged: 0 },
  judged: 7,
  badShare: 1 / 7,
  setupFailures: 0,
  setupFailureShare: 0,
};
const figures = { ...counted, medianExperience: 90, medianSetupMs: 812, slowSetupMs: 2345 };
const at = '2026-11-01T00:00:00.000Z';
/** The longest value of a dimension. */
const value = 'v'.repeat(128);

const overview = (periods: number, groups = 0): Overview => ({
  from: at,
  to: at,
  granularity: 'day',
  minimumGroup: 5,
  total: figures,
  previous: { from: at, to: at, total: figures },
  trend: Array.from({ length: periods }, () => ({ at, ...counted })),
  problems: Array.from({ length: 20 }, () => ({ name: value, calls: 3, share: 3 / 7, previousShare: null })),
  breakdown: {
    by: 'origin',
    groups: Array.from({ length: groups }, () => ({ value, ...figures, previous: counted })),
    other: null,
  },
});

const side = { calls: 12_345_678, judged: 12_345_678, affected: 12_345, share: 0.0123456789 };
const changes = (length: number): Pick<Changes, 'changes'> => ({
  changes: Array.from({ length }, () => ({
    measure: 'badShare',
    dimension: 'origin',
    value,
    problem: null,
    before: side,
    after: side,
    difference: 0.0234567,
    differenceLow: 0.0123456,
    differenceHigh: 0.0345678,
    pValue: 0.0000123456,
    adjustedPValue: 0.000123456,
    significant: true,
  })),
});

describe('query_overview', () => {
  it('asks for the range and the dimension, with the token', async () => {
    const asked: string[] = [];
    const url = await startStub((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.end(JSON.stringify(request.url?.includes('overview') ? overview(8) : { changes: [] }));
    });
    const { total, trend } = JSON.parse(await run('query_overview', { ...range, by: 'browser' }, url)) as Overview;
    expect([total.calls, trend.length, trend[0]!.badShare]).toEqual([7, 8, 0.1429]);
    expect(await run('query_overview', { ...range, changes: true }, url)).toBe('{"changes":[]}');
    expect(asked).toEqual([
      'GET /gateway/api/insights/overview?from=2026-11-01&to=2026-11-08&by=browser Bearer a-token-of-the-admins',
      'GET /gateway/api/insights/changes?from=2026-11-01&to=2026-11-08&limit=30 Bearer a-token-of-the-admins',
    ]);
  });

  it('fits any overview and any changes, without the trend of a long range', async () => {
    const url = await startStub((request, response) =>
      json(200, request.url?.includes('overview') ? overview(800, 50) : changes(30))(request, response),
    );
    const answer = JSON.parse(await run('query_overview', range, url)) as Overview;
    expect(answer.trend).toBe('left out: 800 days; ask for at most 100');
    expect(answer.breakdown?.groups).toHaveLength(50);
    const { changes: all } = JSON.parse(await run('query_overview', { ...range, changes: true }, url)) as Changes;
    expect(all).toHaveLength(30);
    expect(all[0]).toMatchObject({ difference: [0.0123, 0.0235, 0.0346], pValue: 0.000012 });
  });

  it('says that a gateway without the overview has none', async () => {
    const url = await startStub(json(404, { error: 'There is nothing at this path', code: 'NOT_FOUND' }));
    await expect(run('query_overview', range, url)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'This gateway has no overview of that kind (GET /api/insights/overview)',
    });
  });

  it('refuses an answer that is too long for an assistant', async () => {
    const url = await startStub(json(200, overview(1, 10_000)));
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
