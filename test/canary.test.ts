import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CanaryReport } from '@rtcstats-server/canary';
import { PRESETS } from '@rtcstats-server/privacy';
import { RtcstatsComStub } from '@rtcstats-server/testing/rtcstats-com';
import {
  runCommand,
  type ServerProcess,
  scratchDirectory,
  startServer,
  storedDumps,
} from '@rtcstats-server/testing/server';
import { expect, it, onTestFinished } from 'vitest';

const SECRET = 'a secret of the application, long enough';

interface Started {
  readonly server: ServerProcess;
  readonly data: string;
  /** The flags that a canary needs to find the gateway. */
  readonly flags: readonly string[];
}

/** A gateway that logs everything to a file. */
async function start(settings: Readonly<Record<string, unknown>> = {}): Promise<Started> {
  const directory = await scratchDirectory();
  const data = join(directory, 'data');
  const config = join(directory, 'rtcstats.yaml');
  const log = join(directory, 'gateway.log');
  // JSON is valid YAML 1.2.
  await writeFile(config, JSON.stringify(settings));
  const server = await startServer(data, {}, ['--config', config]);
  server.logTo(log);
  return {
    server,
    data,
    flags: ['--config', config, '--data', data, '--url', server.url, '--admin-url', server.api, '--log', log],
  };
}

async function canary(...flags: readonly string[]): Promise<{ code: number | null; report: CanaryReport }> {
  const { code, output } = await runCommand('canary', '--json', ...flags);
  return { code, report: JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)) as CanaryReport };
}

/** `npm run test:whole` tries all presets; the next test finds the same under `standard`. */
const TRIED = process.env['WHOLE_TESTS'] === 'true' ? PRESETS : (['strict'] as const);

it.each(TRIED)('finds only planted values that the preset %s keeps', async (preset) => {
  const { server, data, flags } = await start({
    server: { trustedProxies: ['127.0.0.1'] },
    privacy: { preset },
    // With a secret, the canary signs a token that contains planted values.
    ...(preset === 'strict' && { authorization: { jwtSecret: SECRET } }),
  });
  const { code, report } = await canary(...flags);
  const faults = report.places.filter(({ outcome }) => outcome === 'leaked' || outcome === 'changed');
  expect({ code, faults, lost: report.lost }).toEqual({ code: 0, faults: [], lost: 0 });
  expect(report).toMatchObject({ clean: true, state: 'stored', deleted: true });
  expect(report.policy.recorded).toBe(report.policy.checked);
  expect(report.searched).toMatchObject({ whileRecording: true, unreadable: [], metrics: true });
  expect(report.searched.logs).toHaveLength(1);
  expect(report.places.length).toBeGreaterThan(1000);
  // Only the preset strict keeps no data class.
  expect(report.counts.kept > 0).toBe(preset !== 'strict');
  expect(report.counts.survived).toBeGreaterThan(100);
  expect(await storedDumps(data)).toEqual([]);
  expect(server.output).toContain('session finished');
});

it('reports the places where a gateway leaks', async () => {
  const { data, flags } = await start({ privacy: { hostnames: 'keep' } });
  const { code, report } = await canary(...flags, '--preset', 'standard', '--keep');
  const leaked = report.places.filter(({ outcome }) => outcome === 'leaked');
  expect({ code, clean: report.clean, deleted: report.deleted }).toEqual({ code: 1, clean: false, deleted: false });
  expect(new Set(leaked.flatMap(({ classes }) => classes))).toEqual(new Set(['hostnames']));
  expect(leaked.find(({ place }) => place === 'the request: Origin, host')?.foundIn).toEqual(
    expect.arrayContaining(['catalog', 'dump line 2 (metadata)']),
  );
  const raddr = leaked.find(({ place }) => place === 'onicecandidate: a relay with a name candidate, raddr');
  expect(raddr?.foundIn).toContainEqual(expect.stringMatching(/^dump line \d+ \(onicecandidate\)$/));
  expect(raddr?.foundIn).toContainEqual(expect.stringMatching(/^spool.* while recording$/));
  expect(await storedDumps(data)).toHaveLength(1);

  // Under its own policy the gateway leaks nothing. This run prints the text report for the same values.
  const own = await runCommand('canary', ...flags, '--seed', report.seed);
  expect(own).toMatchObject({ code: 0, output: expect.stringContaining('kept by policy') });
  // The verdict comes first.
  expect(own.output).toMatch(/^clean {2}session \S+ \(deleted again\), recorded under standard@/);
});

it('reports why a run could not be completed', async () => {
  const { data, flags } = await start({ authorization: { jwtSecret: SECRET } });
  const [, config, , , , url] = flags as [string, string, string, string, string, string];
  const other = await scratchDirectory();
  const expectFailure = async (code: string, ...args: readonly string[]): Promise<void> => {
    expect(await runCommand('canary', ...args)).toEqual({ code: 2, output: expect.stringContaining(`[${code}]`) });
  };
  await expectFailure('UNAUTHORIZED', ...flags, '--token', 'no-token');
  await expectFailure('GATEWAY_UNREACHABLE', ...flags, '--admin-url', url.replace('ws:', 'http:'));
  await expectFailure('GATEWAY_UNREACHABLE', '--config', config, '--data', data, '--url', 'ws://127.0.0.1:9');
  await expectFailure('INPUT_UNREADABLE', ...flags, '--log', join(other, 'no.log'));
  await expectFailure('INPUT_UNREADABLE', '--data', join(other, 'none'), '--url', url);
});

it('delivers the dump to rtcstats.com, searches it there, and deletes it', async () => {
  const stub = await new RtcstatsComStub().start();
  onTestFinished(() => stub.stop());
  const { flags } = await start({
    forward: { mode: 'upload', endpoint: stub.endpoint, token: stub.token, sample: 0 },
    authorization: { jwtSecret: SECRET },
  });
  const { code, report } = await canary(...flags, '--forward');
  expect({ code, clean: report.clean }).toEqual({ code: 0, clean: true });
  expect(report.searched.forwarded).toBe(true);
  expect(stub.requests).toEqual(['chunk', 'assemble', 'read', 'delete']);
  expect(stub.stored.size).toBe(0);

  // Without --forward, the dump is not delivered.
  await canary(...flags);
  expect(stub.assembled).toHaveLength(1);
  const refused = await runCommand('canary', ...flags, '--forward', '--keep');
  expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('--keep') });
});
