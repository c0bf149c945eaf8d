import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type Program,
  type ProgramOptions,
  RECORDINGS,
  runProgram,
  startProgram,
  temporaryDirectory,
} from '@rtcstats-server/testing/command-line';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { run } from './serve.ts';

const root = temporaryDirectory();
let directories = 0;
const running: Program[] = [];

afterEach(() => {
  for (const program of running.splice(0)) program.kill('SIGKILL');
});

interface Served {
  readonly program: Program;
  readonly cwd: string;
  readonly port: number;
  /** Everything on standard output by now. */
  readonly lines: string[];
  line(matches: RegExp): Promise<string>;
}

/** A gateway on free ports with a data directory of its own, listening. */
async function serve(args: readonly string[] = [], options: Partial<ProgramOptions> = {}): Promise<Served> {
  const cwd = options.cwd ?? join(root, String(directories++));
  mkdirSync(cwd, { recursive: true });
  const program = startProgram(['serve', '--host', '127.0.0.1', '--port', '0', '--admin-port', '0', ...args], {
    ...options,
    cwd,
  });
  running.push(program);
  const lines: string[] = [];
  const reader = createInterface({ input: program.stdout });
  const line = async (matches: RegExp): Promise<string> => {
    for (let next = 0; ; next++) {
      while (next >= lines.length) await once(reader, 'line');
      if (matches.test(lines[next]!)) return lines[next]!;
    }
  };
  reader.on('line', (text) => lines.push(text));
  const listening = await line(/listening/);
  const port = Number(/"port":(\d+)|port=(\d+)/.exec(listening)?.slice(1).find(Boolean));
  return { program, cwd, port, lines, line };
}

async function stop({ program }: Served, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  const closed = once(program, 'close');
  program.kill(signal);
  await closed;
  return program.exitCode;
}

describe('serve', () => {
  it('records a client, and finishes its dump when it is told to end', async () => {
    const served = await serve();
    const client = new WebSocket(`ws://127.0.0.1:${served.port}/some/page`, 'rtcstats#5.0');
    await once(client, 'open');
    for (const message of readFileSync(join(RECORDINGS, 'chromium-mdns.raw'), 'utf8').trimEnd().split('\n'))
      client.send(message);
    // An answer to a ping tells that what was sent before it has been read.
    client.ping();
    await once(client, 'pong');
    const [[closeCode], exitCode] = await Promise.all([once(client, 'close'), stop(served)]);
    expect({ closeCode, exitCode }).toEqual({ closeCode: 1001, exitCode: 0 });

    const list = await runProgram(['sessions', 'list', '--json'], { cwd: served.cwd });
    const { sessions } = JSON.parse(list.stdout) as { sessions: { id: string; messages: number; state: string }[] };
    expect(sessions).toMatchObject([{ state: 'stored', messages: 113 }]);
    expect((await runProgram(['verify', 'data'], { cwd: served.cwd })).code).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s', async (signal) => {
    expect(await stop(await serve(), signal)).toBe(0);
  });

  it('writes nothing but JSON lines in that format', async () => {
    const served = await serve();
    await stop(served);
    const entries = served.lines.map((line) => JSON.parse(line));
    expect(entries).toContainEqual(expect.objectContaining({ msg: 'stopped' }));
    // Without a terminal, this line is all that tells where the gateway is.
    expect(entries).toContainEqual(
      expect.objectContaining({
        msg: 'listening',
        clients: `ws://127.0.0.1:${served.port}`,
        console: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      }),
    );
  });

  it('tells people where it is and what to do', async () => {
    const served = await serve(['--data', 'elsewhere'], { env: { RTCSTATS_LOG_FORMAT: 'pretty' } });
    expect(await served.line(/^ {2}clients/)).toContain(`ws://127.0.0.1:${served.port} `);
    expect(await served.line(/^ {2}try it/)).toMatch(/http:\/\/127\.0\.0\.1:\d+\/try-it /);
    expect(await served.line(/^ {2}dumps/)).toContain(join(served.cwd, 'elsewhere', 'dumps'));
    expect(await served.line(/^ {2}privacy/)).toContain('IP addresses are masked');
    await stop(served);
  });

  it('prefers flags to the environment, and that to the file', async () => {
    const served = await serve(['--data', 'of-flag'], {
      env: {
        RTCSTATS_DATA_DIRECTORY: 'of-environment',
        RTCSTATS_LOG_FORMAT: 'pretty',
        RTCSTATS_PRIVACY_PRESET: 'strict',
      },
    });
    expect(await served.line(/^ {2}dumps/)).toContain('of-flag');
    expect(await served.line(/^ {2}privacy/)).toContain('preset strict');
    await stop(served);
  });

  it('ends after an error that nothing caught, in order, with 1 and without what the error quotes', async () => {
    const bug = join(root, 'bug.mjs');
    writeFileSync(bug, "process.on('SIGUSR2', () => { JSON.parse('x 203.0.113.77'); });");
    const served = await serve([], { node: ['--import', bug] });
    expect(await stop(served, 'SIGUSR2')).toBe(1);
    expect(served.lines.join('\n')).toContain('"level":"fatal"');
    expect(served.lines.join('\n')).toContain('"msg":"stopped"');
    expect(served.lines.join('\n')).not.toContain('203.0.113.77');
  });

  it('ends at once at a second signal', async () => {
    const served = await serve();
    // A client that does not answer the closing handshake keeps the server waiting.
    const client = new WebSocket(`ws://127.0.0.1:${served.port}/`);
    await once(client, 'open');
    client.pause();
    served.program.kill('SIGTERM');
    await served.line(/stopping/);
    expect(await stop(served, 'SIGINT')).toBe(1);
    client.terminate();
  });

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const args = ['serve', '--host', '127.0.0.1', '--port', String(port), '--admin-port', '0'];
    const { code, stderr } = await runProgram(args, { cwd: root });
    other.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`${port}.*--port.*\\[PORT_IN_USE\\]`));
  });

  it('leaves a data directory to the gateway that has it', async () => {
    const served = await serve();
    const args = ['serve', '--host', '127.0.0.1', '--port', '0', '--admin-port', '0'];
    const { code, stderr } = await runProgram(args, { cwd: served.cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('[DATA_DIRECTORY_IN_USE]');
    expect(await stop(served)).toBe(0);
  });

  it('does not start with a configuration that is not valid', async () => {
    const config = join(root, 'open.yaml');
    writeFileSync(config, 'admin: {host: 0.0.0.0}');
    await expect(run(['--port', 'http'])).rejects.toThrow('server.port: "http" is not allowed (from --port)');
    await expect(run(['--prot', '1'])).rejects.toThrow('did you mean --port?');
    await expect(run(['--config', config])).rejects.toMatchObject({ code: 'ADMIN_TOKEN_REQUIRED' });
    await expect(run(['--config', join(root, 'missing')])).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
    await expect(run(['extra'])).rejects.toMatchObject({ code: 'USAGE' });
  });
});
