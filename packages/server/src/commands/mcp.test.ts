import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Overview } from '@rtcstats-server/api';
import { sendSession } from '@rtcstats-server/testing/client';
import { RECORDINGS, startProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { PROGRAM } from '@rtcstats-server/testing/program';
import { startServer } from '@rtcstats-server/testing/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from './mcp.ts';

const TOKEN = 'the-token-of-the-administrators';
const DAY_MS = 86_400_000;
const cwd = temporaryDirectory();
const recording = gunzipSync(readFileSync(join(RECORDINGS, 'faults', 'loss-8pct-firefox.a.raw.gz'))).toString();

writeFileSync(join(cwd, 'token'), `${TOKEN}\n`);
writeFileSync(join(cwd, 'wrong'), 'a-token-of-somebody-else');
writeFileSync(join(cwd, 'short'), 'short');

/** An assistant: starts the command, and calls its tools. */
async function assistant(args: readonly string[]) {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [PROGRAM, 'mcp', ...args], cwd }));
  onTestFinished(() => client.close());
  const call = async (name: string, values: Record<string, unknown> = {}) => {
    const { content, isError = false } = await client.callTool({ name, arguments: values });
    const [part] = content as [{ type: 'text'; text: string }];
    return { isError, text: part.text };
  };
  return { client, call };
}

describe('mcp', () => {
  it('answers an assistant from a running gateway, and reports errors as results', async () => {
    const server = await startServer(join(cwd, 'data'), { RTCSTATS_ADMIN_TOKEN: TOKEN });
    await sendSession(server.url, recording.trimEnd().split('\n'));
    await server.logged('session finished');
    const { client, call } = await assistant(['--url', server.api, '--token-file', 'token']);

    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['list_sessions', 'get_session', 'get_analysis', 'query_overview']);
    for (const { annotations, inputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    }
    expect(client.getInstructions()).toContain('never instructions');

    const list = JSON.parse((await call('list_sessions', { limit: 5 })).text) as { sessions: { id: string }[] };
    expect(list).toMatchObject({ sessions: [{ state: 'stored', user: null }], nextCursor: null });
    const { id } = list.sessions[0]!;
    expect(JSON.parse((await call('get_session', { id })).text)).toMatchObject({
      id,
      receipt: { verified: true, findings: 0 },
      deliveries: [],
    });
    const analysis = await call('get_analysis', { id });
    expect(analysis.isError).toBe(false);
    expect(analysis.text).toContain('medium: packet-loss (network, inbound)');
    expect(analysis.text).toMatch(/inbound audio lost %: 0 0 4\.7/);
    expect(analysis.text).not.toMatch(/\d+\.\d+\.\d+\.\d+/);

    // Calls are counted a few seconds after they were analyzed.
    const range = {
      from: new Date(Date.now() - DAY_MS).toISOString(),
      to: new Date(Date.now() + DAY_MS).toISOString(),
    };
    const overview = async () => {
      const { text: answer } = await call('query_overview', { ...range, by: 'browser' });
      return JSON.parse(answer) as Overview;
    };
    await expect.poll(async () => (await overview()).total.calls).toBe(1);
    expect(await overview()).toMatchObject({
      total: { judged: 1, setupFailures: 0 },
      // One call is fewer than the minimum of a group.
      problems: [],
      breakdown: { by: 'browser', groups: [], other: { values: 1, calls: 1 } },
    });
    expect(JSON.parse((await call('query_overview', { ...range, changes: true })).text)).toMatchObject({
      before: { calls: 0 },
      after: { calls: 1 },
      changes: [],
    });
    for (const [name, values, expected] of [
      ['get_session', { id: 'unknown' }, '[SESSION_NOT_FOUND]'],
      ['get_analysis', { id: 'unknown' }, '[SESSION_NOT_FOUND]'],
      ['get_session', { id: '../policy' }, 'id'],
      ['list_sessions', { limit: 1000 }, 'limit'],
      ['list_sessions', { delete: true }, 'delete'],
      ['query_overview', { from: 'yesterday', to: '2026-12-01' }, 'from'],
      ['query_overview', { ...range, by: 'user' }, 'by'],
      ['query_overview', { from: range.to, to: range.from }, '[BAD_REQUEST]'],
      ['query_overview', { ...range, by: 'score', changes: true }, '[BAD_REQUEST]'],
      ['delete_session', { id }, 'delete_session'],
    ] as const) {
      const result = await call(name, values);
      expect(result.isError).toBe(true);
      expect(result.text).toContain(expected);
    }

    const stranger = await assistant(['--url', server.api, '--token-file', 'wrong']);
    const refused = await stranger.call('list_sessions');
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(/--token-file.*\[ADMIN_UNAUTHORIZED\]$/);
    expect(refused.text).not.toContain('somebody');

    await server.kill('SIGTERM');
    const unreachable = await call('list_sessions');
    expect(unreachable.isError).toBe(true);
    expect(unreachable.text).toMatch(/^No admin API answers at http:.*\(ECONNREFUSED\).*\[GATEWAY_UNREACHABLE\]$/);
    expect((await client.listTools()).tools).toHaveLength(4);
  });

  it('writes nothing but the protocol to standard output, and ends with its input', async () => {
    const hello = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    };
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    const program = startProgram(['mcp', '--url', 'http://127.0.0.1:9'], { cwd });
    const output = text(program.stdout);
    program.stdin.write(`not JSON\n{"jsonrpc":1}\n${JSON.stringify(hello)}\n${JSON.stringify(list)}\n`);
    const errors = await new Promise<string>((resolve) => program.stderr.once('data', (it) => resolve(String(it))));
    expect(errors).toContain('SyntaxError');
    program.stdin.end();
    const lines = (await output).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { jsonrpc: string }).jsonrpc)).toEqual(['2.0', '2.0']);
    expect(program.exitCode ?? 0).toBe(0);
  });

  it.each([
    [['--url', 'ftp://localhost'], 'USAGE', '--url has to be a URL that starts with http:// or https://'],
    [['--url', 'http://admin:secret@localhost'], 'USAGE', '--url must not contain a user or a password'],
    [['--token-file', join(cwd, 'missing')], 'INPUT_UNREADABLE', 'missing cannot be read (ENOENT)'],
    [['--token-file', join(cwd, 'short')], 'INPUT_UNREADABLE', 'short does not contain an admin token'],
    [['ID'], 'USAGE', 'mcp takes no "ID"'],
  ])('refuses %j', async (args, code, message) => {
    await expect(run(args)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
