import { join } from 'node:path';
import { sendSession } from '@rtcstats-server/testing/client';
import { runCommand, scratchDirectory, startServer } from '@rtcstats-server/testing/server';
import { expect, it } from 'vitest';

interface Row {
  readonly user: string;
  readonly receipt: { readonly keyId: string };
}

async function rows(api: string, user: string): Promise<Row[]> {
  const response = await fetch(`${api}/api/sessions?user=${user}`);
  return ((await response.json()) as { sessions: Row[] }).sessions;
}

it('uses changed keys from the next session on, without a restart', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data);
  const record = async (count: number): Promise<void> => {
    await sendSession(`${server.url}/?userId=anna`, ['["create",null,{},1795800000000]']);
    await server.logged('session finished', count);
  };
  await record(1);
  const [before] = await rows(server.api, 'anna');
  const rotated = await runCommand('keys', 'rotate', '--data', data);
  expect(rotated).toMatchObject({ code: 0 });
  await record(2);
  const [after, ...others] = await rows(server.api, 'anna');
  expect(others).toEqual([before]);
  expect(after!.receipt.keyId).toBe(`${before!.receipt.keyId}.1`);
  expect(after!.user).not.toBe(before!.user);

  const destroyed = await runCommand('keys', 'destroy', before!.receipt.keyId, '--yes', '--data', data);
  expect(destroyed).toMatchObject({ code: 0 });
  expect(await rows(server.api, 'anna')).toEqual([after]);
  expect(await rows(server.api, before!.user)).toEqual([before]);
  await record(3);
  expect(await rows(server.api, after!.user)).toHaveLength(2);
  expect(await server.kill('SIGTERM')).toBe(0);
});
