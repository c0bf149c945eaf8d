import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect } from '@rtcstats-server/testing/client';
import { ServerProcess } from '@rtcstats-server/testing/server';
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Random } from '../fuzz/random.ts';

const SESSIONS_PER_ROUND = 12;
/** Finishing these sessions takes some hundred milliseconds on a machine that does nothing else. */
const MAX_MS = 1200;

export interface EncryptionKillOptions {
  readonly rounds: number;
  readonly seed: number;
  onRound?(round: number, description: string): void;
}

export interface EncryptionKillReport {
  readonly sessions: number;
  /** Rounds that were killed before all sessions were finished. */
  readonly interrupted: number;
  readonly faults: readonly string[];
}

/**
 * Kills a gateway with SIGKILL at random moments while it finishes sessions with encryption, then lets it end, and reads
 * every dump with age, the key from the catalog and the private key of the operator.
 */
export async function encryptionKills({ rounds, seed, onRound }: EncryptionKillOptions): Promise<EncryptionKillReport> {
  const scratch = await mkdtemp(join(tmpdir(), 'rtcstats-encryption-kills-'));
  const data = join(scratch, 'data');
  const random = new Random(seed);
  const identity = await generateX25519Identity();
  const config = join(scratch, 'config.json');
  const encryption = { recipients: [await identityToRecipient(identity)] };
  await writeFile(config, JSON.stringify({ dataDirectory: data, storage: { encryption } }));
  const start = async (): Promise<ServerProcess> => {
    const server = new ServerProcess(['--config', config], {});
    await server.listening();
    return server;
  };
  let interrupted = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const server = await start();
      const before = storedRows(data).length;
      const sockets = await Promise.all(
        Array.from({ length: SESSIONS_PER_ROUND }, () => connect(`${server.url}/call`)),
      );
      for (const [index, socket] of sockets.entries()) socket.send(`["number",null,${index},1795800000000]`);
      // One flush interval: from then on, nothing may be lost.
      await pause(1100);
      for (const socket of sockets) socket.close(1000);
      const after = random.below(MAX_MS);
      await pause(after);
      await server.kill('SIGKILL');
      const left = before + SESSIONS_PER_ROUND - storedRows(data).length;
      if (left > 0) interrupted++;
      onRound?.(round, `after ${after} ms, ${left} sessions left`);
    }
    const sessions = rounds * SESSIONS_PER_ROUND;
    const server = await start();
    while (storedRows(data).length < sessions) {
      if (server.entries('session finished').length > sessions) break;
      await Promise.race([
        server.logged('session finished', server.entries('session finished').length + 1),
        pause(200),
      ]);
    }
    await server.kill('SIGTERM');
    const faults = await faultsOf(data, identity);
    const stored = storedRows(data).length;
    if (stored !== sessions) faults.push(`${stored} of ${sessions} sessions are stored`);
    return { sessions, interrupted, faults };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface StoredRow {
  readonly id: string;
  readonly storage_key: string;
  readonly receipt: string;
}

function select<T>(data: string, sql: string): T[] {
  const database = new DatabaseSync(join(data, 'catalog.sqlite'), { readOnly: true });
  try {
    return database.prepare(sql).all() as unknown as T[];
  } finally {
    database.close();
  }
}

function storedRows(data: string): StoredRow[] {
  return select(data, "select id, storage_key, receipt from sessions where state = 'stored'");
}

async function faultsOf(data: string, identity: string): Promise<string[]> {
  const faults: string[] = [];
  const rows = storedRows(data);
  const keys = select<{ object: string; wrapped: string }>(data, 'select object, wrapped from dump_keys');
  if (keys.length !== rows.length) faults.push(`${rows.length} dumps have ${keys.length} keys`);
  for (const { id, storage_key, receipt } of rows) {
    try {
      const operator = new Decrypter();
      operator.addIdentity(identity);
      const { wrapped } = keys.find(({ object }) => object === `dumps/${storage_key}`)!;
      const dump = new Decrypter();
      dump.addIdentity((await operator.decrypt(armor.decode(wrapped), 'text')).trim());
      const packed = await dump.decrypt(await readFile(join(data, 'dumps', storage_key)));
      const sha256 = createHash('sha256').update(packed).digest('hex');
      if (sha256 !== (JSON.parse(receipt) as { sha256: string }).sha256) faults.push(`${id} has another SHA-256`);
    } catch (error) {
      faults.push(`${id} cannot be read: ${(error as Error).message}`);
    }
  }
  // The directory is made by the first dump that is encrypted after a start.
  const left = existsSync(join(data, 'encrypting')) ? await readdir(join(data, 'encrypting')) : [];
  return [...faults, ...left.map((name) => `encrypting/${name} is left`)];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
  const [rounds, seed] = [Number(values.rounds ?? 50), Number(values.seed ?? Date.now() % 1e9)];
  console.log(`seed ${seed}`);
  const onRound = (round: number, description: string): void => console.log(`round ${round}: ${description}`);
  const { sessions, interrupted, faults } = await encryptionKills({ rounds, seed, onRound });
  console.log(`${sessions} sessions, ${interrupted} of ${rounds} rounds interrupted, ${faults.length} faults`);
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
