import { connect } from '@rtcstats-server/testing/client';
import { describeIntake } from '@rtcstats-server/testing/contracts/intake';
import { expect, it, onTestFinished, vi } from 'vitest';
import { GatewayError } from '../errors/gateway-error.ts';
import { type Intake, type IntakeParts, openIntake } from './intake.ts';
import { openStages, type Stages, setupOf } from './testing/stages.ts';

function partsOf(stages: Stages): IntakeParts {
  return { ...stages, ownSpoolDirectory: stages.spoolDirectory };
}

describeIntake('this process', async (port) => {
  const stages = await openStages(port);
  return setupOf(stages, await openIntake(partsOf(stages)));
});

async function listening(stages: Stages, parts: Partial<IntakeParts> = {}): Promise<{ intake: Intake; url: string }> {
  const intake = await openIntake({ ...partsOf(stages), ...parts });
  const { close } = setupOf(stages, intake);
  onTestFinished(close);
  const { port } = await intake.listen();
  return { intake, url: `ws://127.0.0.1:${port}/` };
}

it('stores sessions although the catalog takes no rows while they are recorded, and logs that once', async () => {
  const stages = await openStages(0);
  const { catalog, entries } = stages;
  const failed = Promise.withResolvers<void>();
  let failures = 0;
  const put = (): Promise<void> => {
    if (++failures === 3) failed.resolve();
    return Promise.reject(new GatewayError('CATALOG_UNAVAILABLE'));
  };
  const { intake, url } = await listening(stages, { catalog: { ...catalog, sessions: { put } } });
  const sockets = await Promise.all([1, 2, 3].map(() => connect(url)));
  for (const socket of sockets) socket.send('[":a",null,1,1]');
  await failed.promise;
  await intake.stop(20_000);
  expect((await catalog.sessions.list({})).sessions.map(({ state }) => state)).toEqual(['stored', 'stored', 'stored']);
  expect(entries.filter(({ msg }) => msg === 'sessions are recorded but not in the catalog yet')).toHaveLength(1);
});

it('stops what it has opened when it cannot be opened as a whole', async () => {
  const stages = await openStages(0, { geolocation: { database: '/nonexistent/geo.mmdb' } });
  onTestFinished(() => stages.hooks.run(1000));
  const stop = vi.spyOn(stages.queue, 'stop');
  await expect(openIntake(partsOf(stages))).rejects.toMatchObject({ code: 'GEODATABASE_UNUSABLE' });
  expect(stop).toHaveBeenCalledOnce();
});
