import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sendSession } from '@rtcstats-server/testing/client';
import { RtcstatsComStub } from '@rtcstats-server/testing/rtcstats-com';
import {
  runCommand,
  type ServerProcess,
  scratchDirectory,
  startServer,
  storedDumps,
} from '@rtcstats-server/testing/server';
import { describe, expect, it, onTestFinished } from 'vitest';

async function startStub(): Promise<RtcstatsComStub> {
  const stub = await new RtcstatsComStub().start();
  onTestFinished(() => stub.stop());
  return stub;
}

function forwardingTo(stub: RtcstatsComStub, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    RTCSTATS_FORWARD_MODE: 'upload',
    RTCSTATS_FORWARD_ENDPOINT: stub.endpoint,
    RTCSTATS_FORWARD_TOKEN: stub.token,
    ...more,
  };
}

async function sendSessions(server: ServerProcess, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) => sendSession(`${server.url}/call`, [`[":number",null,${index},1]`])),
  );
  await server.logged('session finished', count);
}

interface Overview {
  readonly counts: Readonly<Record<string, number>>;
  readonly deliveries: readonly { readonly state: string; readonly assemblingAt: string | null }[];
}

async function overview(server: ServerProcess): Promise<Overview> {
  return (await (await fetch(`${server.api}/api/deliveries`)).json()) as Overview;
}

async function counts(server: ServerProcess): Promise<Overview['counts']> {
  return (await overview(server)).counts;
}

describe('forwarding to rtcstats.com', () => {
  it('delivers each dump once and unchanged in spite of an outage, lost responses and a kill', async () => {
    const stub = await startStub();
    const data = join(await scratchDirectory(), 'data');
    // Every third request fails, each time in a different way; every dump must still cost only one credit.
    let requests = 0;
    const faults = [{ status: 503 }, 'cut-after', { status: 429, retryAfter: '0' }, 'cut-before'] as const;
    stub.fault = () => (++requests % 3 === 0 ? faults[(requests / 3) % faults.length] : undefined);
    let server = await startServer(data, forwardingTo(stub));
    await sendSessions(server, 25);
    await server.kill('SIGKILL');
    await stub.stop();
    server = await startServer(data, forwardingTo(stub));
    await sendSessions(server, 25);
    stub.fault = () => undefined;
    await stub.start();
    // Do not wait for two kinds of deliveries: those that were being sent at the kill, which are claimed again when the
    // lease expires, and those that the target may still be assembling, which are only asked for until then.
    const delivered = async (): Promise<number> => {
      const { counts: all, deliveries } = await overview(server);
      const asked = deliveries.filter(({ state, assemblingAt }) => state === 'waiting' && assemblingAt !== null);
      return (all['delivered'] ?? 0) + (all['sending'] ?? 0) + asked.length;
    };
    await expect.poll(delivered, { interval: 250 }).toBe(50);
    const names = stub.assembled.map(({ fileName }) => fileName);
    expect(new Set(names).size).toBe(names.length);
    const dumps = new Map((await storedDumps(data)).map((path) => [basename(path), path]));
    expect(dumps.size).toBe(50);
    for (const { fileName, bytes } of stub.assembled) {
      expect(bytes.equals(await readFile(dumps.get(fileName)!))).toBe(true);
    }
    expect(await server.kill('SIGTERM')).toBe(0);
    expect(server.output).not.toContain(stub.token);
  });

  it('forwards on request, refuses a quarantined dump, and withdraws a delivery when its session is deleted', async () => {
    const stub = await startStub();
    const directory = await scratchDirectory();
    const data = join(directory, 'data');
    const server = await startServer(data, forwardingTo(stub, { RTCSTATS_FORWARD_SAMPLE: '0' }));
    await sendSessions(server, 2);
    expect(await counts(server)).toEqual({});
    const list = await runCommand('sessions', 'list', '--json', '--data', data);
    const [first, second] = (JSON.parse(list.output) as { sessions: { id: string }[] }).sessions;
    const asked = await fetch(`${server.api}/api/sessions/${first!.id}/forward`, { method: 'POST' });
    expect(asked.status).toBe(202);
    await expect.poll(() => counts(server), { interval: 50 }).toEqual({ delivered: 1 });
    const shown = (await (await fetch(`${server.api}/api/sessions/${first!.id}`)).json()) as Record<string, unknown>;
    expect(shown['deliveries']).toMatchObject([{ state: 'delivered', by: 'hand:api', url: expect.any(String) }]);

    // A dump with findings is never forwarded, not even on request.
    await runSql(data, `update sessions set state = 'quarantined' where id = '${second!.id}'`);
    const refused = await fetch(`${server.api}/api/sessions/${second!.id}/forward`, { method: 'POST' });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'FORWARD_NOT_CLEAN' });

    expect((await fetch(`${server.api}/api/sessions/${first!.id}`, { method: 'DELETE' })).status).toBe(204);
    await expect.poll(() => stub.stored.size).toBe(0);
    const ledger = (await (await fetch(`${server.api}/api/egress`)).json()) as { entries: object[] };
    expect(ledger.entries).toMatchObject([
      { action: 'withdraw', outcome: 'withdrawn', sessionId: first!.id },
      { action: 'send', outcome: 'delivered', sessionId: first!.id, by: 'hand:api' },
    ]);
    const printed = await runCommand('egress', '--data', data);
    expect(printed).toMatchObject({ code: 0, output: expect.stringContaining(first!.id) });
  });
});

async function runSql(data: string, statement: string): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(data, 'catalog.sqlite'), { timeout: 2000 });
  database.exec(statement);
  database.close();
}
