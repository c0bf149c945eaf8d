import { closeCode, connect } from '@rtcstats-server/testing/client';
import { doctorHandles, doctorWs } from '@rtcstats-server/testing/doctored';
import {
  readDump,
  type ServerProcess,
  scratchDirectory,
  startServer,
  storedDumps,
} from '@rtcstats-server/testing/server';
import { expect, it, vi } from 'vitest';

const WARNING =
  'the fast path is switched off: clients are served as before and every limit holds, but a message takes about twice the CPU';
const MESSAGE_BYTES = 1024 * 1024;

interface Scenario {
  readonly environment?: Readonly<Record<string, string>>;
  /** Makes a module that the server loads first. */
  readonly preload?: () => Promise<string>;
  readonly isActive: boolean;
  /** The expected warning; `undefined`: no warning. */
  readonly problem?: string;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'as it comes': { isActive: true },
  'switched off': { environment: { RTCSTATS_SERVER_FAST_PATH: 'off' }, isActive: false },
  'with a ws whose private fields are renamed': {
    preload: () =>
      doctorWs((source) => source.replaceAll(/\._(state|bufferedBytes|messageLength|fragmented)\b/g, '._$1Renamed')),
    isActive: false,
    problem: 'Receiver._bufferedBytes of ws is undefined where 0 is expected',
  },
  'with a ws whose receiver is renamed': {
    preload: () => doctorWs((source) => source.replaceAll(/\._receiver\b/g, '._receiverRenamed')),
    isActive: false,
    problem: 'WebSocket._receiver of ws is undefined',
  },
  'with a Node.js whose sockets cannot share a buffer': {
    preload: doctorHandles,
    isActive: false,
    problem: 'Socket._handle.useUserBuffer of Node.js is undefined',
  },
};

async function metric(server: ServerProcess, sample: string): Promise<number> {
  const text = await (await fetch(`${server.api}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
  return Number(line?.slice(sample.length));
}

const refusals = (server: ServerProcess, reason: string): Promise<number> =>
  metric(server, `rtcstats_refusals_total{reason="${reason}"}`);

it.each(Object.entries(SCENARIOS))(
  'a gateway %s stores messages byte for byte and holds its limits',
  async (_, scenario) => {
    const { environment, preload, isActive, problem } = scenario;
    const data = await scratchDirectory();
    const server = await startServer(data, {
      RTCSTATS_SERVER_LIMITS_MESSAGE_BYTES: String(MESSAGE_BYTES),
      RTCSTATS_SERVER_LIMITS_UNFINISHED_BYTES: String(MESSAGE_BYTES),
      RTCSTATS_SERVER_LIMITS_IDLE_SECONDS: '2',
      ...environment,
      ...(preload && { NODE_OPTIONS: `--import=${await preload()}` }),
    });

    const client = await connect(server.url);
    const sent = Array.from(
      { length: 200 },
      (_, i) => `[":e${i}",null,"é ${'x'.repeat(i * 97)}",${1_795_800_000_000 + i}]`,
    );
    for (const [i, message] of sent.entries()) {
      const half = Math.floor(message.length / 2);
      if (i % 10 !== 0) client.send(message);
      else {
        client.send(message.slice(0, half), { fin: false });
        client.send(message.slice(half), { fin: true });
      }
    }
    client.close(1000);
    expect(await closeCode(client)).toBe(1000);
    await server.logged('session finished');
    const [dump] = await storedDumps(data);
    expect((await readDump(dump!)).slice(2, -1)).toEqual(sent);

    const tooLong = await connect(server.url);
    tooLong.send('x'.repeat(MESSAGE_BYTES + 1));
    expect(await closeCode(tooLong)).toBe(1009);
    expect(await refusals(server, 'messageBytes')).toBe(1);

    const [small, large] = [await connect(server.url), await connect(server.url)];
    small.send('x'.repeat(MESSAGE_BYTES * 0.4), { fin: false });
    large.send('x'.repeat(MESSAGE_BYTES * 0.8), { fin: false });
    expect(await closeCode(large)).toBe(1006);
    expect(small.readyState).toBe(small.OPEN);
    expect(await refusals(server, 'unfinishedBytes')).toBe(1);

    const silent = await connect(server.url);
    silent.pause();
    await vi.waitUntil(async () => (await refusals(server, 'idleSeconds')) === 1);
    silent.terminate();

    expect(await metric(server, 'rtcstats_fast_path_active')).toBe(Number(isActive));
    expect(server.entries(WARNING).map((entry) => entry['problem'])).toEqual(problem === undefined ? [] : [problem]);
    expect(server.entries(WARNING).every((entry) => entry['level'] === 'warn')).toBe(true);
  },
);
