import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import type { Log } from '../log/log.ts';
import { AuditJob } from './audit-job.ts';
import { AuditReader } from './audit-reader.ts';
import { sqliteDatabase } from './testing/audit-catalogs.ts';

async function gateway(catalog: Catalog, host: string, policy: string, messages: string[] = []): Promise<AuditJob> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rtcstats-audit-job-'));
  onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }));
  const line = (_: object, message: string): void => void messages.push(message);
  const log = { info: line, warn: line, error: line } as unknown as Log;
  return new AuditJob({ audit: catalog.audit, dataDirectory, running: { host, policy }, log });
}

async function policies({ audit }: Catalog): Promise<unknown[]> {
  const entries = await new AuditReader(audit).list({ limit: 10 });
  return entries.toReversed().map(({ actor, action, details }) => ({ actor, action, ...details }));
}

it('records the policy of each gateway when it is another one than before', async () => {
  const catalog = await (await sqliteDatabase()).open();
  for (const [host, policy] of [
    ['a', 'standard@1'],
    ['b', 'strict@2'],
    ['a', 'standard@1'],
    ['a', 'strict@2'],
  ] as const) {
    const job = await gateway(catalog, host, policy);
    await job.run();
    await job.run();
    await job.stop();
  }
  const entry = { actor: 'gateway', action: 'policy.change' };
  expect(await policies(catalog)).toEqual([
    { ...entry, host: 'a', policy: 'standard@1' },
    { ...entry, host: 'b', policy: 'strict@2' },
    { ...entry, host: 'a', policy: 'strict@2', before: 'standard@1' },
  ]);
});

it('tries again when the catalog was away, and says so once', async () => {
  const catalog = await (await sqliteDatabase()).open();
  let away = true;
  const audit = new Proxy(catalog.audit, {
    get: (target, name: keyof Catalog['audit']) =>
      away ? () => Promise.reject(new Error('away')) : target[name].bind(target),
  });
  const messages: string[] = [];
  const job = await gateway({ ...catalog, audit } as Catalog, 'a', 'standard@1', messages);
  await job.run();
  await job.run();
  expect(messages).toEqual([
    'the policy is not in the audit log yet; trying again',
    'the audit log cannot be signed; trying again',
  ]);
  away = false;
  await job.stop();
  expect(await policies(catalog)).toEqual([]);
  await job.run();
  expect(await policies(catalog)).toHaveLength(1);
});

it('signs what came after its last run when it stops', async () => {
  const catalog = await (await sqliteDatabase()).open();
  const messages: string[] = [];
  const job = await gateway(catalog, 'a', 'standard@1', messages);
  job.start();
  await job.stop();
  await job.stop();
  job.start();
  expect(messages).toEqual(['audit checkpoint']);
});
