import { join } from 'node:path';
import { backEnds } from '@rtcstats-server/testing/back-ends';
import { closeCode, connect, sendSession } from '@rtcstats-server/testing/client';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { TestS3 } from '@rtcstats-server/testing/s3';
import { runCommand, scratchDirectory, startServer, untilSpooled } from '@rtcstats-server/testing/server';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { ALICE, BOB, clientUrl, message } from './subjects/people.ts';
import { tracesIn, tracesOf } from './subjects/traces.ts';

let postgres: TestPostgres;
let s3: TestS3;
beforeAll(async () => {
  [postgres, s3] = await Promise.all([TestPostgres.start(), TestS3.start()]);
});

it('erases sessions in workers, PostgreSQL and a bucket, on request of a command beside the gateway', async () => {
  const data = join(await scratchDirectory(), 'data');
  const { bucket, database, environment } = await backEnds({ postgres, s3 });
  for (const [name, value] of Object.entries(environment)) process.env[name] = value;
  onTestFinished(() => {
    for (const name of Object.keys(environment)) delete process.env[name];
  });
  const server = await startServer(data, { RTCSTATS_SERVER_PROCESSES: '2' });
  const identity = (user: string): string => JSON.stringify(['identity', null, { user }, 1_795_800_000_000]);
  for (const user of [ALICE, BOB]) await sendSession(clientUrl(server.port, user), [identity(user), message(1)]);
  await server.logged('session finished', 2);
  // One in each worker, most likely.
  const live = await Promise.all([2, 3].map(() => connect(clientUrl(server.port, ALICE))));
  const closed = Promise.all(live.map(closeCode));
  for (const [index, socket] of live.entries()) socket.send(message(index + 2));
  await untilSpooled(data, [message(2), message(3)]);
  const answer = await fetch(`${server.api}/api/sessions?user=${encodeURIComponent(ALICE)}`);
  const { sessions } = (await answer.json()) as { sessions: { user: string }[] };
  const names = [ALICE, sessions[0]!.user];
  expect(await tracesIn(data, names)).not.toEqual([]);

  const { code, output } = await runCommand('subject', 'erase', '--user', ALICE, '--json', '--data', data);
  expect(JSON.parse(output)).toMatchObject({ sessions: 3, live: 2, finishedAt: expect.any(String) });
  expect(code).toBe(0);
  expect(await closed).toEqual([4410, 4410]);
  expect(await tracesIn(data, names)).toEqual([]);
  const objects = await Promise.all((await s3.keys(bucket)).map((key) => s3.object(bucket, key)));
  expect(objects).toHaveLength(1);
  expect(objects.flatMap(({ bytes }) => tracesOf(bytes, names))).toEqual([]);
  const rows = await postgres.query(database, 'select * from sessions');
  expect(rows).toHaveLength(1);
  const erasures = await postgres.query(database, 'select * from erasures');
  expect(tracesOf(Buffer.from(JSON.stringify([rows, erasures])), names)).toEqual([]);
});
