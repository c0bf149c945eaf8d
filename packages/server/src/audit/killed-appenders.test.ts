import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { expect, it, onTestFinished } from 'vitest';
import { openCatalog } from '../catalog/open.ts';
import { createConfig } from '../config/config.ts';
import { CatalogAuditLog } from './catalog-audit-log.ts';
import { readBody } from './entry-body.ts';
import { verifyLog } from './verification.ts';

const SCRIPT = join(import.meta.dirname, 'testing', 'append-forever.ts');
/** Groups of processes that are started together and killed one by one: 50 in all with `npm run test:whole`. */
const [GROUPS, PER_GROUP] = process.env['WHOLE_TESTS'] === undefined ? [1, 2] : [10, 5];
const SEED = Number(process.env['AUDIT_SEED'] ?? 20_261_128);

/** A linear congruential generator, so that a failure can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** A process that appends, and the number of entries of which it knows that they are recorded. */
class Appender {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly actor: string;
  acknowledged = 0;
  #wanted = 0;
  #reached = Promise.withResolvers<void>();

  constructor(actor: string, settings: object) {
    this.actor = actor;
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    this.#process = spawn(process.execPath, [SCRIPT, actor, JSON.stringify(settings)], { stdio: [...stdio] });
    this.#exited = once(this.#process, 'close');
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      this.acknowledged = Number(line) + 1;
      if (this.acknowledged >= this.#wanted) this.#reached.resolve();
    });
    onTestFinished(() => this.kill());
  }

  async reaches(count: number): Promise<void> {
    this.#wanted = count;
    this.#reached = Promise.withResolvers();
    if (this.acknowledged >= count) this.#reached.resolve();
    await Promise.race([this.#reached.promise, this.#exited]);
    expect(this.acknowledged).toBeGreaterThanOrEqual(count);
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}

async function survives(settings: Record<string, unknown>): Promise<void> {
  const config = createConfig(settings);
  const catalog = await openCatalog(config);
  onTestFinished(() => catalog.close());
  const random = randomOf(SEED);
  const appenders = [new Appender('steady', settings)];
  for (let group = 0; group < GROUPS; group++) {
    const names = Array.from({ length: PER_GROUP }, (_, index) => `killed-${group}-${index}`);
    const killed = names.map((name) => new Appender(name, settings));
    appenders.push(...killed);
    for (const appender of killed) {
      await appender.reaches(appender.acknowledged + 1 + Math.floor(random() * 20));
      await appender.kill();
    }
  }
  await appenders[0]!.reaches(appenders[0]!.acknowledged + 1);
  await appenders[0]!.kill();
  // Whatever they left, the next one goes on.
  await new CatalogAuditLog(catalog.audit).record({ action: 'report', actor: 'last', outcome: 'done' });
  expect((await verifyLog(catalog.audit, [], [])).problems).toEqual([]);
  const counts = new Map<string, unknown[]>();
  for (let from = 0, { size } = await catalog.audit.head(); from < size; from += 500) {
    for (const { body } of await catalog.audit.read({ from, limit: 500 })) {
      const { actor, details } = readBody(body);
      counts.set(actor, [...(counts.get(actor) ?? []), details?.['count']]);
    }
  }
  for (const { actor, acknowledged } of appenders) {
    const recorded = counts.get(actor)!;
    // In their order, without gaps; the last one may not have been acknowledged before the kill.
    expect(recorded).toEqual(Array.from({ length: recorded.length }, (_, index) => index));
    expect(recorded.length - acknowledged).toBeOneOf([0, 1]);
  }
}

it('loses and reorders nothing when processes that append are killed, in SQLite', { timeout: 300_000 }, async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rtcstats-killed-'));
  onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }));
  await survives({ dataDirectory });
});

it('loses and reorders nothing when processes that append are killed, in PostgreSQL', {
  timeout: 300_000,
}, async () => {
  const postgres = await TestPostgres.start();
  const connectionString = await postgres.createDatabase();
  await survives({ catalog: { type: 'postgres', postgres: { connectionString, ssl: 'disable' } } });
});
