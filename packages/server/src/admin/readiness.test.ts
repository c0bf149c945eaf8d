import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { LocalStorage } from '../storage/local.ts';
import type { Storage } from '../storage/storage.ts';
import { type CheckedParts, gatewayChecks } from './checks.ts';
import { Readiness } from './readiness.ts';

let directory: string;
let catalog: Catalog;
let storage: Storage;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-readiness-'));
  storage = await LocalStorage.open(join(directory, 'dumps'));
  catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  await catalog.migrate();
});
afterEach(async () => {
  vi.useRealTimers();
  await catalog.close();
  await rm(directory, { recursive: true, force: true });
});

interface Replaced extends Partial<CheckedParts> {
  readonly draining?: boolean;
}

function readiness({ draining = false, ...parts }: Replaced = {}): Readiness {
  const room = (): null => null;
  return new Readiness(() => draining, gatewayChecks({ spoolDirectory: directory, room, catalog, storage, ...parts }));
}

const fine = { ok: true, required: true };
const fineWithout = { ok: true, required: false };

it('is ready if all checks pass', async () => {
  expect(await readiness().report()).toEqual({
    ready: true,
    checks: { accepting: fine, spool: fine, room: fine, catalog: fineWithout, storage: fineWithout },
  });
});

it('is ready during an outage of storage and catalog, because sessions wait in the spool, and names both', async () => {
  const away = { ...storage, get: () => Promise.reject(new GatewayError('STORAGE_UNAVAILABLE')) } as Storage;
  const report = readiness({ storage: away });
  await catalog.close();
  expect(await report.report()).toEqual({
    ready: true,
    checks: {
      accepting: fine,
      spool: fine,
      room: fine,
      catalog: { ok: false, required: false, code: 'CATALOG_UNAVAILABLE' },
      storage: { ok: false, required: false, code: 'STORAGE_UNAVAILABLE' },
    },
  });
});

it('is not ready without a spool', async () => {
  const report = await readiness({ spoolDirectory: join(directory, 'gone') }).report();
  expect(report.ready).toBe(false);
  expect(report.checks['spool']).toEqual({ ok: false, required: true, code: 'DATA_DIRECTORY_UNUSABLE' });
});

it('is not ready without room for new sessions', async () => {
  const report = await readiness({ room: () => 'disk' }).report();
  expect(report.ready).toBe(false);
  expect(report.checks['room']).toEqual({ ok: false, required: true, code: 'SPOOL_FULL' });
});

it('is not ready while the gateway is stopping', async () => {
  const report = await readiness({ draining: true }).report();
  expect(report.ready).toBe(false);
  expect(report.checks['accepting']).toEqual({ ok: false, required: true, code: 'GOING_AWAY' });
});

it('does not wait for a check that hangs', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const hanging = { ...storage, get: () => new Promise(() => {}) } as unknown as Storage;
  const report = readiness({ storage: hanging }).report();
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await report).checks['storage']).toEqual({ ok: false, required: false, code: 'STORAGE_UNAVAILABLE' });
});

it('runs the checks once for many simultaneous probes', async () => {
  const get = vi.fn(() => Promise.reject(new GatewayError('DUMP_NOT_FOUND')));
  const probed = readiness({ storage: { ...storage, get } as Storage });
  await Promise.all(Array.from({ length: 100 }, () => probed.report()));
  expect(get).toHaveBeenCalledTimes(1);
});
