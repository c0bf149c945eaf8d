import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Anonymizer, compilePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { pino } from 'pino';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Sessions } from '../../catalog/sessions.ts';
import { openSqliteCatalog } from '../../catalog/sqlite.ts';
import { createConfig } from '../../config/config.ts';
import type { ClosedSession } from '../../spool/record.ts';
import { Spool } from '../../spool/spool.ts';
import { LocalStorage } from '../../storage/local.ts';
import { dumpPlaces } from '../../storage/place.ts';
import type { Storage } from '../../storage/storage.ts';
import { type ErasedSessions, type FinishContext, Finisher } from '../finisher.ts';
import { FinishQueue } from '../queue.ts';

export const MESSAGES: readonly string[] = ['[":a",null,1,2]', '[":b",null,"text",3]'];

const policy = presetPolicy('standard');

export interface Overrides {
  readonly catalog?: Pick<Sessions, 'put'>;
  /** Milliseconds; default 5. */
  readonly firstRetry?: number;
  /** Default: verifiers in this thread. */
  readonly createVerifier?: FinishContext['createVerifier'];
  /** Default: false. */
  readonly analyzes?: boolean;
  /** Default: nobody is erased. */
  readonly erased?: ErasedSessions;
  /** Default: gzip. */
  readonly compression?: FinishContext['compression'];
}

/** Everything around a finish queue, real and in a directory of its own. */
export class QueueFixture {
  readonly directory: string;
  readonly spool: Spool;
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly quarantine: Storage;
  readonly #queues: FinishQueue[] = [];
  /** Everything that the queues logged. */
  logged = '';

  private constructor(directory: string, spool: Spool, catalog: Catalog, storage: Storage, quarantine: Storage) {
    this.directory = directory;
    this.spool = spool;
    this.catalog = catalog;
    this.storage = storage;
    this.quarantine = quarantine;
  }

  static async open(): Promise<QueueFixture> {
    const directory = await mkdtemp(join(tmpdir(), 'rtcstats-finish-'));
    const spool = await Spool.open(join(directory, 'spool'));
    const catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
    await catalog.migrate();
    const storage = await LocalStorage.open(join(directory, 'dumps'));
    const quarantine = await LocalStorage.open(join(directory, 'quarantine'));
    return new QueueFixture(directory, spool, catalog, storage, quarantine);
  }

  async close(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.stop()));
    await this.spool.close();
    await this.catalog.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  createQueue(overrides: Overrides = {}): FinishQueue {
    const { storage, quarantine } = this;
    const { catalog = this.catalog.sessions, firstRetry = 5 } = overrides;
    const { createVerifier = () => new Verifier(policy), analyzes = false, erased, compression } = overrides;
    const placeOf = dumpPlaces(createConfig({ dataDirectory: '/unused' }));
    const host = 'gateway-1';
    const parts = { catalog, storage, quarantine, host, placeOf, createVerifier, analyzes };
    const finisher = new Finisher({ ...parts, ...(erased && { erased }), ...(compression && { compression }) });
    const write = (line: string): void => {
      this.logged += line;
    };
    const queue = new FinishQueue(finisher, pino({ level: 'trace' }, { write }), { firstRetry });
    this.#queues.push(queue);
    return queue;
  }

  /** A closed session with exactly these lines, as an anonymizer with a fault would let them through. */
  async closedSession(id: string, lines: readonly string[] = MESSAGES): Promise<ClosedSession> {
    const anonymizer = new Anonymizer(compilePolicy(policy));
    const header = {
      id,
      startedAt: '2026-03-01T23:59:59.999Z',
      user: 'anna',
      conference: null,
      session: null,
      signed: [],
      origin: null,
      userAgent: null,
      policy: 'standard',
      keyId: 'e684',
    };
    const file = this.spool.create(header, anonymizer.metadata({ fileFormat: 3 }), { spoolFailed: () => {} });
    for (const line of lines) file.append(Buffer.from(line) as never);
    const trailer = { endedAt: '2026-03-02T00:00:05.000Z', closeCode: 1000, receipt: anonymizer.receipt() };
    return (await file.close(anonymizer.closeEvent(1000, 1), trailer)) as ClosedSession;
  }

  /** The names of the files in the spool, the write-ahead log left out. */
  async spoolFiles(): Promise<string[]> {
    return (await readdir(join(this.directory, 'spool'))).filter((name) => !name.endsWith('.journal'));
  }
}

/** The stored dump, unpacked. */
export async function textOf(storage: Storage, key: string): Promise<string> {
  return gunzipSync(await buffer(await storage.get(key))).toString();
}
